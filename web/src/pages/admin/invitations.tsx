import { useState } from 'react';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { ConfirmDialog } from '../../design/confirm-dialog.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { InvitationsQuery } from '../../gql/graphql.ts';
import { invitationsQuery, revokeInvitationMutation } from './invitation-documents.ts';
import { Invite } from './invite.tsx';

type Row = NonNullable<InvitationsQuery['invitations']>['nodes'][number];

interface Props {
  readonly inviting: boolean;
  readonly close: () => void;
}

/** Making invitations, and those that wait to be accepted. */
export function Invitations({ inviting, close }: Props) {
  const [revoking, setRevoking] = useState<Row | null>(null);
  const { act } = useAct();
  const { rows, loading, more, refresh } = usePages({
    query: invitationsQuery,
    variables: { first: 50 },
    pageOf: ({ invitations }): { rows: readonly Row[]; next: string | null } => ({
      rows: invitations?.nodes ?? [],
      next: invitations?.pageInfo.hasNextPage ? invitations.pageInfo.endCursor : null,
    }),
  });
  const revoke = async ({ id }: Row) => {
    if (await act(revokeInvitationMutation, { id })) notify({ title: 'The link does not work any more', look: 'ok' });
    refresh();
  };
  return (
    <>
      {rows.length > 0 && (
        <section className="stack">
          <h2>Invited</h2>
          <Table
            caption="Invitations that wait to be accepted"
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              { head: 'Name', cell: ({ username }) => username ?? <span className="muted">theirs to choose</span> },
              { head: 'Role', cell: ({ role }) => names[role] },
              { head: 'By', cell: ({ invitedBy }) => invitedBy?.username ?? 'the command line' },
              { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
              { head: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
              {
                head: 'Actions',
                right: true,
                cell: (row) => (
                  <Button onClick={() => setRevoking(row)} aria-label={`Revoke the invitation ${nameOf(row)}`}>
                    Revoke
                  </Button>
                ),
              },
            ]}
          />
          <More more={more} loading={loading} />
        </section>
      )}
      <Invite open={inviting} close={close} made={refresh} />
      <ConfirmDialog
        open={revoking !== null}
        close={() => setRevoking(null)}
        title={`Revoke the invitation ${revoking ? nameOf(revoking) : ''}`}
        effect="Its link does not work from then on. Whoever has it needs another one."
        action="Revoke"
        run={() => revoking && void revoke(revoking)}
      />
    </>
  );
}

const names: Record<Row['role'], string> = { MEMBER: 'member', REVIEWER: 'reviewer', ADMIN: 'administrator' };

const nameOf = ({ username, role }: Row) => (username === null ? `of a ${names[role]}` : `of ${username}`);
