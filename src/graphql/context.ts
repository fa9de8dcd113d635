import type { Secrets } from '../domain/jwt.ts';
import type { QueryVectors } from '../domain/meaning.ts';
import type { Budget, SignInLimit } from '../domain/rate-limit.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Store } from '../store/store.ts';
import type { Loaders } from './loaders.ts';

/** What this server allows and is called, for resolvers. */
export interface Settings {
  readonly version: string;
  readonly nodeName: string | null;
  readonly publicRead: boolean;
  readonly maxQueryCost: number;
  /** The cosine from which a proposal says the same as a unit. */
  readonly duplicateThreshold: number;
  /** What keeps this process from embedding; null when nothing does. */
  readonly embeddingProblem: () => string | null;
  /** Has new units, and those tried again, embedded at once. */
  readonly embedSoon: () => void;
}

/** What every resolver receives. */
export interface Context {
  readonly store: Store;
  readonly queryVectors: QueryVectors;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  readonly signInLimit: SignInLimit;
  /** As in `RequestFacts`. */
  readonly stepAside: () => void;
  readonly signal: AbortSignal;
  /** The caller's network address. */
  readonly address: string;
  /** The caller's budget after this operation; null when there is none. */
  readonly budget: Budget | null;
}
