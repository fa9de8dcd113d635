import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { usePages } from '../../design/use-pages.ts';
import { unitErasuresQuery, userErasuresQuery } from './documents.ts';
import { type ErasureRow, ErasureTable } from './erasure-table.tsx';

/** What was erased for good, of people and of lessons, the last first. */
export function Erasures() {
  const people = usePages({
    query: userErasuresQuery,
    variables: { first: 50 },
    pageOf: ({ userErasures }): { rows: readonly ErasureRow[]; next: string | null } => ({
      rows: (userErasures?.nodes ?? []).map((each) => ({ ...each, id: each.userId })),
      next: userErasures?.pageInfo.hasNextPage ? userErasures.pageInfo.endCursor : null,
    }),
  });
  const units = usePages({
    query: unitErasuresQuery,
    variables: { first: 50 },
    pageOf: ({ erasures }): { rows: readonly ErasureRow[]; next: string | null } => ({
      rows: (erasures?.nodes ?? []).map((each) => ({ ...each, id: each.unitId })),
      next: erasures?.pageInfo.hasNextPage ? erasures.pageInfo.endCursor : null,
    }),
  });
  const none = people.rows.length + units.rows.length === 0;
  const error = people.error ?? units.error;
  if (error && none)
    return (
      <Failure
        error={error}
        retry={() => {
          people.refresh();
          units.refresh();
        }}
      />
    );
  if (none && (people.loading || units.loading)) return <Skeleton />;
  const how = (
    <>
      People are erased under <Link href="/admin/people">People</Link>, by the actions of each, and lessons from their
      own page.
    </>
  );
  if (none) return <Empty title="Nothing was erased">{how}</Empty>;
  return (
    <div className="stack">
      <p className="muted">{how}</p>
      <ErasureTable title="People" total={people.data?.userErasures?.totalCount} pages={people} />
      <ErasureTable title="Lessons" total={units.data?.erasures?.totalCount} pages={units} />
    </div>
  );
}
