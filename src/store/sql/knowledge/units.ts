import { raw } from '@mikro-orm/core';
import type { KnowledgeUnit, NewUnit, UnitFilter, UnitOrder, UnitStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { inOrder } from '../in-order.ts';
import { mapPage, pagesOf, readPage } from '../pages.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { countOutdated, reindex } from '../search/reindex.ts';
import { searchUnits } from '../search/search-units.ts';
import { shaped, statement } from '../statement.ts';
import { record } from './events.ts';
import { insertFlags } from './flags.ts';
import { reserveIdempotencyKey } from './idempotency.ts';
import { toUnit } from './rows.ts';
import { type FilterValues, shapeOf, valuesOf, whereUnit } from './unit-filter.ts';
import { insertAll, restore, restoreMany } from './unit-inserts.ts';
import { changeConfidence, confirmUnit, findUnits, settle, standingsByIds, unitById } from './unit-statements.ts';

interface ListShape {
  readonly filter: UnitFilter;
  readonly order: UnitOrder;
}

const pages = shaped(
  ({ filter, order }: ListShape) => `${shapeOf(filter)} ${order.field} ${order.direction}`,
  ({ filter, order: { field: by, direction } }) =>
    pagesOf(KnowledgeUnitEntity, { by, direction }, (units, given: FilterValues, em) =>
      whereUnit(units, filter, given, em),
    ),
);

const countPassing = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) => {
    const counted = units.select(raw('count(*) as count'));
    return whereUnit(counted as never, filter, given, em);
  }).answering<{ count: number }>(),
);

export function createUnits(db: Database): UnitStore {
  return {
    async find(id) {
      const row = await unitById.first(db.read, { id });
      return row && toUnit(row);
    },

    findMany: (ids) => findUnits(db, ids),

    async standings(ids) {
      if (ids.length === 0) return [];
      return inOrder(ids, await standingsByIds.all(db.read, { ids }), ({ id }) => id);
    },

    async list(filter, order, page) {
      const queries = isInOrder(filter) && !page.skip ? db.read : db.search;
      return mapPage(await readPage(queries, pages({ filter, order }), valuesOf(filter), page), toUnit);
    },

    async count(filter) {
      return (await countPassing(filter).first(db.search, valuesOf(filter)))?.count ?? 0;
    },

    search: (question) => searchUnits(db, question),

    propose(unit, at, idempotency) {
      return db.transaction(async (tx) => {
        if (idempotency) {
          const earlier = await reserveIdempotencyKey(tx.write, unit, idempotency, at);
          if (earlier) return earlier;
        }
        const proposed = newUnit(unit, at);
        if ((await insertAll(tx, [proposed])).size === 0) return existing(tx, unit.id);
        await record(tx.write, { type: 'proposed', unitId: unit.id, actor: unit.createdBy, at });
        return proposed;
      });
    },

    confirm: (id, actor, at, change) =>
      db.transaction(async ({ write }) => {
        const row = await confirmUnit.first(write, { id, at, change });
        return row && settle(write, row, { type: 'confirmed', unitId: id, actor, at });
      }),

    flag: (flag, change) =>
      db.transaction(async ({ write }) => {
        const { unitId, createdBy: actor, createdAt: at } = flag;
        const row = await changeConfidence.first(write, { id: unitId, at, change });
        if (!row) return null;
        await insertFlags.run(write, flag);
        return settle(write, row, { type: 'flagged', unitId, actor, at });
      }),

    restore: (unit, flags) => db.transaction((tx) => restore(tx, unit, flags)),

    restoreMany: (units) => db.transaction((tx) => restoreMany(tx, units)),

    outdated: () => countOutdated(db),

    reindex: (limit) => reindex(db, limit),
  };
}

/** Whether an index holds the units that pass one after the other, in any order that a list may have. */
function isInOrder({ statuses, ...rest }: UnitFilter): boolean {
  return statuses?.length === 1 && Object.values(rest).every((asked) => asked === undefined);
}

function newUnit({ confidence, ...unit }: NewUnit, at: Date): KnowledgeUnit {
  return {
    ...unit,
    version: 1,
    status: 'pending',
    evidence: { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    supersededBy: null,
    review: null,
    createdAt: at,
    updatedAt: at,
  };
}

async function existing({ write }: Database, id: string): Promise<KnowledgeUnit> {
  const row = await unitById.first(write, { id });
  if (!row) throw new Error(`The unit ${id} cannot be added, and is not there.`);
  return toUnit(row);
}
