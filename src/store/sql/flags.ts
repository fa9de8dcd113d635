import { sql } from 'kysely';
import type { Flag, FlagReason, FlagStore } from '../store.ts';
import type { Database } from './database.ts';
import { inOrder, readPage } from './queries.ts';
import { toFlag } from './rows.ts';

const order = { column: 'knowledge_unit_flags.created_at', id: 'knowledge_unit_flags.id', direction: 'asc' } as const;

export function createFlags(db: Database): FlagStore {
  return {
    async findMany(ids) {
      if (ids.length === 0) return [];
      const rows = await db.read.selectFrom('knowledge_unit_flags').selectAll().where('id', 'in', ids).execute();
      return inOrder(ids, rows.map(toFlag), ({ id }) => id);
    },

    list(unitId, page) {
      const query = db.read.selectFrom('knowledge_unit_flags').selectAll().where('unit_id', '=', unitId);
      return readPage(query, order, page, toFlag);
    },

    async counts(unitIds) {
      if (unitIds.length === 0) return [];
      const rows = await db.read
        .selectFrom('knowledge_unit_flags')
        .select(['unit_id', 'reason', ({ fn }) => fn.countAll<number>().as('count')])
        .where('unit_id', 'in', unitIds)
        .groupBy(['unit_id', 'reason'])
        .execute();
      const counts = new Map<string, Partial<Record<FlagReason, number>>>(unitIds.map((id) => [id, {}]));
      for (const { unit_id, reason, count } of rows) {
        const ofUnit = counts.get(unit_id);
        if (ofUnit) ofUnit[reason as FlagReason] = Number(count);
      }
      return unitIds.map((id) => counts.get(id) ?? {});
    },

    async latest(unitIds, limit) {
      if (unitIds.length === 0) return [];
      const placed = db.search
        .selectFrom('knowledge_unit_flags')
        .selectAll()
        .select(sql<number>`row_number() over (partition by unit_id order by created_at desc, id desc)`.as('place'))
        .where('unit_id', 'in', unitIds)
        .as('placed');
      const rows = await db.search
        .selectFrom(placed)
        .selectAll()
        .where('place', '<=', limit)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      const flags = new Map<string, Flag[]>(unitIds.map((id) => [id, []]));
      for (const row of rows) flags.get(row.unit_id)?.push(toFlag(row));
      return unitIds.map((id) => flags.get(id) ?? []);
    },
  };
}
