import { useEffect, useRef } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { useAct } from '../../app/use-act.ts';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { notify } from '../../design/notify.ts';
import { plural } from '../../design/numbers.ts';
import { usePages } from '../../design/use-pages.ts';
import type { DeliveriesQuery, WebhookDeliveryStatus } from '../../gql/graphql.ts';
import { DeliveryTable } from './delivery-table.tsx';
import { deliveriesQuery, sendAgainMutation } from './documents.ts';

type Node = NonNullable<DeliveriesQuery['node']>;
type Listed = Extract<Node, { readonly deliveries: unknown }>['deliveries'];
export type Delivery = Listed['nodes'][number];

const statuses: readonly { readonly value: WebhookDeliveryStatus | ''; readonly label: string }[] = [
  { value: '', label: 'Every state' },
  { value: 'WAITING', label: 'Waits' },
  { value: 'DELIVERED', label: 'Delivered' },
  { value: 'FAILED', label: 'Failed' },
  { value: 'SKIPPED', label: 'Left out' },
];

const pageSize = 20;
/** How often to look while something waits. */
const lookAgainMs = 3000;

interface Props {
  readonly id: string;
  /** Another number whenever there may be something new. */
  readonly news: number;
  readonly changed: () => void;
}

/** What was and what is to be sent, newest first. */
export function Deliveries({ id, news, changed }: Props) {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const status = statuses.find(({ value }) => value === params.get('status'))?.value || null;
  const { act, busy } = useAct();
  const { rows, data, loading, error, more, refresh } = usePages({
    query: deliveriesQuery,
    variables: { id, status, first: pageSize },
    pageOf: ({ node }): { rows: readonly Delivery[]; next: string | null } => {
      const { nodes = [], pageInfo } = deliveriesOf(node) ?? {};
      return { rows: nodes, next: pageInfo?.hasNextPage ? pageInfo.endCursor : null };
    },
  });
  const look = useRef(refresh);
  look.current = refresh;
  useEffect(() => {
    if (news > 0) look.current();
  }, [news]);
  // not where somebody has gone further down
  const waits = rows.length <= pageSize && rows.some((delivery) => delivery.status === 'WAITING');
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && look.current(), lookAgainMs);
    return () => clearInterval(timer);
  }, [waits]);
  const sendAgain = async (delivery: Delivery) => {
    if (await act(sendAgainMutation, { id: delivery.id })) notify({ title: 'It is sent again', look: 'ok' });
    changed();
  };
  const set = (value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set('status', value);
    else next.delete('status');
    navigate(`/admin/webhooks?${next}`, { replace: true });
  };
  const total = deliveriesOf(data?.node)?.totalCount;
  return (
    <section className="stack">
      <div className="admin-head">
        <div className="row">
          <h2>Deliveries</h2>
          <select
            className="input admin-filter"
            aria-label="State of deliveries"
            value={status ?? ''}
            onChange={(event) => set(event.target.value)}
          >
            {statuses.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          {total !== undefined && <span className="muted">{plural(total, 'delivery', 'deliveries')}</span>}
        </div>
        <Button onClick={refresh} disabled={loading}>
          Look again
        </Button>
      </div>
      {error && rows.length === 0 ? (
        <Failure error={error} retry={refresh} />
      ) : loading && rows.length === 0 ? (
        <Skeleton />
      ) : rows.length === 0 ? (
        <Empty title="Nothing was sent" />
      ) : (
        <DeliveryTable rows={rows} busy={busy} sendAgain={(delivery) => void sendAgain(delivery)} />
      )}
      <More more={more} loading={loading} />
    </section>
  );
}

const deliveriesOf = (node: DeliveriesQuery['node'] | undefined): Listed | undefined =>
  node && 'deliveries' in node ? node.deliveries : undefined;
