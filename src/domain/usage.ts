import type { KnowledgeUnit, Store } from '../store/store.ts';
import { hasScope, type Viewer } from './viewer.ts';

/**
 * Counts units that were given as answers to a search. Only approved ones: a reviewer who searches what waits or was turned down reads
 * it, and is not answered by it. Waits for nothing.
 */
export function countAnswers(store: Store, units: readonly KnowledgeUnit[]): void {
  const answered = units.filter(({ status }) => status === 'approved').map(({ id }) => id);
  if (answered.length > 0) store.usage.record(answered, store.now());
}

/**
 * Counts that a superseded unit was asked for by its id: the caller has that from elsewhere, and may not know of the one in its place. A unit of
 * any other status is not counted. Waits for nothing.
 */
export function countRequest(store: Store, { id, status }: Pick<KnowledgeUnit, 'id' | 'status'>): void {
  if (status === 'superseded') store.usage.recordRequest(id, store.now());
}

/** The same for a unit that is read, but for reviewers, who look after it. */
export function countRead(store: Store, viewer: Viewer, unit: Pick<KnowledgeUnit, 'id' | 'status'>): void {
  if (!hasScope(viewer, 'REVIEWER')) countRequest(store, unit);
}
