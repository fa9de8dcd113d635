import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddingConfig } from '../../src/config/embedding.ts';
import type { QueryVectors } from '../../src/domain/query-vectors.ts';
import { openEmbedder } from '../../src/embedding/open-embedder.ts';
import { createQueryEmbedder } from '../../src/embedding/query-embedder.ts';
import { createQueryVectors } from '../../src/embedding/query-vectors.ts';
import { startWorker } from '../../src/embedding/worker.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';

/** A loaded store, and what questions to it mean. */
export interface Embedded {
  readonly store: Store;
  readonly queryVectors: QueryVectors;
}

/** Embeds every unit of a store, as the server does; without a configuration, or a place for vectors, embeds nothing. */
export async function embed(store: Store, config: EmbeddingConfig | null): Promise<Embedded> {
  if (config === null || store.vectorEngine === null) return { store, queryVectors: createQueryVectors(store, null) };
  const embedder = openEmbedder(config);
  // nobody waits here, so that a question may take as long as a document
  const questions = createQueryEmbedder(embedder, { timeoutMs: config.timeoutMs });
  const { batch, timeoutMs, weight } = config;
  const worker = startWorker({ store, embedder, batch, timeoutMs, log: createLog('silent') });
  try {
    while (!(await store.embeddings.models()).some(({ state }) => state === 'active')) {
      if (worker.problem !== null) throw new Error(worker.problem);
      await delay(50);
    }
  } finally {
    await worker.stop();
  }
  return { store, queryVectors: createQueryVectors(store, { embedder, questions, weight }) };
}
