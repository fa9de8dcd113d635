import { Link } from 'wouter';
import { useTitle } from '../design/page.tsx';
import { useSession } from './session.tsx';
import { SignInForm } from './sign-in.tsx';
import './welcome.css';

/** What somebody sees who is not signed in, at a page that is for people with an account. */
export function Welcome() {
  const { server } = useSession();
  useTitle('Sign in');
  return (
    <main className="welcome" id="content" tabIndex={-1}>
      <div className="welcome-box">
        <p className="welcome-name">{server.nodeName ?? 'cq'}</p>
        <h1>Sign in</h1>
        <p className="muted">Lessons that agents have learned, reviewed by people.</p>
        <SignInForm />
        {server.publicRead && (
          <p>
            <Link href="/find">Look around without signing in</Link>
          </p>
        )}
        <details>
          <summary>I have no password yet</summary>
          <p>
            An administrator invites you by a link. On a new server that is <code>admin</code>: its password was printed
            once, when the server first started. Whoever runs it can also make an account, with{' '}
            <code>cq-server user add</code>.
          </p>
        </details>
      </div>
    </main>
  );
}
