import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { decisions } from '../../app/decisions.ts';
import { Failure } from '../../app/failure.tsx';
import { useKeys } from '../../app/keys.ts';
import { Skeleton } from '../../design/empty.tsx';
import { useTitle } from '../../design/page.tsx';
import { useSignal } from '../../design/signal.ts';
import { Done } from './done.tsx';
import { isShow, nextOpen, step, visible } from './queue-model.ts';
import { QueueRail } from './queue-rail.tsx';
import './review.css';
import { SelectionBar } from './selection-bar.tsx';
import { SuggestionCard } from './suggestion-card.tsx';
import { UnitCard } from './unit-card.tsx';
import { useDecide } from './use-decide.ts';
import { usePrefetch } from './use-prefetch.ts';
import { useQueue } from './use-queue.ts';
import { useReadNext } from './use-read-next.ts';

/** The queue beside what is decided over. The address says which, so that it is the same after a reload and for a colleague. */
export function Review({ id }: { readonly id: string | undefined }) {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const queue = useQueue();
  const entries = useSignal(decisions.entries);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [railIsOpen, setRailIsOpen] = useState(false);
  useTitle('Review');

  const shown = params.get('show');
  const show = isShow(shown) ? shown : 'all';
  const text = params.get('q') ?? '';
  const rows = useMemo(() => visible(queue.rows, show, text), [queue.rows, show, text]);
  const waiting = useMemo(
    () => new Map(entries.flatMap(({ ids, verb }) => ids.map((each) => [each, verb]))),
    [entries],
  );
  const isOpen = useCallback(
    ({ id: each }: { id: string }) => !waiting.has(each) && !queue.decided.has(each),
    [waiting, queue.decided],
  );
  const current = id ?? rows.find(isOpen)?.id;
  const row = rows.find((each) => each.id === current);

  const search = params.toString();
  const open = useCallback(
    (next: string | undefined) => {
      setRailIsOpen(false);
      navigate(`/review${next ? `/${next}` : ''}${search && `?${search}`}`, { replace: true });
    },
    [navigate, search],
  );
  /** What is shown of another filter is its first row. */
  const setFilter = (name: 'show' | 'q', value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    navigate(`/review${next.size > 0 ? `?${next}` : ''}`, { replace: true });
  };
  const goOn = () => open(nextOpen(rows, current, (each) => isOpen(each) && each.id !== current)?.id);
  const decide = useDecide({ open, gone: queue.drop });
  usePrefetch(rows, current, isOpen);

  useReadNext(current);

  const before = useRef<ReadonlySet<string>>(new Set());
  // what is read stays, whatever others decide over it; a row that goes away takes the reader along
  useEffect(() => {
    if (queue.loading) return;
    const now = new Set(queue.rows.map((each) => each.id));
    const isGone = id !== undefined && before.current.has(id) && !now.has(id);
    before.current = now;
    if (id === undefined || isGone) {
      const first = rows.find(isOpen)?.id;
      if (first !== id) open(first);
    }
  }, [id, queue.rows, queue.loading, rows, isOpen, open]);

  const select = (each: string) =>
    setSelection((last) => {
      const next = new Set(last);
      if (!next.delete(each)) next.add(each);
      return next;
    });
  useKeys({
    j: () => open(step(rows, current, 1)?.id ?? current),
    k: () => open(step(rows, current, -1)?.id ?? current),
    down: () => open(step(rows, current, 1)?.id ?? current),
    up: () => open(step(rows, current, -1)?.id ?? current),
    s: () => open(step(rows, current, 1)?.id ?? rows[0]?.id),
    x: () => row && isOpen(row) && select(row.id),
    '/': () => document.querySelector<HTMLInputElement>('#queue-filter')?.focus(),
  });

  if (queue.error && queue.rows.length === 0) return <Failure error={queue.error} retry={queue.refresh} />;
  if (queue.loading) return <Skeleton lines={10} />;
  const card = { goOn, decide, item: row, decided: current ? queue.decided.get(current) : undefined };
  return (
    <div className="review">
      <h1 className="visually-hidden">Review</h1>
      <QueueRail
        {...{ rows, show, text, waiting, selection, current, open, select, railIsOpen, setRailIsOpen, setFilter }}
        queue={queue}
      />
      {current === undefined ? (
        <Done filtered={queue.rows.some(isOpen)} clear={() => navigate('/review')} />
      ) : current.startsWith('rev_') ? (
        <SuggestionCard id={current} key={current} {...card} />
      ) : (
        <UnitCard id={current} key={current} {...card} />
      )}
      <SelectionBar
        selection={rows.filter((each) => selection.has(each.id) && isOpen(each))}
        clear={() => setSelection(new Set())}
        all={() =>
          setSelection(new Set(rows.filter((each) => isOpen(each) && each.kind === 'unit').map((each) => each.id)))
        }
        decide={decide}
        goOn={goOn}
      />
    </div>
  );
}
