import { useQuery } from 'urql';
import { Failure } from '../../app/failure.tsx';
import { Badge } from '../../design/badge.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import { erasuresQuery } from './documents.ts';

/** What was erased for good, of units and of people. */
export function Erasures() {
  const [{ data, error }, refetch] = useQuery({ query: erasuresQuery, requestPolicy: 'cache-and-network' });
  if (error && !data) return <Failure error={error} retry={() => refetch({ requestPolicy: 'network-only' })} />;
  if (!data) return <Skeleton />;
  const rows = [
    ...(data.erasures?.nodes ?? []).map((each) => ({ ...each, what: 'a unit', id: each.unitId })),
    ...(data.userErasures?.nodes ?? []).map((each) => ({ ...each, what: each.placeholder, id: each.userId })),
  ].sort((a, b) => (a.erasedAt < b.erasedAt ? 1 : -1));
  if (rows.length === 0)
    return <Empty title="Nothing was erased">Units are erased from their own page, people at the command line.</Empty>;
  return (
    <Table
      caption="Erasures"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { head: 'When', cell: ({ erasedAt }) => <Time at={erasedAt} /> },
        {
          head: 'What',
          cell: ({ what, id }) => (
            <>
              {what}
              <div className="mono muted">{id.slice(0, 16)}…</div>
            </>
          ),
        },
        { head: 'By', cell: ({ erasedBy }) => erasedBy?.username ?? 'the command line' },
        { head: 'Why', cell: ({ reason }) => reason },
        {
          head: 'State',
          cell: ({ status, waitsFor }) =>
            status === 'DONE' ? <Badge tone="ok">done</Badge> : <Badge tone="warn">{waitsFor ?? 'pending'}</Badge>,
        },
      ]}
    />
  );
}
