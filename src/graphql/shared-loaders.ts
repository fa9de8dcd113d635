import type { Store } from '../store/store.ts';
import { createSharedLoaders, type SharedLoaders } from './loaders.ts';

/** For how long what was read for one who is told an event is told to others. */
const sharedForMs = 1000;

const shared = new WeakMap<object, { readonly loaders: SharedLoaders; readonly until: number }>();

/** The data loaders of an event: of all who are told it at once, so that its unit is read once for them. */
export function sharedLoadersOf(store: Store, event: object): SharedLoaders {
  const now = performance.now();
  const known = shared.get(event);
  if (known && now < known.until) return known.loaders;
  const loaders = createSharedLoaders(store);
  shared.set(event, { loaders, until: now + sharedForMs });
  return loaders;
}
