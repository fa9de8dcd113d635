import { NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import { audit } from './audit.ts';
import { findDuplicates } from './duplicates.ts';
import type { QueryVectors } from './query-vectors.ts';
import { requireScope, type Viewer } from './viewer.ts';

/** Pairs of approved units that say the same. */

/** So many of one unit are recorded, the most similar ones. */
const maxOfUnit = 10;

/** By what units count as the same, besides their words: `threshold` as of `findDuplicates`. */
export interface MeaningRule {
  readonly queryVectors: QueryVectors;
  readonly threshold: number | null;
}

/** Whether units can be compared as far as they ever will: false while the vectors of the first model are made. */
export const knowsMeaning = async (
  { vectorEngine }: Store,
  { queryVectors, threshold }: MeaningRule,
): Promise<boolean> => threshold === null || vectorEngine === null || (await queryVectors.model()) !== null;

/** Looks for approved units that say the same as one, as a proposal is looked at, and records what it finds. */
export async function examineUnit(store: Store, unit: KnowledgeUnit, { queryVectors, threshold }: MeaningRule) {
  const found = await findDuplicates(store, queryVectors, threshold, unit, maxOfUnit, ['approved']);
  const repeats = found.map(({ unit: { id, version }, similarity, basis }) => ({ id, version, similarity, basis }));
  return store.nearRepeats.record(unit, repeats, store.now());
}

/** A reviewer says that two units do not say the same: the pair is not shown again until one of them says something else. */
export async function dismissNearRepeat(store: Store, viewer: Viewer, id: string, now = store.now()): Promise<string> {
  const { user } = requireScope(viewer, 'REVIEWER');
  const dismissed = await store.transaction(async (tx) => {
    if (!isPairId(id) || !(await tx.nearRepeats.dismiss(id, user.id, now))) return false;
    const [, one, other] = id.split('_');
    await audit(tx, viewer, 'repeat.dismissed', { target: `ku_${one}`, details: { other: `ku_${other}` }, at: now });
    return true;
  });
  if (!dismissed) throw new NotFoundError('near repeat', id);
  return id;
}

const isPairId = (id: string) => /^nr_[0-9a-f]{32}_[0-9a-f]{32}$/.test(id);
