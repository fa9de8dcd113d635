import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { migrationsTable } from '../sql/schema/migrate.ts';

/** What a server says of itself and of the database on it. */
export interface ServerState {
  /** Whether it is a standby (in recovery). */
  readonly standby: boolean;
  /** How far a primary has written its write-ahead log, and a standby replayed it. */
  readonly lsn: bigint;
  /** Of the database in its cluster; a standby has the same. */
  readonly databaseOid: string;
  /** Where, by which transaction and when the first migration was recorded: the same on each copy of the cluster's files. */
  readonly installation: string;
  /** The cluster's identifier, which a standby has from its primary; null where the role may not read it. */
  readonly system: string | null;
  /**
   * Raised by each promotion. A standby may say an older one than the one that it follows, never a newer one; null where the role
   * may not read it.
   */
  readonly timeline: number | null;
}

/** Reads the state of one server, over any of its connections. */
export type ReadServerState = (db: QueryExecutorProvider) => Promise<ServerState>;

interface Row {
  readonly standby: boolean;
  readonly lsn: string;
  readonly database: string;
  readonly installation: string;
  readonly system: string | null;
  readonly timeline: number | null;
}

/** SQL: the timeline that a primary writes, which the names of its WAL files begin with. A standby may not ask for it. */
export const timelineOfPrimary = `('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer`;

const standbyTimeline = sql`(
  select greatest(timeline_id, min_recovery_end_timeline) from pg_control_checkpoint(), pg_control_recovery())`;

const stateWith = (system: RawBuilder<unknown>, timelineOfStandby: RawBuilder<unknown>) => sql<Row>`
  select pg_is_in_recovery() as standby,
    coalesce(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, '0/0')::text as lsn,
    (select oid::text from pg_database where datname = current_database()) as database,
    (select concat_ws(' ', tableoid, xmin, extract(epoch from executed_at))
       from ${sql.table(migrationsTable)} order by id limit 1) as installation,
    ${system} as system,
    case when pg_is_in_recovery() then ${timelineOfStandby}
      else ${sql.raw(timelineOfPrimary)} end as timeline`;

const fullState = stateWith(sql`(select system_identifier::text from pg_control_system())`, standbyTimeline);
const publicState = stateWith(sql`null::text`, sql`null::integer`);

/** The functions that everybody may call, unless an administrator has revoked that. */
const mayReadControlFile = sql<{ may: boolean }>`
  select bool_and(has_function_privilege(name || '()', 'execute')) as may
    from unnest(array['pg_control_system', 'pg_control_checkpoint', 'pg_control_recovery']) name`;

/** A reader for one server, which finds out once what its role may read. */
export function serverStateReader(): ReadServerState {
  let mayRead: boolean | null = null;
  return async (db) => {
    mayRead ??= (await mayReadControlFile.execute(db)).rows[0]?.may === true;
    try {
      const { rows } = await (mayRead ? fullState : publicState).execute(db);
      const { lsn, database, ...row } = rows[0] as Row;
      return { ...row, lsn: toNumber(lsn), databaseOid: database };
    } catch (error) {
      // the privilege may have been revoked since
      mayRead = null;
      throw error;
    }
  };
}

/** A position such as `16/B374D848` as a number that can be compared. */
function toNumber(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** Why a server is not a standby of this primary's database, as a sentence's end; null where it may be one. */
export function whyNoReplica(server: ServerState, primary: ServerState): string | null {
  if (!server.standby) return 'it is no standby: it was promoted, or has always been a primary';
  if (server.system !== null && primary.system !== null && server.system !== primary.system)
    return `it belongs to another cluster: its system identifier is ${server.system}, the primary's ${primary.system}`;
  if (server.databaseOid !== primary.databaseOid || server.installation !== primary.installation)
    return 'it holds another database than the primary';
  if (server.timeline !== null && primary.timeline !== null && server.timeline > primary.timeline)
    return `it follows another primary: its timeline is ${server.timeline}, the primary's ${primary.timeline}`;
  return null;
}
