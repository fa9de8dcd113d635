import { sql } from 'kysely';
import { bytes, counted, type Finding, ok, problem, warning } from '../../../findings.ts';
import type { Client } from '../../sql/queries.ts';
import { quoted } from '../identifiers.ts';

/** Rows that are dead and not cleaned up are told of from this many on, and this part of those that live. */
const [manyDead, deadPart] = [20_000, 0.5];

/** Transactions that are open for longer keep what was deleted since. */
const longMinutes = 60;

/** PostgreSQL freezes rows itself from 200 million transactions on, and stops at some 2,100 million. */
const [oldXids, tooOldXids] = [1_000_000_000, 1_800_000_000];

interface Table {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly size: number;
  readonly vacuumed: string | null;
  /** Whether autovacuum is switched off for it. */
  readonly off: boolean;
}

/** Dead rows, and what should clean them up: autovacuum, and transactions that keep it from that. */
export async function diagnoseRows(db: Client): Promise<Finding[]> {
  const check = 'database.rows';
  const { rows: tables } = await sql<Table>`
    select relname::text as name, n_live_tup::float8 as live, n_dead_tup::float8 as dead,
           pg_total_relation_size(relid)::float8 as size,
           greatest(last_vacuum, last_autovacuum)::text as vacuumed,
           coalesce((select option_value = 'false' or option_value = 'off' or option_value = '0'
              from pg_class, pg_options_to_table(reloptions) where pg_class.oid = relid and option_name = 'autovacuum_enabled'), false) as off
      from pg_stat_user_tables where schemaname = current_schema()`.execute(db);
  const sum = (of: (table: Table) => number) => tables.reduce((total, table) => total + of(table), 0);
  const findings = tables
    .filter(({ live, dead }) => dead > manyDead && dead > live * deadPart)
    .map(({ name, live, dead, vacuumed }) =>
      warning(
        check,
        `The table ${name} has ${counted(dead, 'dead row')} beside ${live}; it was last cleaned up ${vacuumed ?? 'never'}.`,
        `Run in the database, as the owner of the tables: vacuum (analyze) ${quoted(name)}`,
      ),
    );
  for (const { name } of tables.filter(({ off }) => off))
    findings.push(
      warning(
        check,
        `Autovacuum is off for the table ${name}.`,
        `Run in the database, as the owner of the tables: alter table ${quoted(name)} reset (autovacuum_enabled)`,
      ),
    );
  if (findings.length > 0) return findings;
  return [
    ok(
      check,
      `${counted(tables.length, 'table')}, ${bytes(sum(({ size }) => size))}, ${sum(({ live }) => live)} rows and ${sum(({ dead }) => dead)} dead ones.`,
    ),
  ];
}

interface Facts {
  readonly autovacuum: string;
  readonly counts: string;
  readonly age: number;
  readonly pid: number | null;
  readonly application: string | null;
  readonly minutes: number | null;
}

/** Whether PostgreSQL can clean up by itself. */
export async function diagnoseCleaning(db: Client): Promise<Finding[]> {
  const check = 'database.autovacuum';
  const { rows } = await sql<Facts>`
    select current_setting('autovacuum') as autovacuum, current_setting('track_counts') as counts,
           (select age(datfrozenxid)::float8 from pg_database where datname = current_database()) as age,
           pid, application_name as application, floor(extract(epoch from now() - xact_start) / 60)::float8 as minutes
      from (select) once left join (
        select * from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - make_interval(mins => ${longMinutes})
         order by xact_start limit 1) oldest on true`.execute(db);
  const { autovacuum, counts, age, pid, application, minutes } = rows[0] as Facts;
  const findings: Finding[] = [];
  for (const [name, value] of Object.entries({ autovacuum, track_counts: counts }))
    if (value === 'off')
      findings.push(
        warning(
          check,
          `${name} is off: nothing cleans up dead rows.`,
          `Run in the database, as a superuser: alter system set ${name} = on; select pg_reload_conf()`,
        ),
      );
  if (pid !== null)
    findings.push(
      warning(
        check,
        `A transaction of ${JSON.stringify(application)} has been open for ${minutes} minutes: what was deleted since cannot be cleaned up.`,
        `End it, unless it is a backup: select pg_terminate_backend(${pid})`,
      ),
    );
  if (age > oldXids) {
    const level = age > tooOldXids ? problem : warning;
    findings.push(
      level(
        check,
        `The oldest transaction number is ${age} behind: from some 2,100,000,000 on PostgreSQL writes nothing more.`,
        'End old transactions, drop replication slots that nobody uses, and run in the database, as a superuser: vacuum (freeze)',
      ),
    );
  }
  return findings.length > 0
    ? findings
    : [ok(check, `Autovacuum is on, and no transaction is older than ${longMinutes} minutes.`)];
}
