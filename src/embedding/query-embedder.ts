import { LRUCache } from 'lru-cache';
import { type CircuitBreakerOptions, createCircuitBreaker } from './circuit-breaker.ts';
import type { Embedder, TextKind } from './embedder.ts';
import { EmbeddingError } from './failure.ts';

/**
 * Why a question has no vector: the service took too long, it failed, it does not take this text, or it has failed so
 * often that it is left alone for a while.
 */
export type Unavailable = 'timeout' | 'failed' | 'refused' | 'paused';

export type QuestionVector = { readonly vector: Float32Array } | { readonly unavailable: Unavailable };

export interface QueryEmbedder {
  /**
   * The vector of a question, or why there is none. A question may be whether a document is there already: then it is
   * embedded as one. Callers share the vector: nobody changes it. One of other `dimensions` is not remembered: the service
   * may make others by now.
   */
  queryVector(text: string, kind?: TextKind, dimensions?: number): Promise<QuestionVector>;
}

export interface QuestionOptions {
  /** How long a question may take to embed, waiting included. */
  readonly timeoutMs: number;
  /** Is told of each failure, for the log. */
  readonly report?: (error: EmbeddingError) => void;
  readonly breaker?: Partial<CircuitBreakerOptions>;
  /** How many questions are remembered with their vectors. */
  readonly remembered?: number;
}

/** What remembered questions may take. A vector has at most 4000 numbers. */
const [rememberedBytes, vectorBytes] = [16 * 1024 * 1024, 16_000];

const breakerDefaults: CircuitBreakerOptions = {
  failures: 5,
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
  now: () => performance.now(),
  random: Math.random,
};

/** Embeds questions while somebody waits: soon or not at all, the same one once, and nothing while the service is away. */
export function createQueryEmbedder(
  embedder: Embedder,
  { timeoutMs, report, breaker: changes, remembered = 500 }: QuestionOptions,
): QueryEmbedder {
  const breaker = createCircuitBreaker({ ...breakerDefaults, ...changes });
  /** By kind and text. Also holds what is under way. */
  const vectors = new LRUCache<string, Promise<QuestionVector>>({
    max: remembered,
    maxSize: rememberedBytes,
    sizeCalculation: (_asked, key) => 2 * key.length + vectorBytes,
  });

  async function ask(text: string, kind: TextKind): Promise<QuestionVector> {
    const settle = breaker.enter();
    if (!settle) return { unavailable: 'paused' };
    const timeout = AbortSignal.timeout(timeoutMs);
    let works = false;
    try {
      const [vector] = await embedder.embed([text], kind, timeout);
      if (!vector) throw new EmbeddingError('The embedder answered nothing.', 'setup');
      works = true;
      return { vector };
    } catch (error) {
      if (!(error instanceof EmbeddingError)) throw error;
      report?.(error);
      // a service that refuses a text is there
      works = error.fault === 'text';
      if (works) return { unavailable: 'refused' };
      return { unavailable: timeout.aborted ? 'timeout' : 'failed' };
    } finally {
      settle(works);
    }
  }

  return {
    async queryVector(text, kind = 'query', dimensions) {
      const key = `${kind} ${text} ${dimensions ?? ''}`;
      const asked = vectors.get(key) ?? ask(text, kind);
      vectors.set(key, asked);
      const forget = () => vectors.peek(key) === asked && vectors.delete(key);
      try {
        const answer = await asked;
        if ('unavailable' in answer || (dimensions !== undefined && answer.vector.length !== dimensions)) forget();
        return answer;
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
