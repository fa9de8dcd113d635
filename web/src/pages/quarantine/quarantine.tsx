import { useState } from 'react';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { QuarantineQuery } from '../../gql/graphql.ts';
import { AdmitDialog } from './admit-dialog.tsx';
import { discardMutation, quarantineQuery } from './documents.ts';

export type Row = NonNullable<QuarantineQuery['quarantine']>['nodes'][number];

/** Rows of an adopted database that could not be understood: why, and what can be made of them. */
export default function Quarantine() {
  const [admitting, setAdmitting] = useState<Row | null>(null);
  const [discarding, setDiscarding] = useState<Row | null>(null);
  const { act } = useAct();
  const { rows, data, loading, error, more, refresh } = usePages({
    query: quarantineQuery,
    variables: { first: 50 },
    pageOf: ({ quarantine }): { rows: readonly Row[]; next: string | null } => ({
      rows: quarantine?.nodes ?? [],
      next: quarantine?.pageInfo.hasNextPage ? quarantine.pageInfo.endCursor : null,
    }),
  });
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  if (rows.length === 0)
    return (
      <Empty title="Nothing is in quarantine">
        When the database of a Python server is taken over, what cannot be understood is kept here, and nothing is lost.
      </Empty>
    );
  const discard = async ({ id, sourceId }: Row) => {
    if (await act(discardMutation, { id })) notify({ title: `${sourceId} is discarded`, look: 'ok' });
    refresh();
  };
  return (
    <div className="stack">
      <p className="muted">
        {plural(data?.quarantine?.totalCount ?? rows.length, 'row')} of the database that was taken over could not be
        understood. Agents do not find them.
      </p>
      <Table
        caption="Quarantine"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          { head: 'Table', cell: ({ source }) => <span className="mono">{source}</span> },
          { head: 'Its id', cell: ({ sourceId }) => <span className="mono">{sourceId}</span> },
          { head: 'Why', cell: ({ reason }) => <span className="admin-details">{reason}</span> },
          { head: 'Kept', cell: ({ at }) => <Time at={at} /> },
          {
            head: 'Actions',
            right: true,
            cell: (row) => (
              <div className="row">
                {row.source === 'knowledge_units' && <Button onClick={() => setAdmitting(row)}>Repair…</Button>}
                <Button onClick={() => setDiscarding(row)}>Discard…</Button>
              </div>
            ),
          },
        ]}
      />
      <More more={more} loading={loading} />
      {admitting && <AdmitDialog row={admitting} close={() => setAdmitting(null)} admitted={refresh} />}
      <ConfirmDialog
        open={discarding !== null}
        close={() => setDiscarding(null)}
        title={`Discard ${discarding?.sourceId ?? ''}`}
        effect="It is deleted for good, and in the audit log there is only that it was."
        action="Discard"
        run={() => discarding && void discard(discarding)}
      />
    </div>
  );
}
