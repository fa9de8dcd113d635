import type { ErasureBackup } from '../domain/backups.ts';
import type { Erasure } from '../store/store.ts';
import { printable } from './printable.ts';

/** Where an erasure stands in the list of those. */
export const byErasure = ({ erasedAt, id }: Erasure) => ({ key: erasedAt, id });

/** An erasure as a line: id, when, whether anything is left, why. `otherwise` is what it waits for where it does not say. */
export function describeErasure(
  { id, erasedAt, reason, doneAt, waitsFor }: Erasure,
  otherwise: string | null = null,
): string {
  const why = waitsFor ?? otherwise;
  const status = doneAt === null ? `PENDING${why === null ? '' : `: ${why}`}` : 'DONE';
  return [id, erasedAt.toISOString(), status, reason.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')].join('\t');
}

/** Says which copies may still have what was erased. */
export function warnOfBackups(backups: readonly ErasureBackup[]): void {
  for (const { kind, place, madeAt } of backups) {
    const what =
      kind === 'adoption'
        ? 'from before the adoption: see "cq-server adoption"'
        : `a backup of ${madeAt.toISOString()}, and where that was moved to`;
    console.error(`It may still be in ${printable(place)}, ${what}.`);
  }
}
