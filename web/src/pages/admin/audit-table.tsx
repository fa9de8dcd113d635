import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import type { AuditRow } from './audit-log.tsx';

const kinds: Record<string, string> = {
  ANONYMOUS: 'somebody without credentials',
  OPERATOR: 'the command line',
  SERVER: 'the server',
};

const actorOf = ({ actor, actorKind, keyId }: AuditRow) =>
  actor ? `${actor.username}${keyId ? ', by a key' : ''}` : (kinds[actorKind] ?? 'an account that is gone');

interface Props {
  readonly rows: readonly AuditRow[];
  /** Looks for all about an id. */
  readonly about: (id: string) => void;
  readonly more: (() => void) | null;
}

export const AuditTable = ({ rows, about, more }: Props) => (
  <Table
    caption="Audit log"
    rows={rows}
    keyOf={({ id }) => id}
    more={more}
    columns={[
      {
        head: 'When',
        cell: ({ at, count: times, lastAt }) => (
          <>
            <Time at={at} />
            {times > 1 && (
              <div className="muted">
                {count(times)} ×, last <Time at={lastAt} />
              </div>
            )}
          </>
        ),
      },
      { head: 'What', cell: ({ action }) => <span className="mono">{action}</span> },
      { head: 'Who', cell: actorOf },
      {
        head: 'To what',
        cell: ({ target, targetUser }) =>
          target && (
            <button type="button" className="admin-target mono" onClick={() => about(target)}>
              {targetUser?.username ?? `${target.slice(0, 12)}…`}
            </button>
          ),
      },
      { head: 'From', cell: ({ address }) => <span className="mono">{address}</span> },
      {
        head: 'More',
        cell: ({ details }) => details && <span className="mono admin-details">{JSON.stringify(details)}</span>,
      },
    ]}
  />
);
