import { sql } from 'kysely';
import type { EmbeddingStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { nearestUnits } from '../search/nearest-neighbours.ts';
import { createEmbeddingJobs } from './jobs.ts';
import { renewMeanCosine } from './mean-cosine.ts';
import { deleteBatch, retireUnused } from './model-cleanup.ts';
import { addMissingJobs, addOrRevive, allModels, findModel, isReady, replaceActive, touch } from './models.ts';
import { similarityScale, type Vectors } from './vectors.ts';

/** The most dimensions that pgvector indexes; without an index a search would read every vector. */
const maxDimensions = 4000;
/** How many numbers of vectors a search without an index may compare: of 384 dimensions 130,000 vectors, some 100 MB to read. */
const maxScannedNumbers = 50_000_000;

/** The embedding store. Searches read from `reading`, which may lag behind; models and jobs are always read from `db`. */
export function createEmbeddings(db: Database, vectors: Vectors, reading: Database): EmbeddingStore {
  return {
    models: () => allModels.all(db.read, {}),

    async register(model, at) {
      if (!Number.isInteger(model.dimensions) || model.dimensions < 1 || model.dimensions > maxDimensions)
        throw new Error(
          `A model must have from 1 to ${maxDimensions} dimensions; ${model.name} has ${model.dimensions}.`,
        );
      const registered = await db.transaction((tx) => addOrRevive(tx, vectors, model, at));
      await db.transaction((tx) => addMissingJobs(tx, vectors, registered.id, at));
      return registered;
    },

    touch: (modelId, at) => db.transaction((tx) => touch(tx.write, modelId, at)),

    ...createEmbeddingJobs(db, vectors),

    async activate(modelId) {
      const model = await findModel(db.read, modelId);
      if (!model || !(await isReady(db.read, model))) return false;
      await vectors.buildIndex(db.maintenance, model);
      return db.transaction((tx) => replaceActive(tx, modelId));
    },

    async buildIndex(modelId) {
      const model = await findModel(db.read, modelId);
      return model && vectors.buildIndex(db.maintenance, model);
    },

    async indexProblem(modelId) {
      const model = await findModel(db.read, modelId);
      return model && vectors.indexProblem(db.maintenance, model);
    },

    renewMeanCosine: (modelId) => renewMeanCosine(db, vectors, modelId),

    async purgeRetired(unusedSince) {
      const retired = await db.transaction((tx) => retireUnused(tx.write, unusedSince));
      await vectors.dropIndexes(db.maintenance);
      for (const id of retired) if (await db.transaction((tx) => deleteBatch(tx.write, vectors, id))) return true;
      return false;
    },

    async isSearchable({ id, dimensions }) {
      if (await vectors.hasIndex(reading.read, id)) return true;
      const most = Math.floor(maxScannedNumbers / dimensions);
      const { rows } = await sql`select 1 from (${vectors.units(id)}) vectors limit 1 offset ${sql.lit(most)}`.execute(
        reading.search,
      );
      return rows.length === 0;
    },

    async nearest(modelId, vector, filter, limit) {
      const neighbours = await nearestUnits(reading, vectors, { modelId, vector }, filter, limit);
      return neighbours.map(({ unit_id, similarity }) => ({
        unitId: unit_id,
        similarity: similarity / similarityScale,
      }));
    },

    vectorOf: (modelId, unitId) => vectors.find(reading.read, modelId, unitId),
  };
}
