import { statSync } from 'node:fs';
import { type Config, ConfigError } from '../../config/config.ts';
import { secretsFile } from '../../config/database.ts';
import { checkLocalFiles } from '../../config/local-files.ts';
import { readByOthers, readSecrets, shortSecrets } from '../../config/secrets.ts';
import type { Secrets } from '../../domain/secrets.ts';
import { counted, ok, type Report, shellWord, warning } from '../../findings.ts';
import type { CommandContext } from '../command-context.ts';
import { requireTrustedDocuments } from '../trusted-documents.ts';
import { findingsOf } from './look.ts';

/** What `check-config` says, as findings. Null where no server would take the configuration. */
export function examineConfiguration(context: CommandContext, report: Report): Config | null {
  const check = 'configuration';
  for (const text of context.warnings())
    report(warning(check, `${text}${/[.?]$/.test(text) ? '' : '.'}`, adviceOn(text)));
  try {
    const config = context.config();
    const sources = Object.values(context.sources());
    const ofEnvironment = sources.filter((source) => source.startsWith('environment')).length;
    const ofFile = sources.length - ofEnvironment;
    report(
      ok(
        check,
        `${counted(ofEnvironment, 'variable')} of the environment${ofFile > 0 ? `, ${ofFile} of a file` : ''}; "cq-server check-config" shows each.`,
      ),
    );
    return config;
  } catch (error) {
    for (const finding of findingsOf(check, error)) report(finding);
    return null;
  }
}

const adviceOn = (text: string) =>
  /chmod .+$/.test(text)
    ? `Run: ${/chmod .+$/.exec(text)?.[0]}`
    : 'Correct the name, or remove the variable: it has no effect.';

/** The files that the configuration names, as `serve` and `check-config` look at them. Answers whether the database may be opened. */
export function examineFiles(config: Config, report: Report): boolean {
  const { database } = config;
  let isUsable = true;
  try {
    checkLocalFiles(config);
    if (database.engine === 'sqlite' && database.file !== ':memory:')
      report(ok('database.file', `${database.file} and its folder may be read and written.`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.message.split('\n')) {
      const ofDatabase = line.startsWith(database.variable);
      if (ofDatabase) isUsable = false;
      for (const finding of findingsOf(ofDatabase ? 'database.file' : 'secrets', new ConfigError(line)))
        report(finding);
    }
  }
  if (database.engine === 'sqlite' && database.file === ':memory:')
    report(
      warning(
        'database.file',
        'The database is in memory: it begins empty with every start.',
        'Name a file by CQ_DB_PATH.',
      ),
    );
  // of a folder that everybody shares, such as /tmp, only what is in it is the operator's
  const readable = isUsable ? readByOthers(database).filter((path) => !isShared(path)) : [];
  if (readable.length > 0)
    report(
      warning(
        'database.file',
        `Other users of this machine may read ${readable.join(', ')}.`,
        `Run: chmod go-rwx ${readable.map(shellWord).join(' ')}`,
      ),
    );
  return isUsable;
}

export async function examineTrustedDocuments(config: Config, report: Report): Promise<void> {
  if (config.trustedDocuments === null) return;
  await requireTrustedDocuments(config);
  report(ok('trusted-documents', `Each document of ${config.trustedDocuments} is valid.`));
}

/** The secrets: whether they are there, whether they are long enough, and who may read their files. Answers them. */
export async function examineSecrets(config: Config, report: Report): Promise<Secrets | null> {
  const check = 'secrets';
  const { database, settings } = config;
  // what is missing on PostgreSQL is told with the other files
  if (database.engine === 'postgres' && config.jwtSecret === null) return null;
  const secrets = await readSecrets(config);
  const open = Object.entries(settings.plain).filter(
    ([name, path]) => /(SECRET|PEPPER|KEY|TOKEN).*_FILE$/.test(name) && isOpen(path),
  );
  for (const [name, path] of open)
    report(
      warning(
        check,
        `Every user of this machine may read ${path} (${name}).`,
        `Run: chmod o-rwx ${shellWord(path)}; on Kubernetes, set defaultMode: 0440 at the volume of the secret`,
      ),
    );
  const token = config.metrics?.token ?? null;
  const short = [
    ...(secrets ? shortSecrets(secrets) : []),
    ...(token !== null && Buffer.byteLength(token) < 32 ? ['CQ_METRICS_TOKEN'] : []),
  ];
  for (const variable of short)
    report(
      warning(
        check,
        `${variable} is shorter than 32 bytes, and could be guessed.`,
        `Replace it by one of "openssl rand -base64 32", as docs/deployment.md says under "Rotating the secrets".`,
      ),
    );
  if (open.length + short.length > 0) return secrets;
  const place = config.jwtSecret === null ? secretsFile(database) : null;
  if (secrets === null) report(ok(check, 'There are none yet: the first start makes them.'));
  else report(ok(check, place === null ? 'They are configured.' : `They are in ${place}.`));
  return secrets;
}

const modeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mode ?? 0;

/** Whether anybody may put files of their own there. */
const isShared = (folder: string) => (modeOf(folder) & 0o1000) !== 0;

function isOpen(path: string): boolean {
  if (process.platform === 'win32') return false;
  return (modeOf(path) & 0o004) !== 0;
}
