import { useState } from 'react';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { usePages } from '../../design/use-pages.ts';
import type { NearRepeatPairsQuery } from '../../gql/graphql.ts';
import { supersedeMutation } from '../unit/documents.ts';
import { dismissNearRepeatMutation, nearRepeatsQuery } from './documents.ts';
import { NearRepeatRow } from './near-repeat-row.tsx';

export type NearRepeatPair = NonNullable<NearRepeatPairsQuery['nearRepeats']>['nodes'][number];

/** Pairs of approved units that say the same, each to be settled by keeping one, or by saying that they do not. */
export function NearRepeats({ changed }: { readonly changed: () => void }) {
  const [open, setOpen] = useState<string | null>(null);
  const { act, busy } = useAct();
  const { rows, loading, error, more, refresh } = usePages({
    query: nearRepeatsQuery,
    variables: { first: 20 },
    pageOf: ({ nearRepeats }): { rows: readonly NearRepeatPair[]; next: string | null } => ({
      rows: nearRepeats?.nodes ?? [],
      next: nearRepeats?.pageInfo.hasNextPage ? nearRepeats.pageInfo.endCursor : null,
    }),
  });
  const dismiss = async ({ id }: NearRepeatPair) => {
    if (!(await act(dismissNearRepeatMutation, { id }))) return;
    notify({ title: 'Not the same', detail: 'Until one of them says something else.', look: 'ok' });
    changed();
  };
  const keep = async (kept: NearRepeatPair['unit'], other: NearRepeatPair['unit']) => {
    const input = { id: other.id, by: kept.id, reason: 'It says the same.' };
    if (!(await act(supersedeMutation, { input }))) return;
    notify({
      title: 'Superseded',
      detail: 'Whoever asks for the other one is led to the one that was kept.',
      look: 'ok',
    });
    changed();
  };
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  if (rows.length === 0) return <Empty title="Nothing here">That is how it should be.</Empty>;
  return (
    <div className="stack">
      <ul className="attention">
        {rows.map((pair) => (
          <NearRepeatRow
            key={pair.id}
            pair={pair}
            open={open === pair.id}
            toggle={() => setOpen(open === pair.id ? null : pair.id)}
            busy={busy}
            dismiss={() => void dismiss(pair)}
            keep={(kept, other) => void keep(kept, other)}
          />
        ))}
      </ul>
      <More more={more} loading={loading} />
    </div>
  );
}
