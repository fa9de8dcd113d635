import { useEffect } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Icon } from '../../design/icon.tsx';
import { Time } from '../../design/time.tsx';
import { graphql } from '../../gql/gql.ts';

const lastUseQuery = graphql(`
  query LastUse($id: ID!) {
    node(id: $id) {
      ... on ApiKey {
        id
        lastUsedAt
      }
    }
  }
`);

const askEachMs = 2000;

/** Waits for the first call with the key, and says when it came. */
export function FirstCall({ keyId, name }: { readonly keyId: string; readonly name: string }) {
  const [{ data }, refetch] = useQuery({
    query: lastUseQuery,
    variables: { id: keyId },
    requestPolicy: 'network-only',
  });
  const key = data?.node as { readonly lastUsedAt?: string | null } | null | undefined;
  const at = key?.lastUsedAt ?? null;
  useEffect(() => {
    if (at) return;
    const timer = setInterval(() => refetch({ requestPolicy: 'network-only' }), askEachMs);
    return () => clearInterval(timer);
  }, [at, refetch]);
  return (
    <p className={`first-call ${at ? 'first-call-came' : ''}`} role="status">
      {at ? (
        <>
          <Icon name="check" />
          <span>
            Connected: {name} called <Time at={at} />. <Link href="/mine/proposals">What it proposes</Link> shows under
            Mine.
          </span>
        </>
      ) : (
        <>
          <Icon name="clock" />
          <span>Waiting for the first call…</span>
        </>
      )}
    </p>
  );
}
