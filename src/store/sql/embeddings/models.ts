import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { EmbeddingModel } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { EmbeddingJobEntity, EmbeddingModelEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import type { Vectors } from './vectors.ts';

type Properties = Pick<EmbeddingModel, (typeof uniqueKey)[number]>;

interface Used {
  readonly id: number;
  readonly at: Date;
}

const uniqueKey = ['provider', 'name', 'dimensions', 'documentPrefix'] as const;

export const allModels = statement(EmbeddingModelEntity, (models) => models.select('*').orderBy({ id: 'asc' }));

const byId = statement(EmbeddingModelEntity, (models, { id }: { id: number }) => models.select('*').where({ id }));

const byProperties = statement(EmbeddingModelEntity, (models, model: Properties) => {
  const { provider, name, dimensions, documentPrefix } = model;
  return models.select('*').where({ provider, name, dimensions, documentPrefix });
});

/** Does nothing where the model exists. */
const insertModel = statement(EmbeddingModelEntity, (models, model: Properties & { at: Date }) => {
  const { provider, name, dimensions, documentPrefix, at } = model;
  return models
    .insert({ provider, name, dimensions, documentPrefix, state: 'building', lastUsedAt: at })
    .onConflict([...uniqueKey])
    .ignore();
});

const rebuildModel = statement(EmbeddingModelEntity, (models, { id }: { id: number }) =>
  models.update({ state: 'building' }).where({ id }),
);

const touchModel = statement(EmbeddingModelEntity, (models, { id, at }: Used) =>
  models.update({ lastUsedAt: at }).where({ id }).returning('*'),
);

const lockModelRow = statement(EmbeddingModelEntity, (models, { id }: { id: number }) =>
  models
    .update({ state: raw('state') })
    .where({ id })
    .returning('*'),
);

const retireActive = statement(EmbeddingModelEntity, (models) =>
  models.update({ state: 'retired' }).where({ state: 'active' }),
);

const activate = statement(EmbeddingModelEntity, (models, { id, at }: Used) =>
  models.update({ state: 'active', lastUsedAt: at }).where({ id }),
);

const firstPendingJob = statement(EmbeddingJobEntity, (jobs, { modelId }: { modelId: number }) =>
  jobs
    .select('unitId')
    .where({ modelId, runAt: { $ne: null } })
    .limit(1),
);

const anyUnit = statement(KnowledgeUnitEntity, (units) => units.select('id').limit(1));

/**
 * Adds the model as `building`, or makes it `building` again where it was retired or lacks vectors. From then on new units get
 * a job for it. Answers the model.
 */
export async function addOrRevive(
  tx: Database,
  vectors: Vectors,
  model: Properties,
  at: Date,
): Promise<EmbeddingModel> {
  const { write } = tx;
  const id = (await byProperties.first(write, model))?.id;
  const before = id === undefined ? null : await touch(write, id, at);
  if (before && !(await needsRebuild(write, vectors, before))) return before;
  // else a concurrent insert would neither see this model (no job) nor be seen by `addMissingJobs`
  await tx.dialect.lockOutInserts(write);
  if (before) await rebuildModel.run(write, { id: before.id });
  else await insertModel.run(write, { ...model, at });
  const row = await byProperties.first(write, model);
  if (!row) throw new Error(`The model ${model.name} was added and cannot be found.`);
  return row;
}

/** Whether a model must be rebuilt: it was retired, or a copied database came without its vectors. */
async function needsRebuild(tx: Queries, vectors: Vectors, { id, state }: EmbeddingModel): Promise<boolean> {
  if (state !== 'active') return state === 'retired';
  const { rows } = await sql`select 1 from (${vectors.units(id)}) vectors limit 1`.execute(tx);
  return rows.length === 0 && (await anyUnit.first(tx, {})) !== null;
}

/**
 * Adds a job for every unit that has neither a vector of the model nor a job. Raw SQL: each database has its own vector table.
 */
export async function addMissingJobs(tx: Database, vectors: Vectors, modelId: number, at: Date) {
  await tx.dialect.disableStatementTimeout(tx.write);
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select id, ${sql.lit(modelId)}, 0, ${toColumn(at)}
      from (select id from knowledge_units except ${vectors.units(modelId)}) missing where true
    on conflict do nothing`.execute(tx.write);
}

export const findModel = (db: Queries, id: number): Promise<EmbeddingModel | null> => byId.first(db, { id });

/** Writes the model's heartbeat, which also locks its row until the transaction ends. */
export const touch = (tx: Queries, id: number, at: Date) => touchModel.first(tx, { id, at });

/** The model, its row locked until the transaction ends. */
export const lockModel = (tx: Queries, id: number) => lockModelRow.first(tx, { id });

/** Whether all jobs of the model are done or parked. */
export async function isReady(db: Queries, { id, state }: EmbeddingModel): Promise<boolean> {
  return state !== 'retired' && (await firstPendingJob.first(db, { modelId: id })) === null;
}

/** Makes the model active and retires the one before it; false if its jobs are not done. */
export async function replaceActive({ write, now }: Database, id: number): Promise<boolean> {
  const model = await lockModel(write, id);
  if (model?.state === 'active') return true;
  if (!model || !(await isReady(write, model))) return false;
  await retireActive.run(write, {});
  // refresh last_used_at: building the index may have taken longer than the 'unused' timeout
  await activate.run(write, { id, at: now() });
  return true;
}
