import type { FlagReason, FlagStore } from '../store.ts';
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
  };
}
