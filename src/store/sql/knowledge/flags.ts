import { raw } from '@mikro-orm/core';
import type { Flag, FlagReason, FlagStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { KnowledgeUnitFlagEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';

const byIds = statement(KnowledgeUnitFlagEntity, (flags, { ids }: { ids: readonly string[] }) =>
  flags.select('*').where({ id: { $in: ids } }),
);

const ofUnit = keysetPages(
  KnowledgeUnitFlagEntity,
  { by: 'createdAt', direction: 'asc' },
  (flags, { unitId }: { unitId: string }) => flags.where({ unitId }),
);

/** Of the flags that `countReasons` counts, any `limit`. */
const selectReasons = statement(
  KnowledgeUnitFlagEntity,
  (flags, { unitIds, limit }: { unitIds: readonly string[]; limit: number }) =>
    flags
      .select(['unitId', 'reason'])
      .where({ unitId: { $in: unitIds } })
      .limit(limit),
).withRowsOf<{ unitId: string; reason: FlagReason }>();

const countReasons = statement(KnowledgeUnitFlagEntity, (flags, { unitIds }: { unitIds: readonly string[] }) =>
  flags
    .select(['unitId', 'reason', raw('count(*) as count')])
    .where({ unitId: { $in: unitIds } })
    .groupBy(['unitId', 'reason']),
).withRowsOf<{ unitId: string; reason: FlagReason; count: number }>();

// raw SQL: the QueryBuilder has no window functions
const selectLatest = statement(
  KnowledgeUnitFlagEntity,
  (flags, { unitIds, limit }: { unitIds: readonly string[]; limit: number }) =>
    flags
      .select('*')
      .where(
        `own.id in (
          select id from (
            select id, row_number() over (partition by unit_id order by created_at desc, id desc) as place
              from knowledge_unit_flags where unit_id in ?) placed
           where place <= ?)`,
        [unitIds, limit],
      )
      .orderBy({ createdAt: 'asc', id: 'asc' }),
);

/** More flags than this are counted by the database. */
const maxShortCount = 100;

export const insertFlags = statement(KnowledgeUnitFlagEntity, (flags, flag: Flag, em) =>
  flags.insert(insertValuesOf(KnowledgeUnitFlagEntity, flag, em)),
);

export function createFlags(db: Database): FlagStore {
  return {
    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id);
    },

    list: (unitId, page) => readPage(db.read, ofUnit, { unitId }, page),

    async counts(unitIds) {
      if (unitIds.length === 0) return [];
      const counts = new Map<string, Partial<Record<FlagReason, number>>>(unitIds.map((id) => [id, {}]));
      // most units have no flags: few are read sooner than a thread of searches counts them
      const max = Math.min(db.shortRead, maxShortCount);
      const few = await selectReasons.all(db.read, { unitIds, limit: max + 1 });
      const rows =
        few.length <= max ? few.map((row) => ({ ...row, count: 1 })) : await countReasons.all(db.search, { unitIds });
      for (const { unitId, reason, count } of rows) {
        const ofUnit = counts.get(unitId);
        if (ofUnit) ofUnit[reason] = (ofUnit[reason] ?? 0) + count;
      }
      return unitIds.map((id) => counts.get(id) ?? {});
    },

    async latest(unitIds, limit) {
      if (unitIds.length === 0) return [];
      const flags = new Map<string, Flag[]>(unitIds.map((id) => [id, []]));
      for (const flag of await selectLatest.all(db.search, { unitIds, limit })) flags.get(flag.unitId)?.push(flag);
      return unitIds.map((id) => flags.get(id) ?? []);
    },
  };
}
