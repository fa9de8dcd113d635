import type { Worker } from '../background/run-loop.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import type { QueryVectors } from '../domain/query-vectors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import { createQueryEmbedder } from './query-embedder.ts';
import { createQueryVectors } from './query-vectors.ts';
import { startWorker } from './worker.ts';

export interface SemanticSearch {
  readonly queryVectors: QueryVectors;
  /** Null where nothing is configured, or the database holds no vectors. */
  readonly worker: Worker | null;
}

/** Search by meaning as it is configured, its worker started; the log says why where there is none. Waits for nobody. */
export function openSemanticSearch(
  store: Store,
  config: EmbeddingConfig | null,
  embedder: Embedder | null,
  log: Log,
): SemanticSearch {
  if (config === null || embedder === null || store.vectorEngine === null) {
    if (config === null) log.info('no search by meaning: CQ_EMBEDDING_PROVIDER is not set');
    else
      log.warn(
        'no search by meaning: this database holds no vectors; PostgreSQL does with pgvector, SQLite with sqlite-vec on most platforms',
      );
    return { queryVectors: createQueryVectors(store, null), worker: null };
  }
  const questions = createQueryEmbedder(embedder, {
    timeoutMs: config.queryTimeoutMs,
    report: (error) => log.warn({ reason: error.message }, 'a question was not embedded'),
  });
  const reportDimensions = (dimensions: number) => worker.reportDimensions(dimensions);
  const queryVectors = createQueryVectors(store, { embedder, questions, weight: config.weight, reportDimensions });
  const { batch, timeoutMs } = config;
  const worker = startWorker({ store, embedder, batch, timeoutMs, log, activated: () => queryVectors.forget() });
  return { queryVectors, worker };
}
