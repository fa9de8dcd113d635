import { setTimeout as delay } from 'node:timers/promises';
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { fromSql, toSql } from 'pgvector';
import type { Schema } from '../../../migrations/step.ts';
import { UnavailableError } from '../../errors.ts';
import { type QueryVector, similarityScale, type Vectors } from '../sql/embeddings/vectors.ts';
import type { Client, Queries } from '../sql/queries.ts';
import type { EmbeddingModel } from '../store.ts';
import { isPooled } from './sessions.ts';

/** The key of the advisory lock that is held while a vector index is built or dropped: `cq_v` in ASCII. */
const indexLock = 0x63715f76;

/** How often a process polls for the index lock. */
const lockPollMs = 250;
/**
 * Session settings while an index is dropped. The drop waits for readers of the table, such as a backup; it is retried later.
 */
const dropSettings = { statement_timeout: 2000 };

/**
 * Session settings while an index is built. The server's default of 64 MB holds the graph of 60,000 vectors; building the rest
 * on disk takes many times as long. No parallel workers: they would need shared memory, of which containers have little.
 */
const buildSettings = {
  statement_timeout: 0,
  lock_timeout: 0,
  maintenance_work_mem: '1GB',
  max_parallel_maintenance_workers: 0,
};

/** How many more rows than `limit` are reranked at full precision: the index's half precision swaps close neighbours. */
const rerankMargin = 10;

/**
 * HNSW search settings of every session. `ef_search` = 125 returns the `maxNearestNeighbours` (100) that a search ranks plus
 * headroom for the usual filter. If the filter rejects more, the iterative scan continues, up to 5,000 tuples: then an exact
 * scan costs less.
 */
export const searchSettings = ['hnsw.ef_search=125', 'hnsw.iterative_scan=relaxed_order', 'hnsw.max_scan_tuples=5000'];

/** An SQL condition: the vector table exists with its column, which `drop extension … cascade` removes. */
export const vectorTableExists = sql<boolean>`
  exists (select from pg_attribute where attrelid = to_regclass('search_vectors') and attname = 'vector' and not attisdropped)`;

/** Creates the vector table. Not a migration, since the extension may be installed later. */
export async function createVectorTable(tx: Schema): Promise<void> {
  const { rows } = await sql`select where ${vectorTableExists}`.execute(tx);
  if (rows.length > 0) return;
  await sql`drop table if exists search_vectors`.execute(tx);
  await sql`
    create table search_vectors (
      model_id integer not null,
      unit_id text collate "C" not null references knowledge_units (id) on delete cascade,
      vector vector not null,
      primary key (model_id, unit_id))`.execute(tx);
}

/**
 * Vectors on pgvector: one column without fixed dimensions for all models, and a partial HNSW index over `halfvec` for each
 * model.
 */
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

    buildIndex: (db, model) =>
      withIndexBuildLock(db, buildSettings, (session, concurrently) => buildIndex(session, model, concurrently)),

    async dropIndexes(db) {
      if ((await unusedIndexes(db)).length === 0) return;
      const drop = async (session: Client, concurrently: Concurrently) => {
        // look again: the process that held the lock may have rebuilt one of them
        for (const name of await unusedIndexes(session)) await dropIndex(session, name, concurrently);
      };
      // if a reader blocks the drop, the next purge retries it
      await withIndexBuildLock(db, dropSettings, drop, { wait: false }).catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error;
      });
    },

    // the planner uses the index only for the exact expression that it was built with. The filter is a correlated subquery, not
    // a join, so that rows are visited in index order until enough have passed
    approximateSearch: (query, among, limit) => sql`
      with hit as materialized (
        select unit_id, vector from search_vectors
         where model_id = ${sql.lit(query.modelId)}
           and (select true from ${among} unit where unit.id = search_vectors.unit_id)
         order by vector::halfvec(${sql.lit(query.vector.length)}) <=> ${text(query)}::halfvec(${sql.lit(query.vector.length)})
         limit ${sql.lit(limit + rerankMargin)})
      select unit_id, ${similarity(query)} as similarity from hit`,

    exactSearch: (query, among) => sql`
      select unit_id, ${similarity(query)} as similarity from search_vectors
       where model_id = ${sql.lit(query.modelId)} and unit_id in ${among}`,
  };
}

