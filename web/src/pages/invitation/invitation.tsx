import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { post } from '../../app/post.ts';
import { useSession } from '../../app/session.tsx';
import '../../app/welcome.css';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { useTitle } from '../../design/page.tsx';
import type { InvitationQuery } from '../../gql/graphql.ts';
import { AcceptForm } from './accept-form.tsx';
import { offerQuery } from './documents.ts';

type Offer = NonNullable<InvitationQuery['invitation']>;
type State = { readonly token: string; readonly offer: Offer | null | 'unknown' };

const subscribe = (changed: () => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

/** Where the link of an invitation leads: behind the `#` is its token, which browsers send to nobody. */
export default function Invitation() {
  const token = useSyncExternalStore(subscribe, () => location.hash.slice(1));
  const [state, setState] = useState<State | null>(null);
  const { viewer, server } = useSession();
  useTitle('Invitation');

  useEffect(() => {
    let current = true;
    // beside the client, which may have the session of somebody else
    const ask = async (): Promise<State['offer']> => {
      try {
        const { data } = await post(offerQuery, { token });
        return data ? (data.invitation ?? null) : 'unknown';
      } catch {
        return 'unknown';
      }
    };
    void ask().then((offer) => current && setState({ token, offer }));
    return () => {
      current = false;
    };
  }, [token]);

  const offer = state?.token === token ? state.offer : undefined;
  return (
    <main className="welcome" id="content" tabIndex={-1}>
      {!isOffer(offer) && <h1 className="visually-hidden">Invitation</h1>}
      {offer === undefined ? (
        <Skeleton />
      ) : offer === 'unknown' ? (
        <Empty
          title="The server did not answer"
          actions={<Button onClick={() => window.location.reload()}>Try again</Button>}
        >
          The invitation is not used up.
        </Empty>
      ) : offer === null ? (
        <Empty title="This invitation cannot be used" actions={<Link href="/">To the first page</Link>}>
          It was accepted or revoked, has expired, or the address was cut off when it was copied. Ask for another one.
        </Empty>
      ) : (
        <div className="welcome-box">
          <p className="welcome-name">{server.nodeName ?? 'cq'}</p>
          <h1>You are invited</h1>
          <p className="muted">{roles[offer.role]}</p>
          {viewer && (
            <p className="field-help">
              You are signed in as {viewer.user.username}. Whoever accepts is signed in here instead.
            </p>
          )}
          <AcceptForm key={token} token={token} suggested={offer.username ?? ''} expiresAt={offer.expiresAt} />
        </div>
      )}
    </main>
  );
}

const isOffer = (offer: State['offer'] | undefined): offer is Offer => typeof offer === 'object' && offer !== null;

const roles: Record<Offer['role'], string> = {
  MEMBER: 'As a member you propose lessons that agents have learned, confirm them and flag them.',
  REVIEWER: 'As a reviewer you decide over the lessons that agents propose.',
  ADMIN: 'As an administrator you decide over lessons, and manage people.',
};
