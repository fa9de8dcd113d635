import type { Config } from './config.ts';
import { labelOf } from './database-url.ts';
import type { Environment } from './value-schemas.ts';
import { variables } from './variables.ts';

/** Names of variables whose values may be secrets, or contain one. */
const mayBeSecret = /SECRET|PEPPER|PASSWORD|TOKEN|KEY|URL|HEADERS/;

/** Whether the value of a variable is a secret; of a URL, whether there is a password in it. */
export function mayHoldSecret(name: string, value: string): boolean {
  if (name.endsWith('_FILE') || !mayBeSecret.test(name)) return false;
  return !/URL/.test(name) || /:\/\/[^/?#]*:[^/?#]*@|[?&](ssl)?password=/i.test(value);
}

/**
 * The variables that are set, for the audit log. Those that may be secret are apart; of URLs there is what may be shown, and of a
 * variable that ends in `_FILE` the file.
 */
export function settingsOf(
  given: Environment,
  { database, embedding, publicUrl }: Pick<Config, 'database' | 'embedding' | 'publicUrl'>,
): Config['settings'] {
  const set = Object.keys(variables).flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  const isSecret = (name: string) => mayBeSecret.test(name) && !name.endsWith('_FILE');
  const shown: Record<string, string | undefined> = {
    [database.engine === 'postgres' ? 'CQ_DATABASE_URL' : 'CQ_DB_PATH']: database.label,
    ...(database.engine === 'postgres' && {
      CQ_DATABASE_REPLICA_URLS: database.replicas.map(labelOf).join(', '),
      CQ_DATABASE_MIGRATION_URL: database.migration && labelOf(database.migration),
    }),
    ...(publicUrl !== null && { CQ_PUBLIC_URL: publicUrl }),
    ...(embedding && 'url' in embedding && { CQ_EMBEDDING_URL: embedding.url }),
  };
  const filled = Object.entries(shown).filter((entry): entry is [string, string] => !!entry[1]);
  return {
    plain: Object.fromEntries([...set.filter(([name]) => !isSecret(name)), ...filled]),
    secret: Object.fromEntries(set.filter(([name]) => isSecret(name) && !(name in shown))),
  };
}

/** How a server is set up, to be shown to administrators: without passwords. */
export const stateOf = ({ database, settings }: Config) => ({
  databaseEngine: database.engine === 'postgres' ? 'PostgreSQL' : 'SQLite',
  database: database.label,
  settings,
});
