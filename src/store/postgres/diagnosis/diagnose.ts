import { postgresMigrationDialect } from '../../../../migrations/step.ts';
import { migrationDatabase, type PostgresConfig, withoutReplicas } from '../../../config/database.ts';
import { UnusableDatabaseError } from '../../../errors.ts';
import { type DiagnosisOptions, type Finding, ok, problem, type Report, warning } from '../../../findings.ts';
import { schemaFinding } from '../../sql/diagnosis/schema.ts';
import { diagnoseWords } from '../../sql/diagnosis/words.ts';
import type { Client } from '../../sql/queries.ts';
import { readAdoptionRecord } from '../../sql/schema/adoption-record.ts';
import { stateOf } from '../../sql/schema/migrate.ts';
import type { DatabaseState } from '../../store.ts';
import { requireOriginals, servedTables } from '../adoption.ts';
import { messageOf } from '../driver-errors.ts';
import { quoted } from '../identifiers.ts';
import { requireSameDatabase } from '../maintenance.ts';
import { lackingRights, requirePrivileges, requireSchema } from '../privileges.ts';
import { withReadOnly } from '../read-only.ts';
import { schemaExists } from '../schema.ts';
import { requireSupportedServer } from '../server-requirements.ts';
import { diagnoseConnections } from './connections.ts';
import { diagnoseIndexes } from './indexes.ts';
import {
  diagnoseClock,
  diagnoseMigration,
  diagnosePgvector,
  diagnosePooler,
  diagnoseServer,
  diagnoseUrl,
} from './server.ts';
import { diagnoseCleaning, diagnoseRows } from './tables.ts';

/**
 * Looks at a PostgreSQL database over one connection whose transactions are read-only. Answers its state; throws where there is no
 * connection, or the server is none that can be used.
 */
export async function diagnosePostgres(
  config: PostgresConfig,
  options: DiagnosisOptions,
  report: Report,
): Promise<DatabaseState> {
  const bounded = withLimits(config, options.limitMs);
  const each = async (check: string, look: () => Promise<readonly Finding[] | Finding>) => {
    for (const finding of await attempt(check, look)) report(finding);
  };
  const state = await withReadOnly(bounded, async (db) => {
    await requireSupportedServer(db);
    if (config.schema === undefined) await requireSchema(db);
    else if (!(await schemaExists(db, config.schema))) {
      const missing = { kind: 'empty' } as const;
      report(schemaFinding(missing, config.label, options.migrate));
      return missing;
    }
    await each('database.server', () => diagnoseServer(db, config));
    const found = await stateOf(db, postgresMigrationDialect);
    report(schemaFinding(found, config.label, options.migrate));
    for (const finding of [...diagnoseUrl(config), diagnosePooler(db, config)]) report(finding);
    await each('database.extension', () => diagnosePgvector(db, options));
    await each('database.connections', () => diagnoseConnections(db, config));
    await each('clock', () => diagnoseClock(db, options));
    await each('database.migration', () => diagnoseMigration(db));
    await each('database.autovacuum', () => diagnoseCleaning(db));
    await each('database.adoption', () => diagnoseAdoption(db));
    if (found.kind !== 'current') return found;
    await each('database.rights', () => diagnoseRights(db));
    await each('database.indexes', () => diagnoseIndexes(db));
    await each('database.rows', () => diagnoseRows(db));
    await each('database.words', () => diagnoseWords(db));
    return found;
  });
  await each('database.rights', () => diagnoseOwner(bounded, state, options));
  return state;
}

/** The same database, of which one connection is opened, and none waits for longer. */
function withLimits(config: PostgresConfig, limitMs: number): PostgresConfig {
  const limited = (value: number) => (value === 0 ? limitMs : Math.min(value, limitMs));
  const connectTimeoutMs = limited(config.connectTimeoutMs);
  return {
    ...(withoutReplicas(config) as PostgresConfig),
    poolSize: 1,
    primary: { ...config.primary, connectTimeoutMs },
    ...(config.migration && { migration: { ...config.migration, connectTimeoutMs } }),
    connectTimeoutMs,
    statementTimeoutMs: limited(config.statementTimeoutMs),
    lockTimeoutMs: limited(config.lockTimeoutMs),
  };
}

/** What one look finds; where it fails, a finding that says so, and the others go on. */
async function attempt(check: string, look: () => Promise<readonly Finding[] | Finding>): Promise<readonly Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    if (error instanceof UnusableDatabaseError) {
      const [found = error.advice, ...advice] = error.advice.split(/: (.*)/s);
      return [problem(check, `${error.database ?? 'The database'} ${found}.`, advice.join(''))];
    }
    return [
      warning(
        check,
        `This could not be looked at: ${messageOf(error)}.`,
        'Give it longer (--timeout 60), or the role the right to look (grant pg_monitor to it).',
      ),
    ];
  }
}

/** Whether the role of requests may read and change what a server does. */
async function diagnoseRights(db: Client): Promise<Finding> {
  const check = 'database.rights';
  const rows = await lackingRights(db, servedTables, 'serve');
  const [first] = rows;
  if (!first) return ok(check, `The role may read and change all ${servedTables.length} tables.`);
  const list = rows.map(({ name, lacking }) => `${lacking.join(', ')} on ${name}`).join('; ');
  const grants = rows.map(
    ({ role, name, isSequence, lacking }) =>
      `grant ${lacking.join(', ')} on ${isSequence ? 'sequence ' : ''}${quoted(name)} to ${quoted(role)}`,
  );
  return problem(
    check,
    `The role ${first.role} lacks rights: ${list}.`,
    `Run in the database, as the owner of the tables: ${grants.join('; ')}`,
  );
}

async function diagnoseAdoption(db: Client): Promise<Finding[]> {
  const check = 'database.adoption';
  const found = await readAdoptionRecord(db, postgresMigrationDialect);
  if (found === null) return [];
  const adopted = `Adopted from the Python server at ${found.at.toISOString()}`;
  try {
    await requireOriginals(db, found);
  } catch {
    return [
      warning(
        check,
        `${adopted}, and some of what was kept in ${found.place} is missing: there is no way back.`,
        'Run "cq-server adoption discard".',
      ),
    ];
  }
  return [ok(check, `${adopted}, whose tables are kept in ${found.place}: "cq-server adoption discard" removes them.`)];
}

/** Whether the role of migrations can do them, and is on the same database. */
async function diagnoseOwner(config: PostgresConfig, state: DatabaseState, { migrate }: DiagnosisOptions) {
  if (!config.migration && (state.kind === 'current' || state.kind === 'newer' || !migrate)) return [];
  return withReadOnly(migrationDatabase(config), async (db) => {
    await requireSameDatabase(config, db);
    const isMissing = config.schema !== undefined && !(await schemaExists(db, config.schema));
    if (!isMissing && state.kind !== 'current' && state.kind !== 'newer') await requirePrivileges(db);
    return config.migration ? [ok('database.rights', 'CQ_DATABASE_MIGRATION_URL leads to the same database.')] : [];
  });
}
