import { useState } from 'react';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { usePages } from '../../design/use-pages.ts';
import type { AttentionReason, AttentionUnitsQuery } from '../../gql/graphql.ts';
import { DeedDialog } from '../unit/deed-dialog.tsx';
import { confirmMutation } from '../unit/documents.ts';
import { AttentionRow } from './attention-row.tsx';
import { attentionQuery } from './documents.ts';

export type AttentionUnit = NonNullable<AttentionUnitsQuery['attention']>['nodes'][number];

interface Props {
  readonly reason: AttentionReason;
  readonly changed: () => void;
}

/** The units of one reason, each with the two actions that are most likely. */
export function AttentionList({ reason, changed }: Props) {
  const [retiring, setRetiring] = useState<AttentionUnit | null>(null);
  const { act, busy } = useAct();
  const { rows, loading, error, more, refresh } = usePages({
    query: attentionQuery,
    variables: { reasons: [reason], first: 50 },
    pageOf: ({ attention }): { rows: readonly AttentionUnit[]; next: string | null } => ({
      rows: attention?.nodes ?? [],
      next: attention?.pageInfo.hasNextPage ? attention.pageInfo.endCursor : null,
    }),
  });
  const confirm = async ({ id }: AttentionUnit) => {
    if (!(await act(confirmMutation, { id }))) return;
    notify({ title: 'Confirmed', look: 'ok' });
    changed();
  };
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  if (rows.length === 0) return <Empty title="Nothing here">That is how it should be.</Empty>;
  const actions = (unit: AttentionUnit) => {
    if (reason === 'HELD')
      return (
        <Link href={`/review/${unit.id}`} asChild>
          <Button>Review it</Button>
        </Link>
      );
    if (reason === 'SUPERSEDED_IN_USE' && unit.supersededBy)
      return (
        <Link href={`/units/${unit.supersededBy.id}`} asChild>
          <Button>The one in its place</Button>
        </Link>
      );
    return (
      <>
        <Button onClick={() => void confirm(unit)} disabled={busy}>
          It holds
        </Button>
        <Button look="danger" onClick={() => setRetiring(unit)}>
          Retire…
        </Button>
      </>
    );
  };
  return (
    <div className="stack">
      <ul className="attention">
        {rows.map((unit) => (
          <AttentionRow key={unit.id} unit={unit} reason={reason} actions={actions(unit)} />
        ))}
      </ul>
      <More more={more} loading={loading} />
      {retiring && <DeedDialog deed="retire" unit={retiring} close={() => setRetiring(null)} done={changed} />}
    </div>
  );
}
