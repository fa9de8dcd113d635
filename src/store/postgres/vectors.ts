import { setTimeout as delay } from 'node:timers/promises';
import { type QueryExecutorProvider, sql } from 'kysely';
import { fromSql, toSql } from 'pgvector';
import type { Schema } from '../../../migrations/step.ts';
import { UnavailableError } from '../../errors.ts';
import type { QueryVector, Vectors } from '../sql/embeddings/vectors.ts';
import type { Client, Queries } from '../sql/queries.ts';
import type { EmbeddingModel } from '../store.ts';

/** The key of the advisory lock under which an index is built: `cq_v` in ASCII. */
const indexLock = 0x63715f76;
const lookAgainMs = 250;
/** A drop waits for whoever reads the table, such as a backup: no longer than this, since it can be tried again. */
const whileDropping = { statement_timeout: 2000 };

/**
 * What the building of an index may take. In the server's own 64 MB the graph of 60,000 vectors finds room; the rest would be
 * added on disk, which takes many times as long. It is one process's memory, not shared: containers have little of that.
 */
const whileBuilding = {
  statement_timeout: 0,
  lock_timeout: 0,
  maintenance_work_mem: '1GB',
  max_parallel_maintenance_workers: 0,
};

/** How many units more than asked for are compared in full: half the precision swaps neighbours. */
const spare = 10;

/**
 * How a session searches the index. As many as are kept in sight are found in one go: the 100 that a search ranks, and what the
 * usual filter leaves out. Where more is asked for or left out it goes on, but no further than reading all that pass would take.
 */
export const searchSettings = ['hnsw.ef_search=125', 'hnsw.iterative_scan=relaxed_order', 'hnsw.max_scan_tuples=5000'];

/** The table of vectors, as long as its column is there: an extension that is dropped takes that along. */
export const isThere = sql<boolean>`
  exists (select from pg_attribute where attrelid = to_regclass('search_vectors') and attname = 'vector' and not attisdropped)`;

/** Makes the table where pgvector is. Not a migration: the extension may come later. */
export async function createTable(tx: Schema): Promise<void> {
  const { rows } = await sql`select where ${isThere}`.execute(tx);
  if (rows.length > 0) return;
  await sql`drop table if exists search_vectors`.execute(tx);
  await sql`
    create table search_vectors (
      model_id integer not null,
      unit_id text collate "C" not null references knowledge_units (id) on delete cascade,
      vector vector not null,
      primary key (model_id, unit_id))`.execute(tx);
}

/** Rows of every model in one column of no fixed size, and an index for each model, over half the precision. */
export function createVectors(name: string): Vectors {
  return {
    name,

    async put(tx, modelId, vectors) {
      const rows = vectors.map(({ unitId, vector }) => [unitId, toText(vector)]);
      await sql`
        insert into search_vectors (model_id, unit_id, vector)
        select ${sql.lit(modelId)}, unit.id, (made ->> 1)::vector
          from json_array_elements(${JSON.stringify(rows)}::json) made join knowledge_units unit on unit.id = made ->> 0
        on conflict (model_id, unit_id) do update set vector = excluded.vector`.execute(tx);
    },

    async remove(tx, modelId, limit) {
      const { numAffectedRows } = await sql`
        delete from search_vectors where model_id = ${sql.lit(modelId)} and unit_id in (
          select unit_id from search_vectors where model_id = ${sql.lit(modelId)} order by unit_id limit ${sql.lit(limit)})`.execute(
        tx,
      );
      return Number(numAffectedRows);
    },

    async find(db, modelId, unitId) {
      const { rows } = await sql<{ vector: string }>`
        select vector::text from search_vectors where model_id = ${modelId} and unit_id = ${unitId}`.execute(db);
      return rows[0] ? Float32Array.from(fromSql(rows[0].vector) as number[]) : null;
    },

    units: (modelId) => sql`select unit_id from search_vectors where model_id = ${sql.lit(modelId)}`,

    buildIndex: (db, model) => alone(db, whileBuilding, (session) => buildIndex(session, model)),

    async dropIndexes(db) {
      if ((await unusedIndexes(db)).length === 0) return;
      const drop = async (session: Client) => {
        // once more: who held the lock may have been building one of them again
        for (const name of await unusedIndexes(session)) await dropIndex(session, name);
      };
      // what is in the way now may not be the next time
      await alone(db, whileDropping, drop, { wait: false }).catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error;
      });
    },

    // the planner takes the index only for the very expressions that it was built with; the filter as a value, not a
    // join: units are met in the index's order until enough have passed
    approximateSearch: (aim, among, limit) => sql`
      with hit as materialized (
        select unit_id, vector from search_vectors
         where model_id = ${sql.lit(aim.modelId)}
           and (select true from ${among} unit where unit.id = search_vectors.unit_id)
         order by vector::halfvec(${sql.lit(aim.vector.length)}) <=> ${text(aim)}::halfvec(${sql.lit(aim.vector.length)})
         limit ${sql.lit(limit + spare)})
      select unit_id, ${similarity(aim)} as similarity from hit`,

    exactSearch: (aim, among) => sql`
      select unit_id, ${similarity(aim)} as similarity from search_vectors
       where model_id = ${sql.lit(aim.modelId)} and unit_id in ${among}`,
  };
}

