import { useState } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import type { ViewerFragment } from '../gql/graphql.ts';
import { post } from './post.ts';
import { useSession } from './session.tsx';

/** Why nobody is signed in; without a path where it is of no field. */
export interface Failure {
  readonly message: string;
  readonly path?: readonly string[] | null;
}

interface Entered {
  readonly viewer: ViewerFragment | null;
  readonly userErrors: readonly Failure[];
}

/** What a form does that signs somebody in, by a mutation whose payload is `entered`. */
export function useEntering() {
  const { signedIn } = useSession();
  const [failures, setFailures] = useState<readonly Failure[]>([]);
  const [busy, setBusy] = useState(false);

  /** Answers whether somebody is signed in; else `failures` says why not. */
  async function enter<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    entered: (data: Data) => Entered | null | undefined,
  ): Promise<boolean> {
    setBusy(true);
    try {
      const { data, errors } = await post(document, variables);
      const payload = data && entered(data);
      // their paths are of the operation, and not of the form
      setFailures(payload ? payload.userErrors : (errors ?? []).map(({ message }) => ({ message })));
      if (!payload?.viewer) return false;
      signedIn(payload.viewer);
      return true;
    } catch {
      setFailures([{ message: 'The server cannot be reached. Check that it runs, and try again.' }]);
      return false;
    } finally {
      setBusy(false);
    }
  }

  return { enter, failures, busy };
}
