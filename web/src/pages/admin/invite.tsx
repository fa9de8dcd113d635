import { type FormEvent, useState } from 'react';
import { addressOf } from '../../app/base.ts';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { ShownOnce } from '../../design/shown-once.tsx';
import type { UserRole } from '../../gql/graphql.ts';
import { inviteMutation } from './invitation-documents.ts';
import { RoleOptions } from './role-options.tsx';

interface Props {
  readonly open: boolean;
  readonly close: () => void;
  readonly made: () => void;
}

const fields = ['username', 'ttl'];

/** Makes the link of an invitation, and shows it this once. */
export function Invite({ open, close, made }: Props) {
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<UserRole>('MEMBER');
  const [ttl, setTtl] = useState('7d');
  const [link, setLink] = useState<string | null>(null);
  const { act, busy, errors, clear } = useAct(fields);
  const end = () => {
    setLink(null);
    setUsername('');
    clear();
    close();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await act(inviteMutation, { input: { role, ttl, username: username.trim() ? username : null } });
    if (!result) return;
    setLink(`${location.origin}${addressOf('invitation')}#${result.token}`);
    made();
  };
  if (link)
    return (
      <ShownOnce
        open={open}
        onClose={end}
        title="Pass this link on"
        description="Whoever opens it chooses a password and has an account. It works once, and is shown this once."
        label="Link"
        text={link}
        wide
      />
    );
  return (
    <Dialog open={open} onClose={end} title="Invite somebody">
      <form className="stack" onSubmit={submit}>
        <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as UserRole)}>
          <RoleOptions />
        </SelectField>
        <TextField
          label="Name"
          help="A suggestion, which they may change; empty for none"
          limit={64}
          autoComplete="off"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          problem={problemAt(errors, 'username')}
        />
        <SelectField label="Works for" value={ttl} onChange={(event) => setTtl(event.target.value)}>
          <option value="1d">a day</option>
          <option value="7d">7 days</option>
          <option value="30d">30 days</option>
        </SelectField>
        <div className="dialog-actions">
          <Button onClick={end}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy}>
            Make the link
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