const nameOf = (modelId: number) => `search_vectors_model_${modelId}`;

/** A vector in pgvector's text format. */
const toText = (vector: Float32Array) => toSql(Array.from(vector)) as string;

const text = ({ vector }: QueryVector) => sql`${toText(vector)}`;

const similarity = (query: QueryVector) =>
  sql`round((1 - (vector <=> ${text(query)}::vector)) * ${sql.lit(similarityScale)})::integer`;

/**
 * Runs `work` on one connection with these settings, under the advisory lock for index builds. If another process holds the
 * lock, polls for it, or returns at once without `wait`. Polls, because a session that waits inside a statement would block the
 * concurrent index build.
 */
function withIndexBuildLock(
  db: Queries,
  settings: Readonly<Record<string, number | string>>,
  work: (session: Client, concurrently: Concurrently) => Promise<void>,
  { wait = true } = {},
): Promise<void> {
  if (isPooled(db.client)) return inLockedTransaction(db, settings, work, wait);
  return db.client.connection().execute(async (session) => {
    const locked = async () => {
      const { rows } = await sql<{ locked: boolean }>`
        select pg_try_advisory_lock(${sql.lit(indexLock)}) as locked`.execute(session);
      return rows[0]?.locked === true;
    };
    while (!(await locked()))
      if (wait) await delay(lockPollMs);
      else return;
    try {
      for (const [setting, value] of Object.entries(settings))
        await sql`set ${sql.ref(setting)} = ${sql.lit(value)}`.execute(session);
      await work(session, sql`concurrently`);
    } finally {
      for (const setting of Object.keys(settings)) await sql`reset ${sql.ref(setting)}`.execute(session);
      await sql`select pg_advisory_unlock(${sql.lit(indexLock)})`.execute(session);
    }
  });
}

/** SQL: how an index is built or dropped; `concurrently` cannot be in a transaction. */
type Concurrently = RawBuilder<unknown>;

/**
 * The same behind a pooler, where neither a lock nor a setting outlives a transaction: in one, during which no vectors are
 * written. A failed build leaves nothing behind.
 */
async function inLockedTransaction(
  db: Queries,
  settings: Readonly<Record<string, number | string>>,
  work: (session: Client, concurrently: Concurrently) => Promise<void>,
  wait: boolean,
): Promise<void> {
  const attempt = () =>
    db.client.transaction().execute(async (tx) => {
      const { rows } = await sql<{ locked: boolean }>`
        select pg_try_advisory_xact_lock(${sql.lit(indexLock)}) as locked`.execute(tx);
      if (rows[0]?.locked !== true) return false;
      for (const [setting, value] of Object.entries(settings))
        await sql`set local ${sql.ref(setting)} = ${sql.lit(value)}`.execute(tx);
      await work(tx, sql``);
      return true;
    });
  while (!(await attempt()))
    if (wait) await delay(lockPollMs);
    else return;
}

async function buildIndex(session: Client, { id, dimensions }: EmbeddingModel, concurrently: Concurrently) {
  const name = nameOf(id);
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(session);
  if (rows[0]?.valid) return;
  // an invalid index is left by an interrupted build
  await dropIndex(session, name, concurrently);
  await sql`
    create index ${concurrently} ${sql.ref(name)} on search_vectors
     using hnsw ((vector::halfvec(${sql.lit(dimensions)})) halfvec_cosine_ops) with (ef_construction = 128)
     where model_id = ${sql.lit(id)}`.execute(session);
}

/**
 * The existing indexes of retired models. A model that is being rebuilt is not retired, and its index is built under the lock.
 */
async function unusedIndexes(db: QueryExecutorProvider): Promise<string[]> {
  const retired = await sql<{ id: number }>`select id from embedding_models where state = 'retired'`.execute(db);
  const names = retired.rows.map(({ id }) => nameOf(id));
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${names}::text[]) name where to_regclass(name) is not null`.execute(db);
  return rows.map(({ name }) => name);
}

async function dropIndex(session: Client, name: string, concurrently: Concurrently) {
  await sql`drop index ${concurrently} if exists ${sql.ref(name)}`.execute(session);
}
