import type { EventStore, UnitEvent } from '../store.ts';
import type { Database, Queries } from './database.ts';
import { inOrder } from './queries.ts';
import { toColumn, toDate, toEvent } from './rows.ts';

/** What a caller did last is read where it was written, from `primary`. */
export function createEvents(db: Database, primary: Database): EventStore {
  return {
    async latest(limit) {
      const rows = await db.read.selectFrom('events').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(toEvent);
    },

    async lastOf(actor) {
      const row = await primary.read
        .selectFrom('events')
        .select('at')
        .where('actor', '=', actor)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toDate(row.at) : null;
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      const rows = await db.read.selectFrom('events').selectAll().where('id', 'in', ids).execute();
      return inOrder(ids, rows.map(toEvent), ({ id }) => id);
    },

    async unitsActedOn(type, actor, unitIds) {
      if (unitIds.length === 0) return new Set();
      const rows = await db.read
        .selectFrom('events')
        .select('unit_id')
        .distinct()
        .where('actor', '=', actor)
        .where('type', '=', type)
        .where('unit_id', 'in', unitIds)
        .execute();
      return new Set(rows.map(({ unit_id }) => unit_id));
    },
  };
}

/** Notes what happened, in the transaction that made it happen. */
export async function record(tx: Queries, { type, unitId, actor, at }: Omit<UnitEvent, 'id'>): Promise<void> {
  await tx
    .insertInto('events')
    .values({ type, unit_id: unitId, actor, at: toColumn(at) })
    .execute();
}
