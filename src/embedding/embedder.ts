import { createBulkhead } from '../bulkhead.ts';
import { EmbeddingError } from './failure.ts';
import { checkSizes, type RawVector, unitVector } from './vectors.ts';

export type TextKind = 'document' | 'query';

/** What a vector depends on besides its text: vectors of two models are never compared. */
export interface EmbeddingModel {
  readonly provider: string;
  readonly name: string;
  /** How many numbers a vector has; null as long as nobody has asked. */
  readonly dimensions: number | null;
  /** What stands before every document. */
  readonly documentPrefix: string;
}

/** Makes vectors of texts. Safe to share. */
export interface Embedder {
  readonly model: EmbeddingModel;
  /**
   * A vector of length 1 for each text, in their order, all of one size. However many texts, no call to the service has
   * more than it takes. Throws `EmbeddingError`, also when `signal` says that nobody waits any longer.
   */
  embed(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array[]>;
}

/** One call to whatever makes vectors. */
export type Call = (texts: readonly string[], signal: AbortSignal) => Promise<readonly RawVector[]>;

export interface EmbedderOptions {
  readonly model: EmbeddingModel;
  readonly queryPrefix: string;
  /** The most texts in one call. */
  readonly batch: number;
}

/** Calls at once, of documents and of questions each: questions do not queue behind documents. */
export const mostAtOnce = 4;

/** Calls that wait, of each kind. */
const mostWaiting = 1000;

const createQueue = () =>
  createBulkhead({
    concurrent: mostAtOnce,
    queued: mostWaiting,
    full: () => new EmbeddingError('Too many calls wait for the service already.', 'service'),
    aborted: () => new EmbeddingError('The call was given up before it began.', 'service'),
  });

/** An embedder on top of plain calls: adds prefixes, splits, waits its turn, and believes no answer unseen. */
export function createEmbedder(call: Call, { model, queryPrefix, batch }: EmbedderOptions): Embedder {
  const turns = { document: createQueue(), query: createQueue() };
  const prefixes = { document: model.documentPrefix, query: queryPrefix };
  const who = `${model.provider} (${model.name})`;

  async function embedBatch(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
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
          batchesOf(prefixed, batch).map((some) => turns[kind](() => embedBatch(some, either), either)),
        );
        const vectors = answers.flat();
        checkSizes(vectors, model.dimensions, who);
        return vectors;
      } catch (error) {
        // the other calls have nobody left who waits for them
        failed.abort();
        throw error;
      }
    },
  };
}

function batchesOf(texts: readonly string[], most: number): string[][] {
  return Array.from({ length: Math.ceil(texts.length / most) }, (_, at) => texts.slice(at * most, (at + 1) * most));
}
