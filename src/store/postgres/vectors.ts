import { setTimeout as delay } from 'node:timers/promises';
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { fromSql, toSql } from 'pgvector';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import { type QueryVector, similarityScale, type Vectors } from '../sql/embeddings/vectors.ts';
import type { Client, Queries } from '../sql/queries.ts';
import type { EmbeddingModel } from '../store.ts';
import { messageOf } from './driver-errors.ts';
import type { Pgvector } from './pgvector.ts';
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
 * Versions before 0.8 have no iterative scan, and drop its settings with a warning, as long as they come with the start of a session: a
 * later `set` or `show` of them would fail.
 */
export const searchSettings = ['hnsw.ef_search=125', 'hnsw.iterative_scan=relaxed_order', 'hnsw.max_scan_tuples=5000'];

/**
 * Vectors on pgvector: one column without fixed dimensions for all models, and a partial HNSW index for each model, over
 * `halfvec` where the version has it.
 */
export function createVectors(pgvector: Pgvector): Omit<Vectors, 'problem' | 'use'> {
  const { named, distance, indexedType } = pgvector;
  const fullType = named('vector');
  const typeIndexed = (dimensions: number) => sql`${named(indexedType)}(${sql.lit(dimensions)})`;
  const similarity = (query: QueryVector) =>
    sql`round((1 - (vector ${distance} ${text(query)}::${fullType})) * ${sql.lit(similarityScale)})::integer`;
  const indexes = new IndexCache(pgvector);

  return {
    name: `pgvector ${pgvector.version}`,

    async put(tx, modelId, vectors) {
      const rows = vectors.map(({ unitId, vector }) => [unitId, toText(vector)]);
      await sql`
        insert into search_vectors (model_id, unit_id, vector)
        select ${sql.lit(modelId)}, unit.id, (made ->> 1)::${fullType}
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

    async sample(db, modelId, limit) {
      const { rows } = await sql<{ vector: string }>`
        select vector::text from search_vectors where model_id = ${sql.lit(modelId)} and unit_id in (
          select unit_id from search_vectors where model_id = ${sql.lit(modelId)} order by random() limit ${sql.lit(limit)})`.execute(
        db,
      );
      return rows.map(({ vector }) => Float32Array.from(fromSql(vector) as number[]));
    },

    units: (modelId) => sql`select unit_id from search_vectors where model_id = ${sql.lit(modelId)}`,

    hasIndex: (db, modelId) => indexes.has(db, modelId),

    indexProblem: (db, model) => indexProblem(db, pgvector, model),

    async buildIndex(db, model) {
      const before = await readIndexFacts(db, pgvector, model);
      if (before.exists || !before.mayBuild) return missingIndex(pgvector, model, before);
      try {
        await withIndexBuildLock(db, buildSettings, (session, concurrently) =>
          buildIndex(session, pgvector, model, concurrently),
        );
      } catch (error) {
        // what passes by itself is tried again, and nothing else: vectors are searched without an index
        if (error instanceof UnavailableError && !(error instanceof UnusableDatabaseError)) throw error;
        return `The index of ${model.name} could not be built: ${messageOf(error)}`;
      } finally {
        indexes.forget(model.id);
      }
      return null;
    },

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
         order by vector::${typeIndexed(query.vector.length)} ${distance} ${text(query)}::${typeIndexed(query.vector.length)}
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

/** The operator class of cosine distance, which an index of the vectors has. */
const operatorClass = ({ indexedType }: Pgvector) => `${indexedType}_cosine_ops`;

/** What the database says of a model's index. */
interface IndexFacts {
  /** Whether it is there, complete, and of the type that searches compare. */
  readonly exists: boolean;
  /** Whether this role may build it: only the owner of a table may. */
  readonly mayBuild: boolean;
  readonly owner: string;
}

/** SQL rows `(name)`: the complete indexes of vectors that searches can use. */
const usableIndexes = (pgvector: Pgvector) => sql`
  select relname::text as name from pg_index join pg_class on pg_class.oid = indexrelid join pg_opclass on pg_opclass.oid = indclass[0]
   where indrelid = to_regclass('search_vectors') and indisvalid and opcname = ${operatorClass(pgvector)}`;

async function readIndexFacts(
  db: QueryExecutorProvider,
  pgvector: Pgvector,
  { id, dimensions }: EmbeddingModel,
): Promise<IndexFacts> {
  const { rows } = await sql<IndexFacts>`
    select ${nameOf(id)} in (${usableIndexes(pgvector)}) as exists,
           pg_has_role(relowner, 'usage') and has_schema_privilege(relnamespace, 'create')
             and ${dimensions <= pgvector.maxIndexedDimensions} as "mayBuild",
           pg_get_userbyid(relowner)::text as owner
      from pg_class where oid = to_regclass('search_vectors')`.execute(db);
  return rows[0] ?? { exists: false, mayBuild: false, owner: '' };
}

/** Why a model has no index, and what to do about it; null where it has one. */
function missingIndex(
  { version, maxIndexedDimensions }: Pgvector,
  { name, dimensions }: EmbeddingModel,
  { exists, mayBuild, owner }: IndexFacts,
): string | null {
  if (exists) return null;
  const lacking = `The model ${name} has no index, so that searches compare with all of its vectors`;
  if (dimensions > maxIndexedDimensions)
    return `${lacking}: pgvector ${version} indexes up to ${maxIndexedDimensions} dimensions, and it has ${dimensions}. Update pgvector to 0.7 or newer, or take a model with fewer.`;
  return mayBuild
    ? `${lacking}: run "cq-server embeddings index".`
    : `${lacking}: only the owner of the table search_vectors may build it. Run "cq-server embeddings index" as ${owner}.`;
}

async function indexProblem(db: QueryExecutorProvider, pgvector: Pgvector, model: EmbeddingModel) {
  return missingIndex(pgvector, model, await readIndexFacts(db, pgvector, model));
}

/** How long a process believes what it has read of the indexes: another one may build or drop them. */
const indexCacheMs = 5000;

/** Which models have an index, so that searches need not ask each time. */
class IndexCache {
  readonly #pgvector: Pgvector;
  readonly #known = new Map<number, { readonly exists: boolean; readonly until: number }>();

  constructor(pgvector: Pgvector) {
    this.#pgvector = pgvector;
  }

  async has(db: QueryExecutorProvider, modelId: number): Promise<boolean> {
    const known = this.#known.get(modelId);
    if (known && performance.now() < known.until) return known.exists;
    const { rows } = await sql<{ exists: boolean }>`
      select ${nameOf(modelId)} in (${usableIndexes(this.#pgvector)}) as exists`.execute(db);
    const exists = rows[0]?.exists === true;
    this.#known.set(modelId, { exists, until: performance.now() + indexCacheMs });
    return exists;
  }

  forget(modelId: number) {
    this.#known.delete(modelId);
  }
}

async function buildIndex(session: Client, pgvector: Pgvector, model: EmbeddingModel, concurrently: Concurrently) {
  if ((await readIndexFacts(session, pgvector, model)).exists) return;
  const name = nameOf(model.id);
  // an invalid index is left by an interrupted build, and one of another type by an older version of pgvector
  await dropIndex(session, name, concurrently);
  const dimensions = sql.lit(model.dimensions);
  await sql`
    create index ${concurrently} ${sql.ref(name)} on search_vectors
     using hnsw ((vector::${pgvector.named(pgvector.indexedType)}(${dimensions})) ${pgvector.named(operatorClass(pgvector))}) with (ef_construction = 128)
     where model_id = ${sql.lit(model.id)}`.execute(session);
}

/**
 * The existing indexes of retired models that this role may drop. A model that is being rebuilt is not retired, and its index
 * is built under the lock.
 */
async function unusedIndexes(db: QueryExecutorProvider): Promise<string[]> {
  const retired = await sql<{ id: number }>`select id from embedding_models where state = 'retired'`.execute(db);
  const names = retired.rows.map(({ id }) => nameOf(id));
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${names}::text[]) name join pg_class on pg_class.oid = to_regclass(name)
     where pg_has_role(relowner, 'usage')`.execute(db);
  return rows.map(({ name }) => name);
}

async function dropIndex(session: Client, name: string, concurrently: Concurrently) {
  await sql`drop index ${concurrently} if exists ${sql.ref(name)}`.execute(session);
}
