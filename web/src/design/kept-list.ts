import type { VirtualItem } from '@tanstack/react-virtual';
import { isTraversed, placeNow } from './traversal.ts';

/** What a list was when it was left: its rows, how high they are, and how far it was scrolled. */
interface Kept {
  readonly state?: unknown;
  /** Whose client has read them. */
  readonly reader?: unknown;
  readonly heights?: readonly VirtualItem[];
  readonly scrolled?: number;
}

const most = 5;
const lists = new Map<string, Kept>();

/** What is kept of the list at this address, where it is come back to; else nothing. */
export const keptList = (): Kept | undefined => (isTraversed() ? lists.get(placeNow()) : undefined);

/** Keeps more of the list at `place`. The oldest of several lists is forgotten. */
export function keepList(place: string, part: Kept): void {
  const kept = { ...lists.get(place), ...part };
  lists.delete(place);
  lists.set(place, kept);
  for (const [oldest] of lists) {
    if (lists.size <= most) break;
    lists.delete(oldest);
  }
}
