import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keepList, keptList } from '../../design/kept-list.ts';
import { placeNow } from '../../design/traversal.ts';
import type { Found } from './results.tsx';
import { Row } from './row.tsx';

interface Props {
  readonly rows: readonly Found[];
  readonly more: (() => void) | null;
}

/** Only rows in sight are in the page; the next ones are fetched before the end is reached. */
export function Rows({ rows, more }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const [kept] = useState(keptList);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 132,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => rows[index]?.node.id ?? index,
    initialMeasurementsCache: [...(kept?.heights ?? [])],
  });
  useLayoutEffect(() => {
    if (kept?.scrolled) window.scrollTo(0, kept.scrolled);
  }, [kept]);
  useLayoutEffect(() => {
    let place = placeNow();
    const note = () => {
      // what is drawn in the place of the list has another height
      if (!list.current?.checkVisibility()) return;
      place = placeNow();
      keepList(place, { scrolled: window.scrollY });
    };
    window.addEventListener('scroll', note);
    return () => {
      window.removeEventListener('scroll', note);
      keepList(place, { heights: virtual.takeSnapshot() });
    };
  }, [virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 20) more();
  }, [more, last, rows.length]);
  return (
    <ul ref={list} className="found" style={{ height: virtual.getTotalSize() }}>
      {items.map(({ key, index, start }) => {
        const row = rows[index];
        return (
          row && (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="found-row"
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
            >
              <Row found={row} />
            </li>
          )
        );
      })}
    </ul>
  );
}
