import { sql } from 'kysely';
import type { Flag, KnowledgeUnit, NewUnit, UnitStore } from '../store.ts';
import type { Database, Queries } from './database.ts';
import { record } from './events.ts';
import { inOrder, readPage, whereUnit } from './queries.ts';
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

    list(filter, order, page) {
      const query = whereUnit(db.read.selectFrom('knowledge_units').selectAll('knowledge_units'), filter);
      const column = orderColumns[order.field];
      return readPage(query, { column, id: 'knowledge_units.id', direction: order.direction }, page, toUnit);
    },

    async count(filter) {
      const counted = db.read.selectFrom('knowledge_units').select(({ fn }) => fn.countAll<number>().as('count'));
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
        if (!(await insert(tx, proposed))) return existing(tx.write, unit.id);
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
  };
}

/** Adds a whole unit with its flags, in the transaction that is given; false when the id is taken. */
export async function restore(tx: Database, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean> {
  if (!(await insert(tx, unit))) return false;
  await restoreFlags(tx.write, flags);
  return true;
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

/** Adds the unit and what is derived of it; false, and nothing changed, when the id is taken. */
async function insert(tx: Database, unit: KnowledgeUnit): Promise<boolean> {
  const { id: unit_id, status, evidence, context } = unit;
  // whoever comes second waits here for the first one's transaction
  const added = await tx.write
    .insertInto('knowledge_units')
    .values(fromUnit(unit))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return false;
  const domains = [...new Set(unit.domains.map(indexable))];
  const domain_count = domains.length;
  const tags = domains.map((domain) => ({ unit_id, domain, status, confidence: evidence.confidence, domain_count }));
  if (tags.length > 0) await tx.write.insertInto('knowledge_unit_domains').values(tags).execute();
  const values = contextRows(unit_id, context);
  if (values.length > 0) await tx.write.insertInto('knowledge_unit_context').values(values).execute();
  await tx.words.add(tx.write, unit_id, indexedText(unit));
  await addJobs(tx.write, unit);
  return true;
}

/** Every model that is in use or about to be makes a vector of the unit, later; the oldest ones come first. */
async function addJobs(tx: Queries, { id, createdAt }: KnowledgeUnit) {
  const due = new Date(Math.min(createdAt.getTime(), Date.now()));
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select ${id}, id, 0, ${toColumn(due)} from embedding_models where state <> 'retired'`.execute(tx);
}

async function existing(tx: Queries, id: string): Promise<KnowledgeUnit> {
  const row = await tx.selectFrom('knowledge_units').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return toUnit(row);
}

function contextRows(unit_id: string, { languages, frameworks, pattern }: KnowledgeUnit['context']) {
  return [
    ...[...new Set(languages.map(indexable))].map((value) => ({ unit_id, kind: 'language', value })),
    ...[...new Set(frameworks.map(indexable))].map((value) => ({ unit_id, kind: 'framework', value })),
    ...(pattern ? [{ unit_id, kind: 'pattern', value: indexable(pattern.toLowerCase()) }] : []),
  ];
}

async function restoreFlags(tx: Queries, flags: readonly Flag[]) {
  if (flags.length > 0) await tx.insertInto('knowledge_unit_flags').values(flags.map(fromFlag)).execute();
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
