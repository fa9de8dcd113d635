import type { Backup, Store } from '../store/store.ts';
import { limits } from './rules.ts';

/** A copy that may still have what was erased: made by `cq-server backup`, or before an adoption. */
export interface ErasureBackup extends Backup {
  readonly kind: 'backup' | 'adoption';
}

/**
 * Records that a backup is about to be made in this file, so that erasures name it; answers its number. First, and then the backup: else
 * one would go unnamed whose process was killed in between.
 */
export const recordBackup = (store: Store, place: string): Promise<number> =>
  store.backups.record({ place, madeAt: store.now() }, limits.backups);

/** The copies that may have what was there from `since` on. In the transaction that erases it: later ones do not have it. */
export const backupsSince = async (tx: Store, since: Date): Promise<ErasureBackup[]> =>
  (await tx.backups.since(since)).map((backup) => ({ ...backup, kind: 'backup' }));

/** The same with copies from before an adoption. */
export async function withAdoptions(
  store: Store,
  since: Date,
  backups: readonly ErasureBackup[],
): Promise<readonly ErasureBackup[]> {
  const known = new Set(backups.map(({ place }) => place));
  const copies = (await store.erasures.copiesSince(since)).filter(({ place }) => !known.has(place));
  return [...copies.map((copy) => ({ ...copy, kind: 'adoption' }) as const), ...backups];
}
