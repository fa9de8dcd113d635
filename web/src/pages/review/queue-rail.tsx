import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Button } from '../../design/button.tsx';
import { count } from '../../design/numbers.ts';
import { groupOf, type Item, type Show, shows } from './queue-model.ts';
import { QueueRow } from './queue-row.tsx';
import type { useQueue } from './use-queue.ts';

interface Props {
  readonly queue: ReturnType<typeof useQueue>;
  readonly rows: readonly Item[];
  readonly show: Show;
  readonly text: string;
  readonly waiting: ReadonlyMap<string, string>;
  readonly selection: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly railIsOpen: boolean;
  readonly open: (id: string | undefined) => void;
  readonly select: (id: string) => void;
  readonly setRailIsOpen: (open: boolean) => void;
  readonly setFilter: (name: 'show' | 'q', value: string) => void;
}

export function QueueRail(props: Props) {
  const { queue, rows, show, text, waiting, current, railIsOpen, setRailIsOpen, setFilter } = props;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 60,
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const index = rows.findIndex(({ id }) => id === current);
  useEffect(() => {
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
  }, [index, virtual]);

  const numbers = (each: Show) =>
    (each === 'all' ? queue.rows : queue.rows.filter((row) => groupOf(row) === each)).length;
  const open = queue.rows.filter(({ id }) => !waiting.has(id) && !queue.decided.has(id)).length;
  return (
    <aside className={`rail ${railIsOpen ? 'rail-open' : ''}`} aria-label="Queue">
      <button
        type="button"
        className="rail-toggle"
        aria-expanded={railIsOpen}
        onClick={() => setRailIsOpen(!railIsOpen)}
      >
        Queue <span className="number">{count(open + Math.max(0, queue.total - queue.rows.length))}</span> ▾
      </button>
      <div className="rail-body">
        <div className="rail-head">
          <h2>
            Queue <span className="muted number">{count(open + Math.max(0, queue.total - queue.rows.length))}</span>
          </h2>
          <fieldset className="rail-shows">
            <legend className="visually-hidden">Which of them</legend>
            {shows.map(({ value, label }) => (
              <button
                key={value}
                type="button"
                className="chip"
                aria-pressed={show === value}
                onClick={() => setFilter('show', value === 'all' ? '' : value)}
              >
                {label} <span className="number">{count(numbers(value))}</span>
              </button>
            ))}
          </fieldset>
          <input
            id="queue-filter"
            className="input"
            type="search"
            aria-label="Filter the queue by words or a domain"
            placeholder="Filter  /"
            value={text}
            onChange={(event) => setFilter('q', event.target.value)}
            onKeyDown={(event) => /Escape|Enter/.test(event.key) && event.currentTarget.blur()}
          />
        </div>
        <div className="rail-rows" ref={frame}>
          <ul style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ key, index: at, start }) => {
              const row = rows[at];
              return (
                row && (
                  <QueueRow key={key} row={row} start={start} measure={virtual.measureElement} index={at} {...props} />
                )
              );
            })}
          </ul>
          {rows.length === 0 && <p className="muted rail-none">Nothing here.</p>}
          {queue.more && (
            <Button look="quiet" onClick={queue.more}>
              Load 100 more
            </Button>
          )}
        </div>
      </div>
    </aside>
  );
}
