import { LRUCache } from 'lru-cache';
import {
  type CircuitBreakerOptions,
  type CircuitState,
  circuitBreakerDefaults,
  createCircuitBreaker,
} from './circuit-breaker.ts';
import type { Embedder, TextKind } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';

/**
 * Why a query has no vector: the service timed out, failed, or refused this text; or the circuit breaker is open (`paused`).
 */
export type Unavailable = 'timeout' | 'failed' | 'refused' | 'paused';

export type QueryVectorResult = { readonly vector: Float32Array } | { readonly unavailable: Unavailable };

/** Embeds queries with a timeout, a cache and a circuit breaker. Never throws for the service. */
export interface QueryEmbedder {
  /** That of its circuit breaker. */
  readonly circuit: CircuitState;
  /**
   * The vector of a text, or why there is none. `kind: 'document'` is for duplicate checks and uses the document prefix.
   * Callers share the vector and must not modify it. A vector of other dimensions than `dimensions` is not cached, since the
   * service may have changed.
   */
  queryVector(text: string, kind?: TextKind, dimensions?: number): Promise<QueryVectorResult>;
}

export interface QueryEmbedderOptions {
  /** How long embedding a query may take, including the wait for a permit. */
  readonly timeoutMs: number;
  /** Called with each failure, for the log. */
  readonly onFailure?: (error: EmbeddingError) => void;
  /** Overrides of `circuitBreakerDefaults`. */
  readonly breaker?: Partial<CircuitBreakerOptions>;
  /** How many queries are cached with their vectors. */
  readonly cacheSize?: number;
}

/** The size of the cache, and of a vector with the most dimensions (4000). */
const [cacheBytes, vectorBytes] = [16 * 1024 * 1024, 16_000];

/**
 * Creates a query embedder: concurrent calls with the same text share one call to the service; none is made while the circuit
 * is open.
 */
export function createQueryEmbedder(
  embedder: Embedder,
  { timeoutMs, onFailure, breaker: breakerOverrides, cacheSize = 500 }: QueryEmbedderOptions,
): QueryEmbedder {
  const breaker = createCircuitBreaker({ ...circuitBreakerDefaults, ...breakerOverrides });
  /** Cached results by kind, text and dimensions, pending ones included. */
  const vectors = new LRUCache<string, Promise<QueryVectorResult>>({
    max: cacheSize,
    maxSize: cacheBytes,
    sizeCalculation: (_result, key) => 2 * key.length + vectorBytes,
  });

  async function embedQuery(text: string, kind: TextKind): Promise<QueryVectorResult> {
    const recordOutcome = breaker.admitCall();
    if (!recordOutcome) return { unavailable: 'paused' };
    const timeout = AbortSignal.timeout(timeoutMs);
    let succeeded = false;
    try {
      const [vector] = await embedder.embed([text], kind, timeout);
      if (!vector) throw new EmbeddingError('The embedder answered nothing.', 'setup');
      succeeded = true;
      return { vector };
    } catch (error) {
      if (!(error instanceof EmbeddingError)) throw error;
      onFailure?.(error);
      // a service that refuses a text is reachable
      succeeded = error.fault === 'text';
      if (succeeded) return { unavailable: 'refused' };
      return { unavailable: timeout.aborted ? 'timeout' : 'failed' };
    } finally {
      recordOutcome(succeeded);
    }
  }

  return {
    get circuit() {
      return breaker.state;
    },

    async queryVector(text, kind = 'query', dimensions) {
      const key = `${kind} ${text} ${dimensions ?? ''}`;
      const result = vectors.get(key) ?? embedQuery(text, kind);
      vectors.set(key, result);
      const evict = () => vectors.peek(key) === result && vectors.delete(key);
      try {
        const answer = await result;
        if ('unavailable' in answer || (dimensions !== undefined && answer.vector.length !== dimensions)) evict();
        return answer;
      } catch (error) {
        evict();
        throw error;
      }
    },
  };
}
