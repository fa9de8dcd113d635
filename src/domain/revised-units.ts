import { InvalidInputError, LimitReachedError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Store } from '../store/store.ts';
import { isUnitId } from './ids.ts';
import { maySee } from './knowledge.ts';
import { type InputValidator, limits, maxInteger } from './rules.ts';
import type { Viewer } from './viewer.ts';

/** What amendments and suggestions ask of the unit that they change. */

/** Reads a unit that the caller may see. Throws `NotFoundError`, which names `field`. */
export async function readUnit(store: Store, viewer: Viewer, id: string, field = 'id'): Promise<KnowledgeUnit> {
  const unit = isUnitId(id) ? await store.units.find(id) : null;
  if (!unit || !maySee(viewer, unit)) throw new NotFoundError('knowledge unit', id, [field]);
  return unit;
}

export function notApproved({ status }: KnowledgeUnit, field = 'id') {
  return new InvalidInputError([
    { path: [field], message: `${field} must be of an approved unit; this one is ${status}.` },
  ]);
}

/** Checks why a unit is to be changed, in `reason`. */
export function checkReason(rules: InputValidator, reason: string | null, required: boolean) {
  if (reason !== null && required) rules.reason(['reason'], reason, limits.reviewNote);
  else if (reason !== null) rules.text(['reason'], reason, { max: limits.reviewNote });
  else if (required) rules.refuse(['reason'], 'is required to change an approved unit.');
}

export const fullOfVersions = () =>
  new LimitReachedError(`At most ${limits.versions} versions of a unit are kept: propose a new one.`, limits.versions);

/** Throws `LimitReachedError` where no database could count one version more. */
export function requireRoom(version: number) {
  if (version >= maxInteger)
    throw new LimitReachedError(`Versions count to ${maxInteger}: propose a new unit.`, maxInteger);
}
