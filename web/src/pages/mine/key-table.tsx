import type { ReactNode } from 'react';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import type { KeyFragment } from '../../gql/graphql.ts';

interface Props {
  readonly keys: readonly KeyFragment[];
  /** What is said of a key beside that. */
  readonly about: { readonly head: string; readonly cell: (key: KeyFragment) => ReactNode };
  readonly action: (key: KeyFragment) => ReactNode;
}

export const KeyTable = ({ keys, about, action }: Props) => (
  <Table
    caption="Keys"
    rows={keys}
    keyOf={({ id }) => id}
    columns={[
      {
        head: 'Name',
        cell: ({ name, prefix }) => (
          <>
            <strong>{name}</strong>
            <div className="mono muted">{prefix}…</div>
          </>
        ),
      },
      {
        head: 'May',
        cell: ({ access, domains }) => (
          <>
            {access === 'READ' ? 'read' : 'read and write'}
            {domains && <div className="muted">{domains.join(', ')}</div>}
          </>
        ),
      },
      { head: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never') },
      { head: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
      about,
      { head: 'Actions', cell: action, right: true },
    ]}
  />
);
