import type { Worker } from '../background/run-loop.ts';
import type { EmbeddingConfig } from '../config/embedding.ts';
import type { QueryVectors } from '../domain/query-vectors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { CircuitState } from './circuit-breaker.ts';
import type { Embedder } from './embedder.ts';
import { createQueryEmbedder } from './query-embedder.ts';
import { createQueryVectors } from './query-vectors.ts';
import { startWorker } from './worker.ts';

export interface SemanticSearch {
  readonly queryVectors: QueryVectors;
  /** Null without a configured provider or a vector engine. */
  readonly worker: Worker | null;
  /** That of the circuit breaker of queries; null where `worker` is. */
  readonly circuit: () => CircuitState | null;
}

/** Starts semantic search as configured, with its worker; logs why where there is none. Does not wait for the service. */
export function openSemanticSearch(
  store: Store,
  config: EmbeddingConfig | null,
  embedder: Embedder | null,
  log: Log,
): SemanticSearch {
  if (config === null || embedder === null || store.vectorEngine === null) {
    if (config === null) log.info('semantic search is off: CQ_EMBEDDING_PROVIDER is not set');
    else log.warn({ reason: store.vectorProblem }, 'semantic search is off: the database has no vector engine');
    return { queryVectors: createQueryVectors(store, null), worker: null, circuit: () => null };
  }
  const questions = createQueryEmbedder(embedder, {
    timeoutMs: config.queryTimeoutMs,
    onFailure: (error) => log.warn({ reason: error.message }, 'a query was not embedded'),
  });
  const reportDimensions = (dimensions: number) => worker.reportDimensions(dimensions);
  const queryVectors = createQueryVectors(store, { embedder, questions, weight: config.weight, reportDimensions });
  const { batch, timeoutMs } = config;
  const worker = startWorker({ store, embedder, batch, timeoutMs, log, onActivated: () => queryVectors.forget() });
  return { queryVectors, worker, circuit: () => questions.circuit };
}
