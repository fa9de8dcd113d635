import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { Skeleton } from '../design/empty.tsx';
import { useSignal } from '../design/signal.ts';
import { graphql } from '../gql/gql.ts';
import type { Scope, ViewerFragment, ViewerQuery } from '../gql/graphql.ts';
import { activeClient, makeClient } from './client.ts';
import { decisions } from './decisions.ts';
import { sessionIsKnown } from './gate.ts';
import { post } from './post.ts';

graphql(`
  fragment Viewer on Viewer {
    role
    scopes
    user {
      id
      username
    }
  }
`);

const viewerQuery = graphql(`
  query Viewer {
    viewer {
      ...Viewer
    }
    serverInfo {
      version
      nodeName
      publicRead
      searchModes
      embeddingModel
    }
  }
`);

const signOutMutation = graphql(`
  mutation SignOut {
    signOut {
      userErrors {
        message
      }
    }
  }
`);

interface Session {
  /** Null for somebody who looks around without signing in. */
  readonly viewer: ViewerFragment | null;
  readonly server: ViewerQuery['serverInfo'];
  can(scope: Scope): boolean;
  signedIn(viewer: ViewerFragment): void;
  signOut(): Promise<void>;
}

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('There is no session above this component.');
  return session;
}

/** Who is signed in, with a client of their own: what one person has read is not there for the next. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const client = useSignal(activeClient);
  const [state, setState] = useState<ViewerQuery | null>(null);

  useEffect(() => {
    let current = true;
    client
      .query(viewerQuery, {})
      .toPromise()
      .then(({ data }) => {
        if (!current || !data) return;
        sessionIsKnown();
        setState(data);
      });
    return () => {
      current = false;
    };
  }, [client]);

  const signedIn = useCallback(
    (viewer: ViewerFragment) => {
      // the same person goes on where the session ended
      if (state?.viewer?.user.id !== viewer.user.id) activeClient.set(makeClient());
      setState((last) => last && { ...last, viewer });
    },
    [state],
  );

  const signOut = useCallback(async () => {
    await decisions.flush();
    await post(signOutMutation, {});
    setState((last) => last && { ...last, viewer: null });
    activeClient.set(makeClient());
  }, []);

  const session = useMemo<Session | null>(
    () =>
      state && {
        viewer: state.viewer,
        server: state.serverInfo,
        can: (scope) => state.viewer?.scopes.includes(scope) ?? scope === 'ANYONE',
        signedIn,
        signOut,
      },
    [state, signedIn, signOut],
  );

  return (
    <Provider value={client}>
      {session ? <Context value={session}>{children}</Context> : <Skeleton lines={6} />}
    </Provider>
  );
}
