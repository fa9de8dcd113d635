import { useState } from 'react';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { usePages } from '../../design/use-pages.ts';
import type { KeyFragment } from '../../gql/graphql.ts';
import { revokeKeyMutation } from '../mine/documents.ts';
import { KeyTable } from '../mine/key-table.tsx';
import { allKeysQuery } from './documents.ts';

type Owned = KeyFragment & { readonly owner: string };

/** The keys of everybody that work, by the names of their owners. */
export function AllKeys() {
  const [revoking, setRevoking] = useState<Owned | null>(null);
  const { act } = useAct();
  const { rows, loading, error, more, refresh } = usePages({
    query: allKeysQuery,
    variables: { first: 20 },
    pageOf: ({ users }): { rows: readonly Owned[]; next: string | null } => ({
      rows: (users?.nodes ?? []).flatMap(({ username, apiKeys }) =>
        (apiKeys?.nodes ?? []).map((key) => ({ ...key, owner: username })),
      ),
      next: users?.pageInfo.hasNextPage ? users.pageInfo.endCursor : null,
    }),
  });
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  const revoke = async (key: Owned) => {
    if (await act(revokeKeyMutation, { id: key.id }))
      notify({ title: `${key.name} does not work any more`, look: 'ok' });
    refresh();
  };
  const ownerOf = (key: KeyFragment) => rows.find(({ id }) => id === key.id)?.owner ?? '';
  return (
    <div className="stack">
      {rows.length === 0 ? (
        <Empty title="Nobody has a key" />
      ) : (
        <KeyTable
          keys={rows}
          about={{ head: 'Of', cell: ownerOf }}
          action={(key) => (
            <Button onClick={() => setRevoking(rows.find(({ id }) => id === key.id) ?? null)}>Revoke</Button>
          )}
        />
      )}
      <More more={more} loading={loading} />
      <ConfirmDialog
        open={revoking !== null}
        close={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ''} of ${revoking?.owner ?? ''}`}
        effect="Whatever uses it is refused within a second. It cannot be brought back."
        action="Revoke"
        run={() => revoking && void revoke(revoking)}
      />
    </div>
  );
}
