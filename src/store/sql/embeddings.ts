import { type Selectable, sql } from 'kysely';
import type { EmbeddingJob, EmbeddingModel, EmbeddingStore } from '../store.ts';
import type { Database, Queries, Tables } from './database.ts';
import { nearestUnits } from './nearest.ts';
import { readPage } from './queries.ts';
import { toColumn, toDate } from './rows.ts';
import { findUnits } from './units.ts';
import type { Vectors } from './vectors.ts';

/** What PostgreSQL can index; beyond it a search would read every vector. */
const maxDimensions = 4000;

const byUnit = { column: 'embedding_jobs.unit_id', id: 'embedding_jobs.unit_id', direction: 'asc' } as const;

/** `reading` may be a little behind; what decides over work is never read from there. */
export function createEmbeddings(db: Database, vectors: Vectors, reading: Database): EmbeddingStore {
  return {
    async models() {
      return (await db.read.selectFrom('embedding_models').selectAll().orderBy('id').execute()).map(toModel);
    },

    async register(model, at) {
      if (!Number.isInteger(model.dimensions) || model.dimensions < 1 || model.dimensions > maxDimensions)
        throw new Error(
          `A model must have from 1 to ${maxDimensions} dimensions; ${model.name} has ${model.dimensions}.`,
        );
      const registered = await db.transaction((tx) => announce(tx, vectors, model));
      await db.transaction((tx) => addMissingJobs(tx, vectors, registered.id, at));
      return registered;
    },

    claim: (modelId, limit, now, lockMs) =>
      db.transaction(async (tx) => {
        const { rows } = await sql<JobRow>`
          with due as materialized (
            select unit_id, model_id from embedding_jobs
             where model_id = ${sql.lit(modelId)} and run_at <= ${toColumn(now)}
             order by run_at, unit_id limit ${sql.lit(limit)} ${tx.skipTaken})
          update embedding_jobs set attempts = embedding_jobs.attempts + 1, run_at = ${toColumn(new Date(now.getTime() + lockMs))}
            from due where embedding_jobs.unit_id = due.unit_id and embedding_jobs.model_id = due.model_id
          returning embedding_jobs.unit_id, embedding_jobs.model_id, attempts, last_error, run_at`.execute(tx.write);
        const units = await findUnits(
          tx,
          rows.map(({ unit_id }) => unit_id),
        );
        return rows.flatMap((row, index) => {
          const unit = units[index];
          return unit ? [{ job: toJob(row), unit }] : [];
        });
      }),

    complete: (modelId, made) =>
      db.transaction(async (tx) => {
        const model = await hold(tx.write, modelId);
        // nobody searches with a retired one, and what was removed stays away
        if (!model || model.state === 'retired' || made.length === 0) return;
        for (const { unitId, vector } of made)
          if (vector.length !== model.dimensions)
            throw new Error(
              `A vector of ${model.name} has ${model.dimensions} numbers; the one of ${unitId} has ${vector.length}.`,
            );
        await vectors.put(tx.write, modelId, made);
        await tx.write
          .deleteFrom('embedding_jobs')
          .where('model_id', '=', modelId)
          .where(
            'unit_id',
            'in',
            made.map(({ unitId }) => unitId),
          )
          .execute();
      }),

    async fail(modelId, unitId, error, runAt) {
      await db.transaction((tx) =>
        tx.write
          .updateTable('embedding_jobs')
          .set({ last_error: storable(error), run_at: runAt && toColumn(runAt) })
          .where('model_id', '=', modelId)
          .where('unit_id', '=', unitId)
          .execute(),
      );
    },

    parked(modelId, page) {
      const parked = db.read
        .selectFrom('embedding_jobs')
        .selectAll()
        .where('model_id', '=', modelId)
        .where('run_at', 'is', null);
      return readPage(parked, byUnit, page, toJob);
    },

    retry: (modelId, unitId, at) =>
      db.transaction(async (tx) => {
        let again = tx.write
          .updateTable('embedding_jobs')
          .set({ run_at: toColumn(at), attempts: 0 })
          .where('model_id', '=', modelId)
          .where('run_at', 'is', null);
        if (unitId !== null) again = again.where('unit_id', '=', unitId);
        return Number((await again.executeTakeFirstOrThrow()).numUpdatedRows);
      }),

    async progress(modelId) {
      const { rows } = await sql<{ done: number; waiting: number; parked: number }>`
        select (select count(*) from (${vectors.units(modelId)}) vectors) as done,
               (select count(*) from embedding_jobs where model_id = ${modelId} and run_at is not null) as waiting,
               (select count(*) from embedding_jobs where model_id = ${modelId} and run_at is null) as parked`.execute(
        db.read,
      );
      return { done: Number(rows[0]?.done), waiting: Number(rows[0]?.waiting), parked: Number(rows[0]?.parked) };
    },

    async activate(modelId) {
      const model = await find(db.read, modelId);
      if (!model || !(await isReady(db.read, model))) return false;
      await vectors.buildIndex(db.write, model);
      const active = await db.transaction((tx) => replace(tx, vectors, modelId));
      const retired = await db.read
        .selectFrom('embedding_models')
        .select('id')
        .where('state', '=', 'retired')
        .execute();
      for (const { id } of retired) await vectors.dropIndex(db.write, id);
      return active;
    },

    async nearest(modelId, vector, filter, limit) {
      const near = await nearestUnits(reading, vectors, { modelId, vector }, filter, limit);
      return near.map(({ unit_id, nearness }) => ({ unitId: unit_id, similarity: nearness / 10_000 }));
    },

    vectorOf: (modelId, unitId) => vectors.find(reading.read, modelId, unitId),
  };
}

