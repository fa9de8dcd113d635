import { type FormEvent, useState } from 'react';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/field.tsx';
import { ShownOnce } from '../../design/shown-once.tsx';
import type { UserRole } from '../../gql/graphql.ts';
import { createUserMutation } from './documents.ts';
import { newPassword } from './new-password.ts';
import { RoleOptions } from './role-options.tsx';

interface Props {
  readonly open: boolean;
  readonly close: () => void;
  readonly made: () => void;
}

const fields = ['username', 'password'];

/** Opens an account with a first password, which is shown to be passed on and changed by its owner. */
export function NewPerson({ open, close, made }: Props) {
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<UserRole>('MEMBER');
  const [first, setFirst] = useState<string | null>(null);
  const { act, busy, errors } = useAct(fields);
  const end = () => {
    setFirst(null);
    setUsername('');
    close();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const password = newPassword();
    if (!(await act(createUserMutation, { input: { username, password, role } }))) return;
    setFirst(password);
    made();
  };
  if (first)
    return (
      <ShownOnce
        open={open}
        onClose={end}
        title={`${username} can sign in`}
        description="Pass the first password on. It is shown this once; they change it under Mine."
        label="First password"
        text={first}
      />
    );
  return (
    <Dialog open={open} onClose={end} title="New account">
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          limit={64}
          required
          autoComplete="off"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          problem={problemAt(errors, 'username') ?? problemAt(errors, 'password')}
        />
        <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as UserRole)}>
          <RoleOptions />
        </SelectField>
        <div className="dialog-actions">
          <Button onClick={end}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy}>
            Open the account
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
