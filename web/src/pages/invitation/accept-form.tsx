import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { problemAt, problemsElsewhere } from '../../app/problem.ts';
import { useEntering } from '../../app/use-entering.ts';
import { Button } from '../../design/button.tsx';
import { TextField } from '../../design/field.tsx';
import { Time } from '../../design/time.tsx';
import { acceptMutation } from './documents.ts';

interface Props {
  readonly token: string;
  readonly suggested: string;
  readonly expiresAt: string;
}

/** Name and password of the new account; then the person is signed in. */
export function AcceptForm({ token, suggested, expiresAt }: Props) {
  const [, navigate] = useLocation();
  const [username, setUsername] = useState(suggested);
  const [password, setPassword] = useState('');
  const { enter, failures, busy } = useEntering();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const variables = { input: { token, username, password } };
    if (await enter(acceptMutation, variables, ({ acceptInvitation }) => acceptInvitation))
      navigate('/', { replace: true });
  };

  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label="Name"
        help="Others see it beside what you propose and decide"
        limit={64}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        autoFocus={suggested === ''}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        problem={problemAt(failures, 'username')}
      />
      <TextField
        label="Password"
        help="8 characters or more"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={8}
        required
        autoFocus={suggested !== ''}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        problem={problemAt(failures, 'password')}
      />
      {problemsElsewhere(failures, ['username', 'password']).map((message) => (
        <p key={message} className="field-problem" role="alert">
          {message}
        </p>
      ))}
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? 'Opening the account…' : 'Open my account'}
      </Button>
      <p className="muted">
        The link works once, and expires <Time at={expiresAt} />.
      </p>
    </form>
  );
}
