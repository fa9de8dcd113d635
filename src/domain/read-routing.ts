import type { Store } from '../store/store.ts';
import type { Viewer } from './viewer.ts';

/** Read-your-writes: for this long after a write its caller reads from the primary. Twice the replication lag that is allowed. */
const ownWritesMs = 10_000;

/**
 * Picks the database for a request that only reads: a read replica, unless the caller wrote to a unit so recently that a replica
 * may not have it yet. To be called once for each request; a request that writes uses `store` itself, the primary.
 */
export async function storeForReads(store: Store, viewer: Viewer, now = store.now()): Promise<Store> {
  const { replica } = store;
  if (replica === store || viewer.kind === 'anonymous') return replica;
  const last = await store.events.lastOf(viewer.user.username);
  return last && now.getTime() - last.getTime() < ownWritesMs ? store : replica;
}
