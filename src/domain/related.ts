import type { KnowledgeUnit, Store } from '../store/store.ts';
import { may, type Viewer } from './viewer.ts';

/** The units that share most with one, by the words of its summary. Approved ones; for reviewers also those that wait. */
export async function findRelated(
  store: Store,
  viewer: Viewer,
  { id, insight }: KnowledgeUnit,
  limit: number,
): Promise<KnowledgeUnit[]> {
  const statuses = may(viewer, 'REVIEWER') ? (['approved', 'pending'] as const) : (['approved'] as const);
  const { hits } = await store.units.search({ text: insight.summary, filter: { statuses }, limit: limit + 1 });
  return hits
    .map(({ unit }) => unit)
    .filter((unit) => unit.id !== id)
    .slice(0, limit);
}
