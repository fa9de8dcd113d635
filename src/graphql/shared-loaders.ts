import type { Store } from '../store/store.ts';
import { createSharedLoaders, type SharedLoaders } from './loaders.ts';

/** For how long what was read for one who is told an event is told to others. */
const sharedForMs = 1000;

interface Shared {
  readonly loaders: SharedLoaders;
  /** By `performance.now()`. */
  readonly madeAt: number;
}

const shared = new WeakMap<object, Shared>();

/**
 * The data loaders of an event: of all who are told it at once, so that its unit is read once for them. Not of one who has asked after
 * they were made, at `since` by `performance.now()`: what was erased before is not told any more.
 */
export function sharedLoadersOf(store: Store, event: object, since: number): SharedLoaders {
  const now = performance.now();
  const known = shared.get(event);
  if (known && known.madeAt >= since && now - known.madeAt < sharedForMs) return known.loaders;
  const loaders = createSharedLoaders(store);
  shared.set(event, { loaders, madeAt: now });
  return loaders;
}