const nameOf = (modelId: number) => `search_vectors_model_${modelId}`;

/** A vector as pgvector reads it. */
const toText = (vector: Float32Array) => toSql(Array.from(vector)) as string;

const text = ({ vector }: QueryVector) => sql`${toText(vector)}`;

const similarity = (aim: QueryVector) => sql`round((1 - (vector <=> ${text(aim)}::vector)) * 10000)::integer`;

/**
 * Runs `work` on one connection with these settings, while no other process's work overlaps with it; without `wait`, not at all
 * where one is at it. It looks again and again for the lock: a session that waits for one holds up the building of the index
 * that it waits for.
 */
function alone(
  db: Queries,
  settings: Readonly<Record<string, number | string>>,
  work: (session: Client) => Promise<void>,
  { wait = true } = {},
): Promise<void> {
  return db.client.connection().execute(async (session) => {
    const locked = async () => {
      const { rows } = await sql<{ locked: boolean }>`
        select pg_try_advisory_lock(${sql.lit(indexLock)}) as locked`.execute(session);
      return rows[0]?.locked === true;
    };
    while (!(await locked()))
      if (wait) await delay(lookAgainMs);
      else return;
    try {
      for (const [setting, value] of Object.entries(settings))
        await sql`set ${sql.ref(setting)} = ${sql.lit(value)}`.execute(session);
      await work(session);
    } finally {
      for (const setting of Object.keys(settings)) await sql`reset ${sql.ref(setting)}`.execute(session);
      await sql`select pg_advisory_unlock(${sql.lit(indexLock)})`.execute(session);
    }
  });
}

async function buildIndex(session: Client, { id, dimensions }: EmbeddingModel) {
  const name = nameOf(id);
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(session);
  if (rows[0]?.valid) return;
  // what an earlier attempt left that was cut off
  await dropIndex(session, name);
  await sql`
    create index concurrently ${sql.ref(name)} on search_vectors
     using hnsw ((vector::halfvec(${sql.lit(dimensions)})) halfvec_cosine_ops) with (ef_construction = 128)
     where model_id = ${sql.lit(id)}`.execute(session);
}

/** Of retired models. A model that is built again has its index built under the lock, and is not retired then. */
async function unusedIndexes(db: QueryExecutorProvider): Promise<string[]> {
  const retired = await sql<{ id: number }>`select id from embedding_models where state = 'retired'`.execute(db);
  const names = retired.rows.map(({ id }) => nameOf(id));
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${names}::text[]) name where to_regclass(name) is not null`.execute(db);
  return rows.map(({ name }) => name);
}

async function dropIndex(session: Client, name: string) {
  await sql`drop index concurrently if exists ${sql.ref(name)}`.execute(session);
}
