import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { EmbeddingModelEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { findModel } from './models.ts';
import type { Vectors } from './vectors.ts';

/** With fewer vectors their mean cosine says more about these texts than about the model. */
const fewestVectors = 50;
/** How many vectors are sampled: all pairs of them count, 125,000. */
const sampleSize = 500;
/** The most that is kept: the vectors of copies of one text would make it 1, from which nothing can be told. */
const highestMean = 0.99;

interface Renewed {
  readonly id: number;
  readonly meanCosine: number;
  readonly meanCosineUnits: number;
}

const update = statement(EmbeddingModelEntity, (models, { id, meanCosine, meanCosineUnits }: Renewed) =>
  models.update({ meanCosine, meanCosineUnits }).where({ id }),
);

/**
 * Renews the mean cosine of a model where it has none, or twice as many vectors as when it was computed. Looking counts up to
 * that many vectors.
 */
export async function renewMeanCosine(db: Database, vectors: Vectors, modelId: number): Promise<void> {
  const model = await findModel(db.read, modelId);
  if (!model) return;
  const before = model.meanCosineUnits;
  const wanted = before === null ? fewestVectors : 2 * before;
  if ((await countUpTo(db, vectors, modelId, wanted)) < wanted) return;
  const all = await countUpTo(db, vectors, modelId, Number.MAX_SAFE_INTEGER);
  const sampled = await vectors.sample(db.search, modelId, sampleSize);
  if (sampled.length < fewestVectors) return;
  const meanCosine = Math.min(highestMean, meanOfPairs(sampled));
  await db.transaction((tx) => update.run(tx.write, { id: modelId, meanCosine, meanCosineUnits: all }));
}

async function countUpTo(db: Database, vectors: Vectors, modelId: number, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${vectors.units(modelId)}) vectors limit ${sql.lit(most)}) counted`.execute(
    db.search,
  );
  return Number(rows[0]?.count);
}

/** The mean cosine of all pairs of unit vectors: of n vectors with the sum s it is `(|s|² − n) / (n·(n − 1))`. */
function meanOfPairs(vectors: readonly Float32Array[]): number {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (vector[at] ?? 0);
  const count = vectors.length;
  return (sum.reduce((total, value) => total + value * value, 0) - count) / (count * (count - 1));
}
