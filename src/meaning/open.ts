import type { Worker } from '../background/repeat.ts';
import type { Meanings } from '../domain/meaning.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { createQuestionEmbedder } from '../embedding/question.ts';
import type { EmbeddingConfig } from '../embedding-config.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createMeanings } from './meanings.ts';
import { startWorker } from './worker.ts';

export interface SearchByMeaning {
  readonly meanings: Meanings;
  /** Null where nothing is configured, or the database holds no vectors. */
  readonly worker: Worker | null;
}

/** Search by meaning as it is configured, its worker started; the log says why where there is none. Waits for nobody. */
export function openMeanings(
  store: Store,
  config: EmbeddingConfig | null,
  embedder: Embedder | null,
  log: Log,
): SearchByMeaning {
  if (config === null || embedder === null || store.vectorEngine === null) {
    if (config === null) log.info('no search by meaning: CQ_EMBEDDING_PROVIDER is not set');
    else
      log.warn(
        'no search by meaning: this database holds no vectors; PostgreSQL does with pgvector, SQLite with sqlite-vec on most platforms',
      );
    return { meanings: createMeanings(store, null), worker: null };
  }
  const questions = createQuestionEmbedder(embedder, {
    timeoutMs: config.queryTimeoutMs,
    report: (error) => log.warn({ reason: error.message }, 'a question was not embedded'),
  });
  const saw = (dimensions: number) => worker.saw(dimensions);
  const meanings = createMeanings(store, { embedder, questions, weight: config.weight, saw });
  const { batch, timeoutMs } = config;
  const worker = startWorker({ store, embedder, batch, timeoutMs, log, activated: () => meanings.forget() });
  return { meanings, worker };
}
