import { type FormEvent, useState } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { TextField } from '../design/field.tsx';
import { useSignal } from '../design/signal.ts';
import { graphql } from '../gql/gql.ts';
import { gateIsClosed, openGate } from './gate.ts';
import { problemAt } from './problem.ts';
import { useSession } from './session.tsx';
import { useEntering } from './use-entering.ts';

const signInMutation = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      viewer {
        ...Viewer
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

/** Name and password. The session comes as a cookie, which no script can read. */
export function SignInForm({ name = '', onDone }: { readonly name?: string; readonly onDone?: () => void }) {
  const [username, setUsername] = useState(name);
  const [password, setPassword] = useState('');
  const { enter, failures, busy } = useEntering();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await enter(signInMutation, { input: { username, password } }, ({ signIn }) => signIn)) onDone?.();
  };

  const general = failures.find(({ path }) => !path?.length || path.join() === 'input');
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label="Name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        required
        autoFocus={name === ''}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        problem={problemAt(failures, 'username')}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus={name !== ''}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        problem={problemAt(failures, 'password')}
      />
      {general && (
        <p className="field-problem" role="alert">
          {general.message}
        </p>
      )}
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

/** Over the page, when a session has ended while it was in use: everything below stays as it is. */
export function SignInAgain() {
  const { viewer } = useSession();
  const closed = useSignal(gateIsClosed);
  return (
    <Dialog
      open={closed}
      onClose={openGate}
      title="Sign in again"
      description="Your session has ended. Nothing that you typed is lost: it goes on as soon as you are signed in."
    >
      <SignInForm name={viewer?.user.username ?? ''} onDone={openGate} />
    </Dialog>
  );
}
