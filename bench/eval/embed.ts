import { setTimeout as delay } from 'node:timers/promises';
import type { Meanings } from '../../src/domain/meaning.ts';
import { openEmbedder } from '../../src/embedding/open.ts';
import { createQuestionEmbedder } from '../../src/embedding/question.ts';
import type { EmbeddingConfig } from '../../src/embedding-config.ts';
import { createLog } from '../../src/log.ts';
import { createMeanings } from '../../src/meaning/meanings.ts';
import { startWorker } from '../../src/meaning/worker.ts';
import type { Store } from '../../src/store/store.ts';

/** A loaded store, and what questions to it mean. */
export interface Embedded {
  readonly store: Store;
  readonly meanings: Meanings;
}

/** Embeds every unit of a store, as the server does; without a configuration, or a place for vectors, embeds nothing. */
export async function embed(store: Store, config: EmbeddingConfig | null): Promise<Embedded> {
  if (config === null || store.vectorEngine === null) return { store, meanings: createMeanings(store, null) };
  const embedder = openEmbedder(config);
  // nobody waits here, so that a question may take as long as a document
  const questions = createQuestionEmbedder(embedder, { timeoutMs: config.timeoutMs });
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
  return { store, meanings: createMeanings(store, { embedder, questions, weight }) };
}
