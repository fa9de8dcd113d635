import { sql } from 'kysely';
import { type Epoch, nameEpoch, newEpoch } from '../sql/log/epochs.ts';
import { entityOf, type LogName, type LogPart, type LogSnapshot, type LogSource } from '../sql/log/log-source.ts';
import type { Queries } from '../sql/queries.ts';
import type { Row } from '../sql/row-mapping.ts';
import { columnsOf } from '../sql/statement.ts';
import type { LogPlace } from '../store.ts';
import { integerArray } from './integer-array.ts';
import { type RunningTransactions, trackRunning } from './running-transactions.ts';

/** A row, with what is the same in all of them; where there are none, one without an id. */
type Found = Row & {
  readonly log_epoch: string | null;
  readonly horizon: number;
  readonly next: number;
  readonly running: string;
  readonly held: boolean;
};

/** A held entry is among so many last ones; another one is found with the next look. */
const lastOnes = 1000;

/**
 * Reads logs of PostgreSQL by `(xid, id)` up to a horizon: the oldest transaction that is running and is waited for. Every transaction
 * below it has ended, so that nothing can be added there. See [decision 20](../../../docs/decisions/0020-logs.md).
 */
export function createLogSource(
  read: Queries,
  write: Queries,
  running: RunningTransactions = trackRunning(),
): LogSource {
  const epochs = new Map<LogName, Epoch>();

  async function epochOf(log: LogName): Promise<Epoch> {
    const known = epochs.get(log) ?? (await write.transaction((tx) => settleEpoch(tx, log)));
    epochs.set(log, known);
    return known;
  }

  async function snapshotOf(log: LogName, after: LogPlace | null, limit: number, part?: LogPart): Promise<LogSnapshot> {
    const { epoch, firstId } = await epochOf(log);
    const skipped = running.skipped((after?.open ?? []).map(({ transaction }) => transaction));
    // those of before have an order of their own
    const isOld = after !== null && isOfBefore(after, firstId);
    const table = sql.table(log);
    const rowsOf =
      part ?? ((condition) => sql`(select ${columnsOf(entityOf[log], read)} from ${table} where ${condition})`);
    const behind = after ? rowsBehind(rowsOf, after, firstId, limit) : lastRows(rowsOf, firstId, limit);
    const { rows } = await sql<Found>`
      with moment as materialized (select pg_current_snapshot() as snapshot),
           running as materialized (
             select xid::text::bigint as xid from moment, pg_snapshot_xip(snapshot) as one(xid)),
           horizon as materialized (
             select coalesce((select min(xid) from running where xid <> all(${integerArray(skipped)}::bigint[])),
                             (select pg_snapshot_xmax(snapshot)::text::bigint from moment)) as xid)
      select (select epoch from log_epochs where log = ${log}) as log_epoch,
             (select xid from horizon) as horizon,
             (select pg_snapshot_xmax(snapshot)::text::bigint from moment) as next,
             (select coalesce(json_agg(xid), '[]')::text from running) as running,
             exists (select from (select xid from ${table} where id > ${firstId} order by id desc limit ${sql.lit(lastOnes)}) last
                      where xid >= (select xid from horizon)) as held,
             found.*
        from (select 1) one left join lateral (${behind}) found on true
       order by ${inLog(firstId)}`.execute(read);
    const { log_epoch, horizon, next, running: all, held } = rows[0] as Found;
    if (log_epoch !== epoch) {
      epochs.delete(log);
      return snapshotOf(log, after, limit, part);
    }
    const now = new Set<number>(JSON.parse(all));
    running.note(now);
    const found = rows.flatMap(({ log_epoch: _, horizon: __, next: ___, running: ____, held: _____, ...row }) =>
      row.id === null ? [] : [Number(row.id) <= firstId ? { ...row, xid: 0 } : row],
    );
    return {
      epoch,
      rows: found,
      horizon: isOld ? { transaction: 0, id: firstId } : { transaction: horizon, id: 0 },
      next: { transaction: next, id: 0 },
      open: new Set(skipped.filter((xid) => now.has(xid))),
      isPartial: isOld,
      isHeld: held,
    };
  }

  return {
    read: snapshotOf,

    async find(log, id) {
      const { firstId } = await epochOf(log);
      const { rows } = await sql<Row>`
        select id, case when id <= ${firstId} then 0 else xid end as xid, at from ${sql.table(log)} where id = ${id}`.execute(
        read,
      );
      return rows[0] ?? null;
    },

    async countAfter(log, place, most) {
      const { firstId } = await epochOf(log);
      const table = sql.table(log);
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from (
          (select 1 from ${table} where ${ofBefore(place, firstId)} limit ${sql.lit(most)})
          union all
          (select 1 from ${table} where ${inOrder(place, firstId)} limit ${sql.lit(most)})) counted`.execute(read);
      return Math.min(most, Number(rows[0]?.count));
    },
  };
}

/** Whether rows follow that go by their numbers alone. */
const isOfBefore = ({ transaction, id }: LogPlace, firstId: number): boolean => transaction === 0 && id < firstId;

const ofBefore = (place: LogPlace, firstId: number) =>
  sql`id > ${place.transaction === 0 ? place.id : firstId} and id <= ${firstId}`;

// the first condition is that of the index
const inOrder = ({ transaction, id }: LogPlace, firstId: number) =>
  sql`xid > 0 and (xid, id) > (${transaction}, ${id}) and id > ${firstId}`;

/** The order of a log. */
const inLog = (firstId: number, direction = sql`asc`) =>
  sql`case when id <= ${firstId} then 0 else xid end ${direction}, id ${direction}`;

function lastRows(rowsOf: LogPart, firstId: number, limit: number) {
  const told = sql`(id <= ${firstId} or xid < (select xid from horizon))`;
  return sql`select * from ${rowsOf(told)} told order by ${inLog(firstId, sql`desc`)} limit ${sql.lit(limit)}`;
}

function rowsBehind(rowsOf: LogPart, after: LogPlace, firstId: number, limit: number) {
  const upTo = sql.lit(limit);
  if (isOfBefore(after, firstId))
    return sql`select * from ${rowsOf(ofBefore(after, firstId))} old order by id limit ${upTo}`;
  const inTurn = sql`
    select * from ${rowsOf(sql`${inOrder(after, firstId)} and xid < (select xid from horizon)`)} in_turn
     order by xid, id limit ${upTo}`;
  if (after.open.length === 0) return inTurn;
  const xids = after.open.map(({ transaction }) => transaction);
  const ids = after.open.map(({ id }) => id);
  return sql`
    select * from (
      (select late.* from unnest(${integerArray(xids)}::bigint[], ${integerArray(ids)}::bigint[]) as open(xid, told)
         join ${rowsOf(sql`xid = any(${integerArray(xids)}::bigint[]) and xid > 0 and id > ${firstId}`)} late
           on late.xid = open.xid and late.id > open.told)
      union all (${inTurn})) both_kinds
     order by xid, id limit ${upTo}`;
}

/**
 * The epoch of a log, and a new one where rows are of transactions that this server has not begun: then the database was restored from
 * another server, and all rows that are there go by their numbers from now on.
 */
async function settleEpoch(tx: Queries, log: LogName): Promise<Epoch> {
  const known = await nameEpoch(tx, log);
  if (!(await hasForeignRows(tx, log, known))) return known;
  // so that no row is added meanwhile, and one process does it
  await sql`lock table ${sql.table(log)} in share row exclusive mode`.execute(tx);
  const current = await nameEpoch(tx, log);
  if (!(await hasForeignRows(tx, log, current))) return current;
  const { rows } = await sql<Epoch>`
    update log_epochs set epoch = ${newEpoch()}, first_id = (select coalesce(max(id), 0) from ${sql.table(log)})
     where log = ${log} returning epoch, first_id as "firstId"`.execute(tx);
  return rows[0] as Epoch;
}

async function hasForeignRows(tx: Queries, log: LogName, { firstId }: Epoch): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from ${sql.table(log)}
                    where xid > 0 and id > ${firstId}
                      and xid >= (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint)) as found`.execute(tx);
  return rows[0]?.found === true;
}
