import { sql } from 'kysely';
import type { PostgresConfig } from '../../../config/database.ts';
import { type Finding, ok, problem, warning } from '../../../findings.ts';
import type { Client } from '../../sql/queries.ts';
import { poolSizesOf } from '../connection.ts';
import { quoted } from '../identifiers.ts';
import { isPooled } from '../sessions.ts';

interface Limit {
  /** Whose limit it is, for the operator. */
  readonly of: string;
  /** What raises it. */
  readonly advice: string;
  readonly most: number;
  readonly used: number;
}

interface Facts {
  readonly role: string;
  readonly database: string;
  readonly server: number;
  readonly used: number;
  readonly ours: number;
  readonly roleLimit: number;
  readonly ofRole: number;
  readonly databaseLimit: number;
  readonly ofDatabase: number;
}

/** How many connections one process opens to the primary at most: its pools, and one that listens. */
export function connectionsOfProcess({ poolSize, migration }: PostgresConfig): number {
  const { reads, writes, probes } = poolSizesOf(poolSize);
  return reads + writes + probes + 1 + (migration ? 2 : 0);
}

/** Whether the connections of one more process fit into what the server, the role and the database allow. */
export async function diagnoseConnections(db: Client, config: PostgresConfig): Promise<Finding[]> {
  const check = 'database.connections';
  const { rows } = await sql<Facts>`
    with sessions as (select * from pg_stat_activity where datname is not null and pid <> pg_backend_pid())
    select current_user::text as role, current_database()::text as database,
           current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
             - coalesce(current_setting('reserved_connections', true)::integer, 0) as server,
           (select count(*)::integer from sessions) as used,
           (select count(*)::integer from sessions where datname = current_database()
               and application_name = ${config.primary.applicationName}) as ours,
           (select rolconnlimit from pg_roles where rolname = current_user) as "roleLimit",
           (select count(*)::integer from sessions where usename = current_user) as "ofRole",
           (select datconnlimit from pg_database where datname = current_database()) as "databaseLimit",
           (select count(*)::integer from sessions where datname = current_database()) as "ofDatabase"`.execute(db);
  const facts = rows[0] as Facts;
  const wanted = connectionsOfProcess(config);
  if (isPooled(db)) return [ok(check, `A pooler divides the connections; each process opens up to ${wanted} to it.`)];
  const limits: Limit[] = [
    {
      of: 'The server',
      most: facts.server,
      used: facts.used,
      advice: 'alter system set max_connections = NUMBER, and restart PostgreSQL',
    },
    {
      of: `The role ${facts.role}`,
      most: facts.roleLimit,
      used: facts.ofRole,
      advice: `alter role ${quoted(facts.role)} connection limit NUMBER`,
    },
    {
      of: `The database ${facts.database}`,
      most: facts.databaseLimit,
      used: facts.ofDatabase,
      advice: `alter database ${quoted(facts.database)} connection limit NUMBER`,
    },
  ];
  const tight = limits.filter(({ most, used }) => most >= 0 && most - used < wanted);
  const sentence = `a process opens up to ${wanted} connections (CQ_DATABASE_POOL_SIZE=${config.poolSize})`;
  if (tight.length === 0)
    return [
      ok(
        check,
        `${facts.server - facts.used} of ${facts.server} are free; ${sentence}, and ${facts.ours} of this program are open.`,
      ),
    ];
  return tight.map(({ of, most, used, advice }) => {
    const found = `${of} allows ${most} connections, of which ${used} are taken, and ${sentence}.`;
    const remedy = `Set CQ_DATABASE_POOL_SIZE lower in every process, use a pooler, or raise the limit: ${advice}`;
    return most < wanted ? problem(check, found, remedy) : warning(check, `${found} One more does not fit.`, remedy);
  });
}
