import { CodeLine } from '../../design/code-text.tsx';
import { Icon } from '../../design/icon.tsx';
import { Time } from '../../design/time.tsx';
import { groupOf, type Item } from './queue-model.ts';
import type { useQueue } from './use-queue.ts';

interface Props {
  readonly row: Item;
  readonly index: number;
  readonly start: number;
  readonly measure: (element: Element | null) => void;
  readonly queue: ReturnType<typeof useQueue>;
  readonly waiting: ReadonlyMap<string, string>;
  readonly selection: ReadonlySet<string>;
  readonly current: string | undefined;
  readonly open: (id: string) => void;
  readonly select: (id: string) => void;
}

const words: Record<string, string> = { APPROVED: 'approved', REJECTED: 'rejected' };
const groups = { new: null, revisions: 'Revision', held: 'Held' } as const;

export function QueueRow({ row, index, start, measure, queue, waiting, selection, current, open, select }: Props) {
  const verb = waiting.get(row.id);
  const decided = queue.decided.get(row.id);
  const group = groups[groupOf(row)];
  return (
    <li
      ref={measure}
      data-index={index}
      className={`queue-row ${row.id === current ? 'queue-current' : ''} ${verb || decided ? 'queue-decided' : ''}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      {row.kind === 'unit' && !verb && !decided && (
        <input
          type="checkbox"
          className="queue-check"
          aria-label={`Select: ${row.title}`}
          checked={selection.has(row.id)}
          onChange={() => select(row.id)}
        />
      )}
      <button type="button" className="queue-open" aria-current={row.id === current} onClick={() => open(row.id)}>
        <span className="queue-title">
          <CodeLine text={row.title} />
        </span>
        <span className="queue-about">
          {verb ? (
            <strong>{verb}, not sent yet</strong>
          ) : decided ? (
            <strong>
              {words[decided.status] ?? 'decided'} by {decided.by ?? 'somebody'}
            </strong>
          ) : (
            <>
              {group && (
                <span className={`queue-group queue-group-${groupOf(row)}`}>
                  <Icon name={group === 'Held' ? 'lock' : 'edit'} />
                  {group}
                </span>
              )}
              <Time at={row.at} />
              <span className="queue-domains">{row.domains.join(' · ')}</span>
            </>
          )}
        </span>
      </button>
    </li>
  );
}
