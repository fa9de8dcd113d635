import type { Store } from '../store/store.ts';
import type { Viewer } from './viewer.ts';

/** For how long callers read from the primary what they have done: twice as long as a replica may be behind. */
const ownWritesMs = 10_000;

/**
 * Where a caller reads: from a replica, unless they did something to a unit so lately that it may not be there yet. To be
 * asked once for each request that only reads; one that writes has the store itself.
 */
export async function storeForReads(store: Store, viewer: Viewer, now = new Date()): Promise<Store> {
  const { replica } = store;
  if (replica === store || viewer.kind === 'anonymous') return replica;
  const last = await store.events.lastOf(viewer.user.username);
  return last && now.getTime() - last.getTime() < ownWritesMs ? store : replica;
}
