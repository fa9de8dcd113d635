import { ConflictError, NotFoundError } from '../errors.ts';
import { normalize } from '../normal-forms.ts';
import type { Store, UserErasure } from '../store/store.ts';
import { type Actor, audit } from './audit.ts';
import { backupsSince, type ErasureBackup, withAdoptions } from './backups.ts';
import { type ErasureRequest, eraserOf } from './erasure.ts';
import { userIdOf } from './ids.ts';
import { InputValidator, limits } from './rules.ts';
import { closeUser } from './suspension.ts';
import { newPlaceholder } from './user-names.ts';

export interface ErasedUser {
  readonly erasure: UserErasure;
  /** Copies that this program made and that may still have the name. */
  readonly backups: readonly ErasureBackup[];
}

/**
 * Erases a person, for administrators and operators: the account, and the name wherever it is. What the person wrote stays, under a
 * placeholder. The account is gone at once, and the name from all rows and files when the erasure is done. Throws `InvalidInputError`,
 * `NotFoundError`, and `ConflictError` for the last administrator and for somebody who was erased already.
 */
export async function eraseUser(
  store: Store,
  by: Actor,
  { id, reason }: ErasureRequest,
  now = store.now(),
): Promise<ErasedUser> {
  const erasedBy = eraserOf(by);
  const rules = new InputValidator();
  rules.reason(['reason'], reason, limits.reviewNote);
  rules.check();
  const number = userIdOf(id) ?? -1;
  const [user] = await store.users.findMany([number]);
  if (user && names(reason, user.username)) rules.refuse(['reason'], 'must not name the person: it is kept.');
  rules.check();
  // first, by itself: with ever new requests under the name the erasure would wait for ever
  if (user) await closeUser(store, id, { by, now }, 'erased');
  const before = user ? await oldestOf(store, user.username) : null;
  const outcome = await store.transaction(async (tx) => {
    const placeholder = newPlaceholder();
    const erased = await tx.erasures.eraseUser(number, { erasedAt: now, erasedBy, reason, placeholder });
    if (erased === null || erased === 'lastAdmin') return erased;
    if (erased.isNew) await audit(tx, by, 'user.erased', { target: id, details: { reason }, at: now });
    const since = before !== null && before < erased.since ? before : erased.since;
    return { ...erased, since, backups: await backupsSince(tx, since) };
  });
  if (outcome === 'lastAdmin') throw new ConflictError('The last administrator cannot be erased.', ['id']);
  if (!outcome) throw new NotFoundError('user', id);
  const { erasure, isNew, since, backups } = outcome;
  if (!isNew) throw new ConflictError(`The person was erased already, at ${erasure.erasedAt.toISOString()}.`, ['id']);
  return { erasure, backups: await withAdoptions(store, since, backups) };
}

/** When the oldest unit of a name was made: an import may have brought some before there was an account. */
async function oldestOf(store: Store, createdBy: string): Promise<Date | null> {
  const { items } = await store.units.list({ createdBy }, { field: 'createdAt', direction: 'asc' }, { limit: 1 });
  return items[0]?.createdAt ?? null;
}

/** Whether a text has a name as a word of its own, in whatever case. */
function names(text: string, name: string): boolean {
  const [given, sought] = [text, name].map((one) => normalize(one, 'NFC').toLowerCase()) as [string, string];
  if (sought === '') return false;
  const isWord = (sign: string | undefined) => sign !== undefined && /[\p{L}\p{N}\p{M}]/u.test(sign);
  for (let at = given.indexOf(sought); at >= 0; at = given.indexOf(sought, at + 1))
    if (!isWord([...given.slice(0, at)].at(-1)) && !isWord([...given.slice(at + sought.length)][0])) return true;
  return false;
}