/** The Store's promise where the database cannot hold vectors. */
export function withoutVectors(): EmbeddingStore {
  const refuse = async () => {
    throw new Error(noVectors);
  };
  return {
    models: refuse,
    register: refuse,
    claim: refuse,
    complete: refuse,
    fail: refuse,
    parked: refuse,
    retry: refuse,
    progress: refuse,
    activate: refuse,
    nearest: refuse,
    vectorOf: refuse,
  };
}

export const noVectors =
  'This database holds no vectors: PostgreSQL needs the extension pgvector, and SQLite needs sqlite-vec, which is not there for every platform.';

type JobRow = Selectable<Tables['embedding_jobs']>;
type Properties = Parameters<EmbeddingStore['register']>[0];

/** The model as it is from now on: new units get a job as long as it is not retired. */
async function announce(tx: Database, vectors: Vectors, model: Properties): Promise<EmbeddingModel> {
  const { provider, name, dimensions, documentPrefix: document_prefix } = model;
  const known = () =>
    tx.write
      .selectFrom('embedding_models')
      .selectAll()
      .where('provider', '=', provider)
      .where('name', '=', name)
      .where('dimensions', '=', dimensions)
      .where('document_prefix', '=', document_prefix)
      .executeTakeFirst();
  const before = await known();
  if (before && !(await mustBuild(tx.write, vectors, toModel(before)))) return toModel(before);
  // a unit that is being added meanwhile would get no job, and would not be among the ones that lack a vector either
  await vectors.holdWriters(tx.write);
  await tx.write
    .insertInto('embedding_models')
    .values({ provider, name, dimensions, document_prefix, state: 'building' })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'name', 'dimensions', 'document_prefix'])
        .doUpdateSet({ state: before ? 'building' : sql<string>`embedding_models.state` }),
    )
    .execute();
  const row = await known();
  if (!row) throw new Error(`The model ${name} is not there although it was added.`);
  return toModel(row);
}

/** Whether a model has to be built again: it was retired, or it came from elsewhere without its vectors. */
async function mustBuild(tx: Queries, vectors: Vectors, { id, state }: EmbeddingModel): Promise<boolean> {
  if (state !== 'active') return state === 'retired';
  const { rows } = await sql`
    select 1 where not exists (${vectors.units(id)}) and exists (select id from knowledge_units)`.execute(tx);
  return rows.length > 0;
}

async function addMissingJobs(tx: Database, vectors: Vectors, modelId: number, at: Date) {
  await vectors.takeTime(tx.write);
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select id, ${sql.lit(modelId)}, 0, ${toColumn(at)}
      from (select id from knowledge_units except ${vectors.units(modelId)}) missing where true
    on conflict do nothing`.execute(tx.write);
}

async function find(db: Queries, modelId: number): Promise<EmbeddingModel | null> {
  const row = await db.selectFrom('embedding_models').selectAll().where('id', '=', modelId).executeTakeFirst();
  return row ? toModel(row) : null;
}

/** The model, which stays as it is until the transaction ends. */
async function hold(tx: Queries, modelId: number): Promise<EmbeddingModel | null> {
  const row = await tx
    .updateTable('embedding_models')
    .set({ state: sql<string>`state` })
    .where('id', '=', modelId)
    .returningAll()
    .executeTakeFirst();
  return row ? toModel(row) : null;
}

async function isReady(db: Queries, { id, state }: EmbeddingModel): Promise<boolean> {
  if (state === 'retired') return false;
  const waiting = await db
    .selectFrom('embedding_jobs')
    .select('unit_id')
    .where('model_id', '=', id)
    .where('run_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return waiting === undefined;
}

/** Puts the model in the place of the active one, whose vectors and jobs go. */
async function replace(tx: Database, vectors: Vectors, modelId: number): Promise<boolean> {
  const model = await hold(tx.write, modelId);
  if (model?.state === 'active') return true;
  if (!model || !(await isReady(tx.write, model))) return false;
  await vectors.takeTime(tx.write);
  const replaced = await tx.write
    .updateTable('embedding_models')
    .set({ state: 'retired' })
    .where('state', '=', 'active')
    .returning('id')
    .execute();
  await tx.write.updateTable('embedding_models').set({ state: 'active' }).where('id', '=', modelId).execute();
  for (const { id } of replaced) {
    await tx.write.deleteFrom('embedding_jobs').where('model_id', '=', id).execute();
    await vectors.clear(tx.write, id);
  }
  return true;
}

/** What a service said, without what PostgreSQL cannot hold. */
const storable = (error: string) => error.toWellFormed().replaceAll('\0', '');

const toModel = (row: Selectable<Tables['embedding_models']>): EmbeddingModel => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  dimensions: row.dimensions,
  documentPrefix: row.document_prefix,
  state: row.state as EmbeddingModel['state'],
});

const toJob = (row: JobRow): EmbeddingJob => ({
  unitId: row.unit_id,
  modelId: row.model_id,
  attempts: row.attempts,
  lastError: row.last_error,
  runAt: row.run_at === null ? null : toDate(row.run_at),
});
