import type { Erasure } from '../store/store.ts';

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

export function warnOfCopies(backups: readonly string[]): void {
  for (const copy of backups)
    console.error(`It may still be in ${copy}, from before the adoption: see "cq-server adoption".`);
}
