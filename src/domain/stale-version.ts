import type { KnowledgeUnit, Store } from '../store/store.ts';
import { StaleVersionError } from './errors.ts';
import { maySeeAuthor } from './knowledge.ts';
import type { Viewer } from './viewer.ts';

/** The error of a caller who has read version `sent` of a unit: it tells who made the one of now, if the caller may know. */
export async function staleError(
  store: Store,
  viewer: Viewer,
  unit: KnowledgeUnit,
  sent: number,
): Promise<StaleVersionError> {
  const [made] = await store.revisions.ofVersions([{ unitId: unit.id, version: unit.version }]);
  // of a suggestion the reviewer who approved it: who suggests is not for every proposer to know
  const author =
    made?.baseVersion != null && maySeeAuthor(viewer, unit) ? (made.review?.reviewedBy ?? made.createdBy) : null;
  return new StaleVersionError(unit, sent, author, made?.review?.reviewedAt ?? made?.createdAt ?? null);
}
