import type { KnowledgeUnit, Store } from '../store/store.ts';

/**
 * Counts units that were given as answers to a search. Only approved ones: a reviewer who searches what waits or was turned down reads
 * it, and is not answered by it. Waits for nothing.
 */
export function countAnswers(store: Store, units: readonly KnowledgeUnit[]): void {
  const answered = units.filter(({ status }) => status === 'approved').map(({ id }) => id);
  if (answered.length > 0) store.usage.record(answered, store.now());
}
