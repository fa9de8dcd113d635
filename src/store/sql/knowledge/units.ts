import { raw } from '@mikro-orm/core';
import { ErasedUnitError } from '../../../errors.ts';
import { mapInTurns } from '../../../turns.ts';
import type { Flag, KnowledgeUnit, NewUnit, UnitFilter, UnitOrder, UnitStore } from '../../store.ts';
import { requireName } from '../accounts/erased-names.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { readPage } from '../keyset-pages.ts';
import { together } from '../queries.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { tokenize } from '../search/analyser.ts';
import { highlighter } from '../search/highlights.ts';
import { countOutdated, reindex } from '../search/reindex.ts';
import { searchUnits } from '../search/search-units.ts';
import { addWaitingSpellings } from '../search/spellings.ts';
import { memoizeByShape, statement } from '../statement.ts';
import { bulkMergeFrom, mergeWords } from '../words/merge.ts';
import { countConfirmations, listConfirmations } from './confirmations.ts';
import { confirm, confirmersOf } from './confirmers.ts';
import { erasedAmong } from './erased-units.ts';
import { recordEvent } from './events.ts';
import { insertFlags } from './flags.ts';
import { reserveIdempotencyKey } from './idempotency.ts';
import { statusOf, toUnit } from './rows.ts';
import { findSameText, hashTexts } from './text-hashes.ts';
import { type FilterValues, shapeOf, valuesOf, whereUnit } from './unit-filter.ts';
import { insertUnits, restore, restoreMany } from './unit-inserts.ts';
import { isByUsage, keyOf, unitPages } from './unit-pages.ts';
import { changeConfidence, findUnits, standingsByIds, syncDomainsAndRecordEvent, unitById } from './unit-statements.ts';

const countPassing = memoizeByShape(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) => {
    const counted = units.select(raw('count(*) as count'));
    return whereUnit(counted as never, filter, given, em);
  }).withRowsOf<{ count: number }>(),
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
      const rows = await standingsByIds.all(db.read, { ids });
      const standings = rows.map(({ withdrawnAs, ...row }) => ({ ...row, status: statusOf({ ...row, withdrawnAs }) }));
      return alignToKeys(ids, standings, ({ id }) => id);
    },

    async list(filter, order, page) {
      const queries = hasIndexInOrder(filter, order) && !page.skip ? db.read : db.search;
      const { items, hasMore } = await readPage(queries, unitPages({ filter, order }), valuesOf(filter), page);
      return { items: await mapInTurns(items, toUnit), hasMore, keys: items.map((row) => keyOf(row, order)) };
    },

    async count(filter) {
      return (await countPassing(filter).first(db.search, valuesOf(filter)))?.count ?? 0;
    },

    search: (question) => searchUnits(db, question),

    highlighter: (text) => highlighter(tokenize(text)),

    propose(unit, at, idempotency) {
      return db.shortTransaction(async (tx) => {
        const name = requireName(tx, unit.createdBy);
        if (idempotency) {
          const [, earlier] = await together(name, reserveIdempotencyKey(tx.write, unit, idempotency, at));
          if (earlier) return earlier;
        }
        const proposed = newUnit(unit, at);
        const [, inserted] = await together(name, insertUnits(tx, [proposed]));
        if (inserted.size === 0) return existingUnit(tx, unit.id);
        const event = {
          type: 'proposed',
          unitId: unit.id,
          unitVersion: proposed.version,
          actor: unit.createdBy,
          at,
        } as const;
        recordEvent(tx.write, event);
        return proposed;
      });
    },

    confirm: (id, by, at, change, since, signal) => confirm(db, id, by, at, change, since, requireName, signal),

    confirmersOf: (unitId) => confirmersOf(db, unitId),

    confirmations: (unitId, by, page) => listConfirmations(db, unitId, by, page),

    countConfirmations: (unitId, by) => countConfirmations(db, unitId, by),

    flag: (flag, change, signal) => db.unitQueue(flag.unitId, () => addFlag(db, flag, change), signal),

    restore: (unit, flags) => db.transaction((tx) => restore(tx, unit, flags)),

    async restoreMany(units) {
      const added = await db.transaction((tx) => restoreMany(tx, units));
      if (units.length > 1) await mergeWords(db, bulkMergeFrom);
      return added;
    },

    withText: (insight, statuses, limit) => findSameText(db, insight, statuses, limit),

    hashTexts: (limit) => hashTexts(db, limit),

    outdated: () => countOutdated(db),

    reindex: (limit) => reindex(db, limit),

    addSpellings: () => addWaitingSpellings(db),

    mergeWords: (from, signal) => mergeWords(db, from, signal),
  };
}

const addFlag = (db: Database, flag: Flag & { readonly createdBy: string }, change: number) =>
  db.shortTransaction(async (tx) => {
    const { write } = tx;
    const { unitId, createdBy: actor, createdAt: at } = flag;
    const [row] = await together(changeConfidence.first(write, { id: unitId, at, change }), requireName(tx, actor));
    if (!row) return null;
    write.defer(insertFlags.run(write, flag));
    return syncDomainsAndRecordEvent(write, row, { type: 'flagged', actor, at });
  });

/**
 * Whether an index answers the filter in list order: only one status, and nothing else. That of usage, which changes all the time, has no
 * statuses, and that of rejected units has the withdrawn ones in between.
 */
function hasIndexInOrder({ statuses, ...rest }: UnitFilter, { field }: UnitOrder): boolean {
  const isOneList = statuses?.length === 1 && (statuses[0] === 'pending' || statuses[0] === 'approved');
  return !isByUsage(field) && isOneList && Object.values(rest).every((value) => value === undefined);
}

function newUnit({ confidence, ...unit }: NewUnit, at: Date): KnowledgeUnit {
  return {
    ...unit,
    version: 1,
    status: 'pending',
    evidence: { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    confirmers: 0,
    ownConfirmations: 0,
    supersededBy: null,
    review: null,
    withdrawal: null,
    createdAt: at,
    updatedAt: at,
  };
}

async function existingUnit({ write }: Database, id: string): Promise<KnowledgeUnit> {
  const row = await unitById.first(write, { id });
  if (!row && (await erasedAmong(write, [id])).size > 0) throw new ErasedUnitError(id);
  if (!row) throw new Error(`The unit ${id} could neither be inserted nor found.`);
  return toUnit(row);
}
