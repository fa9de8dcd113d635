import { type BreakerOptions, createBreaker } from './breaker.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './failure.ts';

/**
 * Why a question has no vector: the service took too long, it failed, it does not take this text, or it has failed so
 * often that it is left alone for a while.
 */
export type Unavailable = 'timeout' | 'failed' | 'refused' | 'paused';

export type QuestionVector = { readonly vector: Float32Array } | { readonly unavailable: Unavailable };

export interface QuestionEmbedder {
  /** The vector of a question, or why there is none. Callers share the vector: nobody changes it. */
  queryVector(text: string): Promise<QuestionVector>;
}

export interface QuestionOptions {
  /** How long a question may take to embed, waiting included. */
  readonly timeoutMs: number;
  /** Is told of each failure, for the log. */
  readonly report?: (error: EmbeddingError) => void;
  readonly breaker?: Partial<BreakerOptions>;
  /** How many questions are remembered with their vectors. */
  readonly remembered?: number;
}

const breakerDefaults: BreakerOptions = {
  failures: 5,
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
  now: () => performance.now(),
  random: Math.random,
};

/** Embeds questions while somebody waits: soon or not at all, the same one once, and nothing while the service is away. */
export function createQuestionEmbedder(
  embedder: Embedder,
  { timeoutMs, report, breaker: changes, remembered = 500 }: QuestionOptions,
): QuestionEmbedder {
  const breaker = createBreaker({ ...breakerDefaults, ...changes });
  /** By text, least recently asked first. Also holds what is under way. */
  const vectors = new Map<string, Promise<QuestionVector>>();

  async function ask(text: string): Promise<QuestionVector> {
    const settle = breaker.enter();
    if (!settle) return { unavailable: 'paused' };
    const timeout = AbortSignal.timeout(timeoutMs);
    let works = false;
    try {
      const [vector] = await embedder.embed([text], 'query', timeout);
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
    async queryVector(text) {
      const known = vectors.get(text);
      const asked = known ?? ask(text);
      vectors.delete(text);
      vectors.set(text, asked);
      const [oldest] = vectors.keys();
      if (vectors.size > remembered && oldest !== undefined) vectors.delete(oldest);
      const forget = () => vectors.get(text) === asked && vectors.delete(text);
      try {
        const answer = await asked;
        if ('unavailable' in answer) forget();
        return answer;
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
