import { useQuery } from 'urql';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Skeleton } from '../../design/empty.tsx';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import { endOthersMutation, endSessionMutation, sessionsQuery } from './documents.ts';
import { programOf } from './program.ts';

/** Where somebody is signed in. */
export function Sessions() {
  const [{ data, error }, refetch] = useQuery({ query: sessionsQuery, requestPolicy: 'cache-and-network' });
  const { act, busy } = useAct();
  const refresh = () => refetch({ requestPolicy: 'network-only' });
  if (error && !data) return <Failure error={error} retry={refresh} />;
  if (!data) return <Skeleton />;
  const sessions = data.viewer?.sessions?.nodes ?? [];
  const end = async (id: string) => {
    if (await act(endSessionMutation, { id })) notify({ title: 'That session has ended', look: 'ok' });
    refresh();
  };
  const endOthers = async () => {
    const result = await act(endOthersMutation, {});
    if (result) notify({ title: `${plural(result.ended ?? 0, 'other session')} ended`, look: 'ok' });
    refresh();
  };
  return (
    <div className="stack">
      <div className="mine-head">
        <p className="muted">Where you are signed in. End what you do not know, and change your password then.</p>
        <Button onClick={endOthers} disabled={busy || sessions.length < 2}>
          End all others
        </Button>
      </div>
      <Table
        caption="Sessions"
        rows={sessions}
        keyOf={({ id }) => id}
        columns={[
          {
            head: 'Program',
            cell: ({ userAgent, isCurrent }) => (
              <span title={userAgent ?? undefined}>
                {programOf(userAgent)} {isCurrent && <Badge tone="info">this one</Badge>}
              </span>
            ),
          },
          { head: 'From', cell: ({ address }) => <span className="mono">{address ?? 'unknown'}</span> },
          { head: 'Since', cell: ({ createdAt }) => <Time at={createdAt} /> },
          { head: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
          { head: 'Ends', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          {
            head: 'Actions',
            right: true,
            cell: ({ id, isCurrent }) =>
              !isCurrent && (
                <Button onClick={() => void end(id)} disabled={busy}>
                  End
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}
