import { type ReactNode, useState } from 'react';
import { Failure } from '../../app/failure.tsx';
import { Button } from '../../design/button.tsx';
import { Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { Said } from '../../design/said.tsx';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import { Changes } from '../../lesson/changes.tsx';
import { activityQuery } from './documents.ts';
import { momentsOf, type UnitEvent } from './moments.ts';
import { useAnew } from './use-anew.ts';
import type { WholeUnit } from './whole-unit.ts';

/** What happened to it, last first, as far as the caller may know. */
export function Timeline({ unit }: { readonly unit: WholeUnit }) {
  const { rows, loading, error, more, refresh } = usePages({
    query: activityQuery,
    variables: { id: unit.id, first: 30 },
    pageOf: ({ knowledgeUnit }): { rows: readonly UnitEvent[]; next: string | null } => ({
      rows: knowledgeUnit?.activity?.nodes ?? [],
      next: knowledgeUnit?.activity?.pageInfo.hasNextPage ? knowledgeUnit.activity.pageInfo.endCursor : null,
    }),
  });
  useAnew(unit.updatedAt, refresh);
  return (
    <section className="timeline" aria-label="What happened">
      <h2>What happened</h2>
      {error && rows.length === 0 && <Failure error={error} retry={refresh} />}
      {loading && rows.length === 0 && <Skeleton lines={3} />}
      {!(loading && rows.length === 0) && (
        <ol>
          {momentsOf(unit, rows, more === null).map(({ key, at, who, what, note, changes }) => (
            <li key={key}>
              <p>
                <strong>{what}</strong> {who && `by ${who}`}{' '}
                <span className="muted">
                  <Time at={at} />
                </span>
              </p>
              {note && <Said text={note} />}
              {changes && changes.length > 0 && (
                <Foldable>
                  <Changes changes={changes} />
                </Foldable>
              )}
            </li>
          ))}
        </ol>
      )}
      <More more={more} loading={loading} />
    </section>
  );
}

function Foldable({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide what changed' : 'What changed'}
      </Button>
      {open && <div className="timeline-changes">{children}</div>}
    </>
  );
}
