import { useQuery } from 'urql';
import { Link } from 'wouter';
import { switchedOffQuery } from './notice-documents.ts';
import { isSwitchedOff } from './webhook-state.tsx';

/** Says on every page of administration that the server has switched a webhook off; nothing where it has not. */
export function WebhookNotice() {
  const [{ data }] = useQuery({ query: switchedOffQuery, requestPolicy: 'cache-and-network' });
  const off = data?.webhooks?.nodes.filter(isSwitchedOff) ?? [];
  if (off.length === 0) return null;
  return (
    <p className="admin-notice admin-notice-bad" role="status">
      {off.length === 1 ? 'A webhook was' : `${off.length} webhooks were`} switched off, and sends nothing:{' '}
      {off.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link href={`/admin/webhooks?webhook=${id}`}>{name}</Link>
        </span>
      ))}
      .
    </p>
  );
}
