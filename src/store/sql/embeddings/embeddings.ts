import type { EmbeddingStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { nearestUnits } from '../search/nearest-neighbours.ts';
import { createEmbeddingJobs } from './jobs.ts';
import { removeSome, retireUnused } from './model-cleanup.ts';
import { addMissingJobs, allModels, announce, findModel, isReady, replaceActive, touch } from './models.ts';
import type { Vectors } from './vectors.ts';

/** What PostgreSQL can index; beyond it a search would read every vector. */
const maxDimensions = 4000;

/** `reading` may be a little behind; what decides over work is never read from there. */
export function createEmbeddings(db: Database, vectors: Vectors, reading: Database): EmbeddingStore {
  return {
    models: () => allModels.all(db.read, {}),

    async register(model, at) {
      if (!Number.isInteger(model.dimensions) || model.dimensions < 1 || model.dimensions > maxDimensions)
        throw new Error(
          `A model must have from 1 to ${maxDimensions} dimensions; ${model.name} has ${model.dimensions}.`,
        );
      const registered = await db.transaction((tx) => announce(tx, vectors, model, at));
      await db.transaction((tx) => addMissingJobs(tx, vectors, registered.id, at));
      return registered;
    },

    touch: (modelId, at) => db.transaction((tx) => touch(tx.write, modelId, at)),

    ...createEmbeddingJobs(db, vectors),

    async activate(modelId) {
      const model = await findModel(db.read, modelId);
      if (!model || !(await isReady(db.read, model))) return false;
      await vectors.buildIndex(db.write, model);
      return db.transaction((tx) => replaceActive(tx, modelId));
    },

    async tidy(unusedSince) {
      const retired = await db.transaction((tx) => retireUnused(tx.write, unusedSince));
      await vectors.dropIndexes(db.write);
      for (const id of retired) if (await db.transaction((tx) => removeSome(tx.write, vectors, id))) return true;
      return false;
    },

    async nearest(modelId, vector, filter, limit) {
      const near = await nearestUnits(reading, vectors, { modelId, vector }, filter, limit);
      return near.map(({ unit_id, similarity }) => ({ unitId: unit_id, similarity: similarity / 10_000 }));
    },

    vectorOf: (modelId, unitId) => vectors.find(reading.read, modelId, unitId),
  };
}
