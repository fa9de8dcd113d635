import { ConflictError, ErasedUnitError, NotFoundError } from '../errors.ts';
import type { Erasure, Store } from '../store/store.ts';
import { type Actor, audit } from './audit.ts';
import { backupsSince, type ErasureBackup, withAdoptions } from './backups.ts';
import { isUnitId } from './ids.ts';
import { checkReason } from './lifecycle.ts';
import { requireScope } from './viewer.ts';

export interface ErasureRequest {
  readonly id: string;
  /** Why; kept, so that it must not repeat what the unit says. */
  readonly reason: string;
}

export interface ErasedUnit {
  readonly erasure: Erasure;
  /** Copies that this program made and that may still have the unit. */
  readonly backups: readonly ErasureBackup[];
}

/**
 * Erases a unit with everything that is kept of it, for administrators and operators: that it was erased stays, and its id. Of its bytes
 * something is left in the files of the database until `doneAt`. Throws `InvalidInputError`, `NotFoundError`, and `ConflictError` for one
 * that was erased already.
 */
export async function eraseUnit(
  store: Store,
  by: Actor,
  { id, reason }: ErasureRequest,
  now = store.now(),
): Promise<ErasedUnit> {
  const erasedBy = eraserOf(by);
  checkReason(reason);
  const outcome = await store.transaction(async (tx) => {
    const erased = isUnitId(id) ? await tx.erasures.erase(id, { erasedAt: now, erasedBy, reason }) : null;
    if (erased?.isNew) await audit(tx, by, 'unit.erased', { target: id, details: { reason }, at: now });
    return erased && { ...erased, backups: await backupsSince(tx, erased.since) };
  });
  if (!outcome) throw new NotFoundError('knowledge unit', id);
  const { erasure, isNew, since, backups } = outcome;
  if (!isNew) throw new ConflictError(`The unit was erased already, at ${erasure.erasedAt.toISOString()}.`, ['id']);
  return { erasure, backups: await withAdoptions(store, since, backups) };
}

/** The account of who erases something; null for an operator. Throws as `requireScope` for anybody but an administrator. */
export const eraserOf = (by: Actor): number | null =>
  by.kind === 'operator' || by.kind === 'server' ? null : requireScope(by, 'ADMIN').user.id;

/** Cleans up after erasures now, where the server would in the background; see `ErasureStore.cleanUp`. */
export const finishErasures = (store: Store, anySize: boolean): Promise<readonly Erasure[]> =>
  store.erasures.cleanUp({ anySize, atOnce: true });

/** Throws `ErasedUnitError` if a unit with this id was erased. */
export async function requireNotErased(store: Store, id: string): Promise<void> {
  if ((await store.erasures.among([id])).size > 0) throw new ErasedUnitError(id);
}
