import { createBulkhead } from '../bulkhead.ts';
import { embeddings } from '../observations/embedding.ts';
import { observed } from '../observations/observed.ts';
import { EmbeddingError } from './embedding-error.ts';
import { checkDimensions, type RawVector, unitVector } from './raw-vectors.ts';

/** Whether a text is to be found (`document`) or to search by (`query`): each kind has its own prefix. */
export type TextKind = 'document' | 'query';

/** What a vector depends on besides its text. Vectors of different models are never compared. */
export interface ModelIdentity {
  readonly provider: string;
  readonly name: string;
  /** The dimensions of its vectors; null until a probe has found them. */
  readonly dimensions: number | null;
  /** The prefix of every document. */
  readonly documentPrefix: string;
}

/** Embeds texts as vectors. Safe for concurrent use. */
export interface Embedder {
  readonly model: ModelIdentity;
  /**
   * A unit vector for each text, in their order, all of the same dimensions. Splits the texts into batches. Throws
   * `EmbeddingError`, also when `signal` is aborted.
   */
  embed(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array[]>;
}

/** A provider: one call with a batch of texts, answered with their raw vectors in the same order. */
export type EmbeddingCall = (texts: readonly string[], signal: AbortSignal) => Promise<readonly RawVector[]>;

export interface EmbedderOptions {
  readonly model: ModelIdentity;
  readonly queryPrefix: string;
  /** The most texts in one call. */
  readonly batch: number;
}

/** Concurrent calls, separately for documents and for queries, so that queries do not queue behind documents. */
export const maxConcurrentCalls = 4;

/** Queued calls, of each kind. */
const maxQueuedCalls = 1000;

const createCallBulkhead = () =>
  createBulkhead({
    concurrent: maxConcurrentCalls,
    queued: maxQueuedCalls,
    full: () => new EmbeddingError('Too many calls are waiting for the embedding service.', 'service'),
    aborted: () => new EmbeddingError('The call was aborted before it began.', 'service'),
  });

/** An embedder over a provider's calls: adds prefixes, batches, a bulkhead, and checks of every answer. */
export function createEmbedder(call: EmbeddingCall, { model, queryPrefix, batch }: EmbedderOptions): Embedder {
  const bulkheads = { document: createCallBulkhead(), query: createCallBulkhead() };
  const prefixes = { document: model.documentPrefix, query: queryPrefix };
  const who = `${model.provider} (${model.name})`;

  function embedBatch(texts: readonly string[], kind: TextKind, signal: AbortSignal): Promise<Float32Array[]> {
    if (!embeddings.hasSubscribers) return vectorsOf(texts, signal);
    const { provider, name } = model;
    const message = { since: performance.now(), ms: 0, provider, model: name, kind, texts: texts.length };
    return observed(embeddings, message, () => vectorsOf(texts, signal));
  }

  async function vectorsOf(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const answer = await call(texts, signal);
    if (answer.length !== texts.length)
      throw new EmbeddingError(`${who} answered ${answer.length} vectors for ${texts.length} texts.`, 'setup');
    return answer.map((raw) => unitVector(raw, who));
  }

  return {
    model,
    async embed(texts, kind, signal) {
      const prefixed = texts.map((text) => prefixes[kind] + text);
      const failed = new AbortController();
      const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
      try {
        const answers = await Promise.all(
          batchesOf(prefixed, batch).map((some) => bulkheads[kind](() => embedBatch(some, kind, either), either)),
        );
        const vectors = answers.flat();
        checkDimensions(vectors, model.dimensions, who);
        return vectors;
      } catch (error) {
        // abort the other calls, whose results are not needed any more
        failed.abort();
        throw error;
      }
    },
  };
}

function batchesOf(texts: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, at) => texts.slice(at * size, (at + 1) * size));
}
