import { useId } from 'react';
import { Badge } from '../../design/badge.tsx';
import { More } from '../../design/more.tsx';
import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import type { ErasureStatus } from '../../gql/graphql.ts';

export interface ErasureRow {
  readonly id: string;
  /** Of people. */
  readonly placeholder?: string;
  readonly erasedAt: string;
  readonly erasedBy: { readonly username: string } | null;
  readonly reason: string;
  readonly status: ErasureStatus;
  readonly waitsFor: string | null;
}

interface Props {
  readonly title: string;
  readonly total: number | undefined;
  readonly pages: {
    readonly rows: readonly ErasureRow[];
    readonly loading: boolean;
    readonly more: (() => void) | null;
  };
}

export function ErasureTable({ title, total, pages: { rows, loading, more } }: Props) {
  const id = useId();
  if (rows.length === 0) return null;
  return (
    <section className="stack" aria-labelledby={id}>
      <h2 id={id}>
        {title} <span className="muted number">{count(total ?? rows.length)}</span>
      </h2>
      <Table
        caption={`${title} erased`}
        rows={rows}
        keyOf={(row) => row.id}
        columns={[
          { head: 'When', cell: ({ erasedAt }) => <Time at={erasedAt} /> },
          {
            head: 'What',
            cell: ({ placeholder, id: erased }) => (
              <>
                {placeholder}
                <div className="mono muted admin-details">{erased}</div>
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
      <More more={more} loading={loading} />
    </section>
  );
}
