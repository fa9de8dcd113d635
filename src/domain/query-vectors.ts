import { VectorsLostError } from '../errors.ts';
import { normalize } from '../normal-forms.ts';
import type { EmbeddingModel, KnowledgeUnit, Meaning } from '../store/store.ts';

/**
 * Why there is no query vector, so that a search falls back to words:
 * - `off`: no embedding service is configured, or the database cannot store vectors;
 * - `building`: this process's model is not the active one (its vectors are not complete, or another model replaced it);
 * - `lost`: the database cannot use its vectors any more;
 * - `unindexed`: the active model has no index yet, and more vectors than a search may compare one by one;
 * - `timeout`, `failed`: the embedding service took too long, or failed;
 * - `refused`: the service rejects this text;
 * - `paused`: the circuit breaker is open;
 * - `wrongSize`: the service returns vectors of another dimension than those of the units.
 */
export type SemanticUnavailableReason =
  | 'off'
  | 'building'
  | 'lost'
  | 'unindexed'
  | 'timeout'
  | 'failed'
  | 'refused'
  | 'paused'
  | 'wrongSize';

/** Embeds query texts by the active model, the one that units are searched by. */
export interface QueryVectors {
  /** Whether semantic search is configured at all. */
  readonly on: boolean;
  /** The active model; null where there is none, or none that can be searched. Cached for some seconds. */
  model(): Promise<EmbeddingModel | null>;
  /**
   * Embeds a text, within `CQ_EMBEDDING_QUERY_TIMEOUT_MS`. Failures of the embedding service never throw: they are returned as
   * `missing`. `document` is for duplicate checks and uses the document prefix of the model.
   */
  of(
    text: string,
    kind: 'document' | 'query',
  ): Promise<{ readonly meaning: Meaning } | { readonly missing: SemanticUnavailableReason }>;
  /** Drops the cached model, so that the next call reads it from the database. */
  forget(): void;
}

/** The text of a unit that is embedded, in NFC as questions are. */
export const textOf = ({ summary, detail, action }: KnowledgeUnit['insight']): string =>
  normalize([summary, detail, action].join('\n\n'), 'NFC');

/** For `catch`: null where the database cannot use its vectors any more, so that the caller goes on without. */
export function nullIfVectorsAreLost(error: unknown): null {
  if (error instanceof VectorsLostError) return null;
  throw error;
}
