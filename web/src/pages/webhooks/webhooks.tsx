import { useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { Table } from '../../design/table.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { WebhookFragment } from '../../gql/graphql.ts';
import { webhooksQuery } from './documents.ts';
import { OneWebhook } from './one-webhook.tsx';
import { formats } from './reasons.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { WebhookState } from './webhook-state.tsx';
import './webhooks.css';

/** Where events are sent to; one of them where the address names it. */
export default function Webhooks() {
  const [params] = useSearchParams();
  const chosen = params.get('webhook');
  return chosen === null ? <WebhookList /> : <OneWebhook id={chosen} key={chosen} />;
}

const addressOf = (id: string) => `/admin/webhooks?webhook=${id}`;

function WebhookList() {
  const [, navigate] = useLocation();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ readonly webhook: WebhookFragment; readonly secret: string } | null>(null);
  const { rows, loading, error, more, refresh } = usePages({
    query: webhooksQuery,
    variables: { first: 50 },
    pageOf: ({ webhooks }): { rows: readonly WebhookFragment[]; next: string | null } => ({
      rows: webhooks?.nodes ?? [],
      next: webhooks?.pageInfo.hasNextPage ? webhooks.pageInfo.endCursor : null,
    }),
  });
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  return (
    <div className="stack">
      <div className="admin-head">
        <p className="muted">What happens is sent to a program, or as messages to a channel.</p>
        <Button look="primary" onClick={() => setMaking(true)}>
          New webhook
        </Button>
      </div>
      {rows.length === 0 ? (
        <Empty title="No webhooks">
          A webhook tells a program, or a channel of Slack or Teams, what happens as it happens, signed and tried again
          for a day.
        </Empty>
      ) : (
        <Table
          caption="Webhooks"
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { head: 'Name', cell: ({ id, name }) => <Link href={addressOf(id)}>{name}</Link> },
            { head: 'State', cell: (webhook) => <WebhookState webhook={webhook} /> },
            { head: 'Sends', cell: ({ format }) => formats[format] },
            { head: 'To', cell: ({ url }) => <span className="mono">{URL.parse(url)?.host ?? url}</span> },
            { head: 'Of', cell: ({ owner }) => owner?.username ?? 'an account that is gone' },
          ]}
        />
      )}
      <More more={more} loading={loading} />
      {making && (
        <WebhookForm
          webhook={null}
          close={() => setMaking(false)}
          saved={(webhook, secret) => {
            setMaking(false);
            refresh();
            if (secret !== null) setMade({ webhook, secret });
          }}
        />
      )}
      <SecretDialog
        secret={made?.secret ?? null}
        close={() => {
          setMade(null);
          if (made) navigate(addressOf(made.webhook.id));
        }}
      />
    </div>
  );
}
