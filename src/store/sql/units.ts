import { sql } from 'kysely';
import type { Flag, KnowledgeUnit, NewUnit, ReviewStatus, UnitFilter, UnitStore, UnitWithFlags } from '../store.ts';
import type { Database, Queries } from './database.ts';
import { record } from './events.ts';
import { inOrder, readPage, whereUnit } from './queries.ts';
import { countOutdated, reindex } from './reindex.ts';
import { fromFlag, fromUnit, indexable, toColumn, toUnit, type UnitRow } from './rows.ts';
import { searchUnits } from './search.ts';
import { indexedText } from './words.ts';

const orderColumns = {
  createdAt: 'knowledge_units.created_at',
  updatedAt: 'knowledge_units.updated_at',
  confidence: 'knowledge_units.confidence',
  confirmations: 'knowledge_units.confirmations',
} as const;

export function createUnits(db: Database): UnitStore {
  return {
    async find(id) {
      const row = await db.read.selectFrom('knowledge_units').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toUnit(row) : null;
    },

    findMany: (ids) => findUnits(db, ids),

    async standings(ids) {
      if (ids.length === 0) return [];
      const rows = await db.read
        .selectFrom('knowledge_units')
        .select(['id', 'status', 'created_by as createdBy'])
        .where('id', 'in', ids)
        .execute();
      const standings = rows.map((row) => ({ ...row, status: row.status as ReviewStatus }));
      return inOrder(ids, standings, ({ id }) => id);
    },

    list(filter, order, page) {
      const source = isInOrder(filter) && !page.skip ? db.read : db.search;
      const query = whereUnit(source.selectFrom('knowledge_units').selectAll('knowledge_units'), filter);
      const column = orderColumns[order.field];
      return readPage(query, { column, id: 'knowledge_units.id', direction: order.direction }, page, toUnit);
    },

    async count(filter) {
      const counted = db.search.selectFrom('knowledge_units').select(({ fn }) => fn.countAll<number>().as('count'));
      return Number((await whereUnit(counted, filter).executeTakeFirstOrThrow()).count);
    },

    search: (question) => searchUnits(db, question),

    propose(unit, at, idempotency) {
      return db.transaction(async (tx) => {
        if (idempotency) {
          const earlier = await claim(tx.write, unit, idempotency, at);
          if (earlier) return earlier;
        }
        const proposed = newUnit(unit, at);
        if ((await insert(tx, [proposed])).size === 0) return existing(tx.write, unit.id);
        await record(tx.write, { type: 'proposed', unitId: unit.id, actor: unit.createdBy, at });
        return proposed;
      });
    },

    confirm: (id, by, at) =>
      db.transaction(async (tx) => {
        const row = await tx.write
          .updateTable('knowledge_units')
          .set({
            // SQL has no least() that both databases know
            confidence: sql<number>`case when confidence + 0.1 > 1.0 then 1.0 else confidence + 0.1 end`,
            confirmations: sql<number>`confirmations + 1`,
            last_confirmed: toColumn(at),
            updated_at: toColumn(at),
          })
          .where('id', '=', id)
          .where('status', '=', 'approved')
          .returningAll()
          .executeTakeFirst();
        return row ? settle(tx.write, row, { type: 'confirmed', unitId: id, actor: by, at }) : null;
      }),

    flag: (flag) =>
      db.transaction(async (tx) => {
        const { unitId, createdBy: actor, createdAt: at } = flag;
        const row = await tx.write
          .updateTable('knowledge_units')
          .set({
            confidence: sql<number>`case when confidence - 0.15 < 0.0 then 0.0 else confidence - 0.15 end`,
            updated_at: toColumn(at),
          })
          .where('id', '=', unitId)
          .where('status', '=', 'approved')
          .returningAll()
          .executeTakeFirst();
        if (!row) return null;
        await tx.write.insertInto('knowledge_unit_flags').values(fromFlag(flag)).execute();
        return settle(tx.write, row, { type: 'flagged', unitId, actor, at });
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

/** Adds a whole unit with its flags, in the transaction that is given; false when the id is taken. */
export async function restore(tx: Database, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean> {
  return (await restoreMany(tx, [{ unit, flags }])) === 1;
}

async function restoreMany(tx: Database, units: readonly UnitWithFlags[]): Promise<number> {
  const added = await insert(
    tx,
    units.map(({ unit }) => unit),
  );
  const flags = units.flatMap(({ unit, flags }) => (added.has(unit) ? flags : []));
  await insertRows(flags.map(fromFlag), (rows) => tx.write.insertInto('knowledge_unit_flags').values(rows).execute());
  return added.size;
}

/** In the order of `ids`, with null where there is none. */
export async function findUnits(db: Database, ids: readonly string[]): Promise<(KnowledgeUnit | null)[]> {
  if (ids.length === 0) return [];
  const rows = await db.read.selectFrom('knowledge_units').selectAll().where('id', 'in', ids).execute();
  return inOrder(ids, rows.map(toUnit), ({ id }) => id);
}

/** Brings what is derived of a unit's row in step with it, and notes what happened. */
export async function settle(tx: Queries, row: UnitRow, event: Parameters<typeof record>[1]): Promise<KnowledgeUnit> {
  await tx
    .updateTable('knowledge_unit_domains')
    .set({ status: row.status, confidence: row.confidence })
    .where('unit_id', '=', row.id)
    .execute();
  await record(tx, event);
  return toUnit(row);
}

function newUnit(unit: NewUnit, at: Date): KnowledgeUnit {
  return {
    ...unit,
    version: 1,
    status: 'pending',
    evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    supersededBy: null,
    review: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Adds units and what is derived of them; answers with the ones added. Where an id is taken, nothing changes. */
async function insert(tx: Database, units: readonly KnowledgeUnit[]): Promise<Set<KnowledgeUnit>> {
  const byId = new Map(units.toReversed().map((unit) => [unit.id, unit]));
  // in one order: two that add the same units would wait for each other
  const wanted = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  const added = new Set<KnowledgeUnit>();
  await insertRows(wanted.map(fromUnit), async (rows) => {
    // whoever comes second waits here for the first one's transaction
    const ids = await tx.write
      .insertInto('knowledge_units')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    for (const { id } of ids) added.add(byId.get(id) as KnowledgeUnit);
  });
  const fresh = [...added];
  await insertRows(fresh.flatMap(domainRows), (rows) =>
    tx.write.insertInto('knowledge_unit_domains').values(rows).execute(),
  );
  await insertRows(fresh.flatMap(contextRows), (rows) =>
    tx.write.insertInto('knowledge_unit_context').values(rows).execute(),
  );
  if (fresh.length > 0) {
    await tx.words.add(
      tx.write,
      fresh.map((unit) => ({ unitId: unit.id, ...indexedText(unit) })),
    );
    await addJobs(tx.write, fresh);
  }
  return added;
}

/** Rows of one statement: databases take so many parameters and no more. */
const rowsAtOnce = 500;

async function insertRows<Row>(rows: readonly Row[], write: (some: readonly Row[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) await write(rows.slice(from, from + rowsAtOnce));
}

function domainRows({ id: unit_id, domains: given, status, evidence: { confidence } }: KnowledgeUnit) {
  const domains = [...new Set(given.map(indexable))];
  return domains.map((domain) => ({ unit_id, domain, status, confidence, domain_count: domains.length }));
}

/** Every model that is in use or about to be makes vectors of the units, later; the oldest units come first. */
async function addJobs(tx: Queries, units: readonly KnowledgeUnit[]) {
  const now = toColumn(new Date());
  await insertRows(units, (some) =>
    sql`
      insert into embedding_jobs (unit_id, model_id, attempts, run_at)
      select unit.id, model.id, 0, case when unit.created_at < ${now} then unit.created_at else ${now} end
        from embedding_models model cross join knowledge_units unit
       where model.state <> 'retired' and unit.id in (${sql.join(some.map(({ id }) => id))})`.execute(tx),
  );
}

async function existing(tx: Queries, id: string): Promise<KnowledgeUnit> {
  const row = await tx.selectFrom('knowledge_units').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return toUnit(row);
}

function contextRows({ id: unit_id, context: { languages, frameworks, pattern } }: KnowledgeUnit) {
  return [
    ...[...new Set(languages.map(indexable))].map((value) => ({ unit_id, kind: 'language', value })),
    ...[...new Set(frameworks.map(indexable))].map((value) => ({ unit_id, kind: 'framework', value })),
    ...(pattern ? [{ unit_id, kind: 'pattern', value: indexable(pattern.toLowerCase()) }] : []),
  ];
}

type Idempotency = { readonly key: string; readonly since: Date };

/** The unit that this key made before, if it did so recently enough; else the key is this unit's from now on. */
async function claim(tx: Queries, { createdBy, id }: NewUnit, { key, since }: Idempotency, at: Date) {
  // of this caller only: two that clear the same rows in different orders would wait for each other
  await tx
    .deleteFrom('idempotency_keys')
    .where('username', '=', createdBy)
    .where('created_at', '<', toColumn(since))
    .execute();
  // whoever comes second waits here for the first one's transaction, then finds its key
  const claimed = await tx
    .insertInto('idempotency_keys')
    .values({ username: createdBy, key, unit_id: id, created_at: toColumn(at) })
    .onConflict((conflict) => conflict.columns(['username', 'key']).doNothing())
    .returning('unit_id')
    .executeTakeFirst();
  if (claimed) return null;
  const row = await tx
    .selectFrom('idempotency_keys')
    .innerJoin('knowledge_units', 'knowledge_units.id', 'idempotency_keys.unit_id')
    .selectAll('knowledge_units')
    .where('username', '=', createdBy)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return toUnit(row);
}
