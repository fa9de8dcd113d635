import type { ReviewStatus } from '../store/store.ts';

/** How many units there are to the public, of whatever status: all but the retired ones. */
export function totalOf({ retired: _, ...others }: Partial<Record<ReviewStatus, number>>): number {
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}
