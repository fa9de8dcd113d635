import { type FormEvent, useState } from 'react';
import { problemAt } from '../../app/problem.ts';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { notify } from '../../design/notify.ts';
import { passwordMutation } from './documents.ts';

const fields = ['currentPassword', 'newPassword'];

export function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const { act, busy, errors } = useAct(fields);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await act(passwordMutation, { input: { currentPassword: current, newPassword: next } });
    if (!result) return;
    setCurrent('');
    setNext('');
    notify({ title: 'Your password is changed', detail: 'All other sessions have ended; keys stay.', look: 'ok' });
  };
  return (
    <form className="stack mine-form" onSubmit={submit}>
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        problem={problemAt(errors, 'currentPassword')}
      />
      <TextField
        label="New password"
        help="8 characters or more"
        type="password"
        autoComplete="new-password"
        minLength={8}
        required
        value={next}
        onChange={(event) => setNext(event.target.value)}
        problem={problemAt(errors, 'newPassword')}
      />
      <div>
        <Button look="primary" type="submit" disabled={busy}>
          Change it
        </Button>
      </div>
    </form>
  );
}
