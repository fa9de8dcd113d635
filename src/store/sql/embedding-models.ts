import { type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';
import type { EmbeddingModel } from '../store.ts';
import type { Database, Queries, Tables } from './database.ts';
import { toColumn, toDateOrNull } from './rows.ts';
import type { Vectors } from './vectors.ts';

type Properties = Omit<EmbeddingModel, 'id' | 'state' | 'lastUsedAt'>;

/** The model as it is from now on: new units get a job as long as it is not retired. */
export async function announce(tx: Database, vectors: Vectors, model: Properties, at: Date): Promise<EmbeddingModel> {
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
  const id = (await known())?.id;
  const before = id === undefined ? null : await touch(tx.write, id, at);
  if (before && !(await mustBuild(tx.write, vectors, before))) return before;
  // a unit that is being added meanwhile would get no job, and would not be among the ones that lack a vector either
  await vectors.holdWriters(tx.write);
  await tx.write
    .insertInto('embedding_models')
    .values({ provider, name, dimensions, document_prefix, state: 'building', last_used_at: toColumn(at) })
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

/** Every unit without a vector of the model gets a job, unless it has one. */
export async function addMissingJobs(tx: Database, vectors: Vectors, modelId: number, at: Date) {
  await vectors.takeTime(tx.write);
  await sql`
    insert into embedding_jobs (unit_id, model_id, attempts, run_at)
    select id, ${sql.lit(modelId)}, 0, ${toColumn(at)}
      from (select id from knowledge_units except ${vectors.units(modelId)}) missing where true
    on conflict do nothing`.execute(tx.write);
}

export async function findModel(db: Queries, modelId: number): Promise<EmbeddingModel | null> {
  const row = await db.selectFrom('embedding_models').selectAll().where('id', '=', modelId).executeTakeFirst();
  return row ? toModel(row) : null;
}

/** The model, in use now, which stays as it is until the transaction ends. */
export const touch = (tx: Queries, modelId: number, at: Date) => change(tx, modelId, { last_used_at: toColumn(at) });

/** The model, which stays as it is until the transaction ends. */
export const holdModel = (tx: Queries, modelId: number) => change(tx, modelId, { state: sql<string>`state` });

async function change(
  tx: Queries,
  modelId: number,
  changes: Updateable<Tables['embedding_models']> | { readonly state: RawBuilder<string> },
): Promise<EmbeddingModel | null> {
  const changed = tx.updateTable('embedding_models').set(changes).where('id', '=', modelId).returningAll();
  const row = await changed.executeTakeFirst();
  return row ? toModel(row) : null;
}

/** Whether nothing waits but parked jobs. */
export async function isReady(db: Queries, { id, state }: EmbeddingModel): Promise<boolean> {
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

/** Puts the model in the place of the active one. */
export async function replaceActive(tx: Database, modelId: number): Promise<boolean> {
  const model = await holdModel(tx.write, modelId);
  if (model?.state === 'active') return true;
  if (!model || !(await isReady(tx.write, model))) return false;
  await tx.write.updateTable('embedding_models').set({ state: 'retired' }).where('state', '=', 'active').execute();
  // its worker has been waiting for the index, which can take longer than nobody would work with it
  const used = { state: 'active', last_used_at: toColumn(new Date()) };
  await tx.write.updateTable('embedding_models').set(used).where('id', '=', modelId).execute();
  return true;
}

export const toModel = (row: Selectable<Tables['embedding_models']>): EmbeddingModel => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  dimensions: row.dimensions,
  documentPrefix: row.document_prefix,
  state: row.state as EmbeddingModel['state'],
  lastUsedAt: toDateOrNull(row.last_used_at),
});
