import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { Checkbox } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import type { KeyFragment } from '../../gql/graphql.ts';
import { keysQuery, revokeKeyMutation } from './documents.ts';
import { KeyTable } from './key-table.tsx';
import { NewKey } from './new-key.tsx';

export function Keys() {
  const [all, setAll] = useState(false);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<KeyFragment | null>(null);
  const [{ data, error }, refetch] = useQuery({
    query: keysQuery,
    variables: { all },
    requestPolicy: 'cache-and-network',
  });
  const { act } = useAct();
  const refresh = () => refetch({ requestPolicy: 'network-only' });
  const keys = data?.viewer?.apiKeys?.nodes ?? [];
  if (error && !data) return <Failure error={error} retry={refresh} />;
  if (!data) return <Skeleton />;
  const revoke = async (key: KeyFragment) => {
    if (await act(revokeKeyMutation, { id: key.id }))
      notify({ title: `${key.name} does not work any more`, look: 'ok' });
    refresh();
  };
  return (
    <div className="stack">
      <div className="mine-head">
        <p className="muted">A key is for an agent, which acts in your name: it proposes, confirms and flags.</p>
        <Button look="primary" onClick={() => setMaking(true)}>
          New key
        </Button>
      </div>
      {keys.length === 0 ? (
        <Empty title="No keys">
          <Link href="/connect">Connect an agent</Link> makes one, with the command to copy.
        </Empty>
      ) : (
        <KeyTable
          keys={keys}
          about={{
            head: 'State',
            cell: (key) =>
              key.isActive ? <Badge tone="ok">works</Badge> : <Badge>{key.revokedAt ? 'revoked' : 'expired'}</Badge>,
          }}
          action={(key) => key.isActive && <Button onClick={() => setRevoking(key)}>Revoke</Button>}
        />
      )}
      <Checkbox
        label="Also those that do not work any more"
        checked={all}
        onChange={(event) => setAll(event.target.checked)}
      />
      <NewKey open={making} close={() => setMaking(false)} made={refresh} />
      <ConfirmDialog
        open={revoking !== null}
        close={() => setRevoking(null)}
        title={`Revoke ${revoking?.name ?? ''}`}
        effect="Whatever uses it is refused within a second. It cannot be brought back."
        action="Revoke"
        run={() => revoking && void revoke(revoking)}
      />
    </div>
  );
}
