import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { EmbeddingModel } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { EmbeddingJobEntity, EmbeddingModelEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import type { Vectors } from './vectors.ts';

type Properties = Omit<EmbeddingModel, 'id' | 'state' | 'lastUsedAt'>;

interface Used {
  readonly id: number;
  readonly at: Date;
}

const identity = ['provider', 'name', 'dimensions', 'documentPrefix'] as const;

export const allModels = statement(EmbeddingModelEntity, (models) => models.select('*').orderBy({ id: 'asc' }));

const byId = statement(EmbeddingModelEntity, (models, { id }: { id: number }) => models.select('*').where({ id }));

const byProperties = statement(EmbeddingModelEntity, (models, model: Properties) => {
  const { provider, name, dimensions, documentPrefix } = model;
  return models.select('*').where({ provider, name, dimensions, documentPrefix });
});

/** A model that is there already keeps its state. */
const insertModel = statement(EmbeddingModelEntity, (models, model: Properties & { at: Date }) => {
  const { provider, name, dimensions, documentPrefix, at } = model;
  return models
    .insert({ provider, name, dimensions, documentPrefix, state: 'building', lastUsedAt: at })
    .onConflict([...identity])
    .ignore();
});

const rebuildModel = statement(EmbeddingModelEntity, (models, { id }: { id: number }) =>
  models.update({ state: 'building' }).where({ id }),
);

const touchModel = statement(EmbeddingModelEntity, (models, { id, at }: Used) =>
  models.update({ lastUsedAt: at }).where({ id }).returning('*'),
);

const writeModel = statement(EmbeddingModelEntity, (models, { id }: { id: number }) =>
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

const firstWaiting = statement(EmbeddingJobEntity, (jobs, { modelId }: { modelId: number }) =>
  jobs
    .select('unitId')
    .where({ modelId, runAt: { $ne: null } })
    .limit(1),
);

const anyUnit = statement(KnowledgeUnitEntity, (units) => units.select('id').limit(1));

/** The model as it is from now on: new units get a job as long as it is not retired. */
export async function announce(tx: Database, vectors: Vectors, model: Properties, at: Date): Promise<EmbeddingModel> {
  const { write } = tx;
  const id = (await byProperties.first(write, model))?.id;
  const before = id === undefined ? null : await touch(write, id, at);
  if (before && !(await mustBuild(write, vectors, before))) return before;
  // a unit that is being added meanwhile would get no job, and would not be among the ones that lack a vector either
  await tx.dialect.lockOutInserts(write);
  if (before) await rebuildModel.run(write, { id: before.id });
  else await insertModel.run(write, { ...model, at });
  const row = await byProperties.first(write, model);
  if (!row) throw new Error(`The model ${model.name} is not there although it was added.`);
  return row;
}

/** Whether a model has to be built again: it was retired, or it came from elsewhere without its vectors. */
async function mustBuild(tx: Queries, vectors: Vectors, { id, state }: EmbeddingModel): Promise<boolean> {
  if (state !== 'active') return state === 'retired';
  const { rows } = await sql`select 1 from (${vectors.units(id)}) vectors limit 1`.execute(tx);
  return rows.length === 0 && (await anyUnit.first(tx, {})) !== null;
}

/** Every unit without a vector of the model gets a job, unless it has one. In SQL, since each database names its vectors. */
export async function addMissingJobs(tx: Database, vectors: Vectors, modelId: number, at: Date) {
  await tx.dialect.disableStatementTimeout(tx.write);
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select id, ${sql.lit(modelId)}, 0, ${toColumn(at)}
      from (select id from knowledge_units except ${vectors.units(modelId)}) missing where true
    on conflict do nothing`.execute(tx.write);
}

export const findModel = (db: Queries, id: number): Promise<EmbeddingModel | null> => byId.first(db, { id });

/** The model, in use now, which stays as it is until the transaction ends. */
export const touch = (tx: Queries, id: number, at: Date) => touchModel.first(tx, { id, at });

/** The model, which stays as it is until the transaction ends. */
export const holdModel = (tx: Queries, id: number) => writeModel.first(tx, { id });

/** Whether nothing waits but parked jobs. */
export async function isReady(db: Queries, { id, state }: EmbeddingModel): Promise<boolean> {
  return state !== 'retired' && (await firstWaiting.first(db, { modelId: id })) === null;
}

/** Puts the model in the place of the active one. */
export async function replaceActive({ write }: Database, id: number): Promise<boolean> {
  const model = await holdModel(write, id);
  if (model?.state === 'active') return true;
  if (!model || !(await isReady(write, model))) return false;
  await retireActive.run(write, {});
  // its worker has been waiting for the index, which can take longer than nobody would work with it
  await activate.run(write, { id, at: new Date() });
  return true;
}
