import { sql } from 'kysely';
import { type PostgresConfig, warningsOf } from '../../../config/database.ts';
import { bytes, type DiagnosisOptions, type Finding, ok, problem, warning } from '../../../findings.ts';
import type { Client } from '../../sql/queries.ts';
import { migrationLock } from '../migration-lock.ts';
import { pgvectorProblem, readPgvectorFacts } from '../pgvector.ts';
import { isPooled } from '../sessions.ts';

/** A clock of this machine that is further off than this is told of. */
const maxOffsetMs = 5000;

/** What the server is, and whether it can be written to. */
export async function diagnoseServer(db: Client, { label }: PostgresConfig): Promise<Finding[]> {
  const { rows } = await sql<{ version: string; standby: boolean; size: number; schema: string }>`
    select current_setting('server_version') as version, pg_is_in_recovery() as standby,
           pg_database_size(current_database())::float8 as size, current_schema()::text as schema`.execute(db);
  const { version, standby, size, schema } = rows[0] ?? { version: '', standby: false, size: 0, schema: '' };
  const found = `PostgreSQL ${version}, ${label}, schema ${schema}, ${bytes(size)} in the database.`;
  if (!standby) return [ok('database.server', found)];
  return [
    problem(
      'database.server',
      `${found} It is a standby, where nothing can be written.`,
      'Name the primary in CQ_DATABASE_URL, or several hosts with target_session_attrs=read-write.',
    ),
  ];
}

/** Whether there is a pooler in between. */
export function diagnosePooler(db: Client, { migration }: PostgresConfig): Finding {
  const check = 'database.pooler';
  if (!isPooled(db)) return ok(check, 'The connections are direct ones.');
  if (migration) return ok(check, 'There is a pooler in between; migrations and index builds go past it.');
  return warning(
    check,
    'There is a pooler in between, which is right for requests; index builds through it keep vectors from being written meanwhile.',
    'Set CQ_DATABASE_MIGRATION_URL to a URL that leads to PostgreSQL itself.',
  );
}

/** Whether pgvector is there, where vectors are wanted. */
export async function diagnosePgvector(db: Client, { vectors }: DiagnosisOptions): Promise<Finding> {
  const check = 'database.extension';
  const facts = await readPgvectorFacts(db);
  const problem = pgvectorProblem(facts);
  if (problem === null) return ok(check, `Vectors are held by pgvector ${facts.version}.`);
  if (!vectors) return ok(check, 'pgvector cannot be used, and is not needed: there is no CQ_EMBEDDING_PROVIDER.');
  const [found = problem, ...advice] = problem.split(/: (.*)/s);
  return warning(
    check,
    `${found}: there is no search by meaning.`,
    advice.join('') || 'See docs/search.md for what search by meaning needs.',
  );
}

/** Whether a migration runs just now. */
export async function diagnoseMigration(db: Client): Promise<Finding[]> {
  const { rows } = await sql<{ pid: number; seconds: number | null }>`
    select pid, floor(extract(epoch from now() - xact_start))::float8 as seconds
      from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and classid = 0 and objid = ${sql.lit(migrationLock)}::oid and objsubid = 1 and granted
       and pg_locks.database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows.map(({ pid, seconds }) =>
    warning(
      'database.migration',
      `A migration, or the end of an adoption, has been running for ${seconds ?? 'some'} s (process ${pid} of PostgreSQL). Until it commits nothing of it is there.`,
      `Wait for it. Where nobody runs one any more: select pg_terminate_backend(${pid}); it is rolled back, and can be run again`,
    ),
  );
}

/** The clock of this machine beside the server's, which counts. */
export async function diagnoseClock(db: Client, { now }: DiagnosisOptions): Promise<Finding> {
  const before = now();
  const begun = performance.now();
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
  const took = performance.now() - begun;
  const offset = Math.round(before + took / 2 - Number(rows[0]?.now));
  const seconds = `${Math.round(Math.abs(offset) / 100) / 10} s`;
  if (Math.abs(offset) - took / 2 <= maxOffsetMs)
    return ok('clock', `This machine's clock and the database's are ${seconds} apart.`);
  return warning(
    'clock',
    `This machine's clock is ${seconds} ${offset > 0 ? 'ahead of' : 'behind'} the database's, which counts for all that is stored and expires; the log, TLS and what others sign go by this one.`,
    'Have both machines keep time (chrony, systemd-timesyncd); see "timedatectl" on each.',
  );
}

/** What is odd about the URL. */
export const diagnoseUrl = (config: PostgresConfig): Finding[] =>
  warningsOf(config).map((text) =>
    warning('database.url', `${text}.`, 'Correct CQ_DATABASE_URL, or what completes it.'),
  );
