import { useWindowVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

/** Up to so many rows are all in the page: the browser's own search finds them. */
const all = 100;

/** Which of many rows of a table are in sight, and how high those above and below them are. `measure` is the `ref` of each of them. */
export function useRowsInSight(count: number, body: RefObject<HTMLElement | null>) {
  const isCut = count > all;
  const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => 40,
    overscan: 12,
    scrollMargin: top,
    enabled: isCut,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  if (!isCut || !first || !last)
    return { from: 0, to: Math.min(count, all), above: 0, below: 0, isCut, measure: virtual.measureElement };
  return {
    from: first.index,
    to: last.index + 1,
    above: first.start - top,
    below: virtual.getTotalSize() - (last.end - top),
    isCut,
    measure: virtual.measureElement,
  };
}
