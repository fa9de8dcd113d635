import type { EmbeddingModel, KnowledgeUnit, Meaning } from '../store/store.ts';

/**
 * Why a text has no meaning here: nothing makes vectors or keeps them, units are not found by the model that makes them
 * (its own are not complete yet, or another one has taken over), the service took too long, failed, does not take this text, is left alone since it failed often, or makes vectors of
 * another size than the units have.
 */
export type NoMeaning = 'off' | 'building' | 'timeout' | 'failed' | 'refused' | 'paused' | 'wrongSize';

/** What texts mean, by the model that is searched with. */
export interface QueryVectors {
  /** Whether there may ever be a meaning. */
  readonly on: boolean;
  /** The model that units are found by; null where there is none. May be some seconds old. */
  model(): Promise<EmbeddingModel | null>;
  /** Soon or not at all, and never an error for what the service does. A document is as long as a unit; a query asks for some. */
  of(
    text: string,
    kind: 'document' | 'query',
  ): Promise<{ readonly meaning: Meaning } | { readonly missing: NoMeaning }>;
  /** Looks anew which model there is, when next asked. */
  forget(): void;
}

/** What of a unit has a meaning: its text, which never changes. */
export const textOf = ({ summary, detail, action }: KnowledgeUnit['insight']): string =>
  [summary, detail, action].join('\n\n');
