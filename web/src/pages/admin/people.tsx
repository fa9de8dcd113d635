import { useState } from 'react';
import { Failure } from '../../app/failure.tsx';
import { useSession } from '../../app/session.tsx';
import { useAct } from '../../app/use-act.ts';
import { Badge } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { PersonFragment, UserRole } from '../../gql/graphql.ts';
import { peopleQuery, roleMutation } from './documents.ts';
import { Invitations } from './invitations.tsx';
import { NewPerson } from './new-person.tsx';
import { PersonActions } from './person-actions.tsx';

/** Everyone with an account: what they may do, and whether it works. */
export function People() {
  const [adding, setAdding] = useState(false);
  const [inviting, setInviting] = useState(false);
  const { viewer } = useSession();
  const { act } = useAct();
  const { rows, data, loading, error, more, refresh } = usePages({
    query: peopleQuery,
    variables: { first: 50 },
    pageOf: ({ users }): { rows: readonly PersonFragment[]; next: string | null } => ({
      rows: users?.nodes ?? [],
      next: users?.pageInfo.hasNextPage ? users.pageInfo.endCursor : null,
    }),
  });
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  const setRole = async (person: PersonFragment, role: UserRole) => {
    const result = await act(roleMutation, { input: { id: person.id, role } });
    if (result) notify({ title: `${person.username} is ${roles[role]} now`, look: 'ok' });
    refresh();
  };
  return (
    <div className="stack">
      <div className="admin-head">
        <p className="muted">{plural(data?.users?.totalCount ?? rows.length, 'account')}</p>
        <div className="row">
          <Button onClick={() => setAdding(true)}>New account</Button>
          <Button look="primary" onClick={() => setInviting(true)}>
            Invite
          </Button>
        </div>
      </div>
      <Table
        caption="People"
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            head: 'Name',
            cell: ({ id, username }) => (
              <>
                <strong>{username}</strong> {id === viewer?.user.id && <Badge tone="info">you</Badge>}
              </>
            ),
          },
          {
            head: 'Role',
            cell: (person) => (
              <select
                className="input admin-role"
                aria-label={`Role of ${person.username}`}
                value={person.role ?? 'MEMBER'}
                onChange={(event) => void setRole(person, event.target.value as UserRole)}
              >
                <option value="MEMBER">member</option>
                <option value="REVIEWER">reviewer</option>
                <option value="ADMIN">administrator</option>
              </select>
            ),
          },
          {
            head: 'State',
            cell: ({ suspendedAt, suspensionReason, closedAt }) =>
              closedAt ? (
                <Badge>closed</Badge>
              ) : suspendedAt ? (
                <Badge tone="warn" icon="lock" title={suspensionReason ?? ''}>
                  suspended
                </Badge>
              ) : (
                <Badge tone="ok">open</Badge>
              ),
          },
          { head: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never') },
          { head: 'Since', cell: ({ createdAt }) => <Time at={createdAt} /> },
          { head: 'Actions', right: true, cell: (person) => <PersonActions person={person} changed={refresh} /> },
        ]}
      />
      <More more={more} loading={loading} />
      <Invitations inviting={inviting} close={() => setInviting(false)} />
      <NewPerson open={adding} close={() => setAdding(false)} made={refresh} />
    </div>
  );
}

const roles: Record<UserRole, string> = { MEMBER: 'a member', REVIEWER: 'a reviewer', ADMIN: 'an administrator' };
