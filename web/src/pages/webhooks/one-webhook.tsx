import { useState } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { Time } from '../../design/time.tsx';
import type { OneWebhookQuery, WebhookFragment } from '../../gql/graphql.ts';
import { Deliveries } from './deliveries.tsx';
import { webhookQuery } from './documents.ts';
import { formats } from './reasons.ts';
import { WebhookActions } from './webhook-actions.tsx';
import { WebhookProblem, WebhookState } from './webhook-state.tsx';

const isWebhook = (node: OneWebhookQuery['node']): node is WebhookFragment => node !== null && 'url' in node;

/** A webhook: how it is doing, what was sent, and what can be done. */
export function OneWebhook({ id }: { readonly id: string }) {
  const [, navigate] = useLocation();
  const [news, setNews] = useState(0);
  const [{ data, error }, refetch] = useQuery({
    query: webhookQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const refresh = () => {
    refetch({ requestPolicy: 'network-only' });
    setNews((before) => before + 1);
  };
  const back = <Link href="/admin/webhooks">All webhooks</Link>;
  if (error && !data) return <Failure error={error} retry={refresh} />;
  if (!data) return <Skeleton />;
  const webhook = isWebhook(data.node) ? data.node : null;
  if (!webhook)
    return (
      <Empty title="There is no such webhook" actions={back}>
        It may have been deleted.
      </Empty>
    );
  const { name, url, format, document, variables, owner, createdAt, previousSecretUntil } = webhook;
  return (
    <div className="stack">
      <p>{back}</p>
      <div className="admin-head">
        <div className="row">
          <h2>{name}</h2>
          <WebhookState webhook={webhook} />
        </div>
        <WebhookActions webhook={webhook} changed={refresh} deleted={() => navigate('/admin/webhooks')} />
      </div>
      <WebhookProblem webhook={webhook} />
      <dl className="admin-facts">
        <div>
          <dt className="muted">To</dt>
          <dd className="mono webhook-url">{url}</dd>
        </div>
        <div>
          <dt className="muted">Sends</dt>
          <dd>{formats[format]}</dd>
        </div>
        <div>
          <dt className="muted">With the rights of</dt>
          <dd>{owner?.username ?? 'an account that is gone'}</dd>
        </div>
        <div>
          <dt className="muted">Made</dt>
          <dd>
            <Time at={createdAt} />
          </dd>
        </div>
        {previousSecretUntil && (
          <div>
            <dt className="muted">The secret before signs until</dt>
            <dd>
              <Time at={previousSecretUntil} />
            </dd>
          </div>
        )}
      </dl>
      <details>
        <summary>Subscription</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre className="webhook-document" tabIndex={0}>
          {`${document}\n\n${JSON.stringify(variables, null, 2)}`}
        </pre>
      </details>
      <Deliveries id={id} news={news} changed={refresh} />
    </div>
  );
}
