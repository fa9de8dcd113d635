import { Badge, type Tone } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import type { IconName } from '../../design/icon.tsx';
import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time } from '../../design/time.tsx';
import type { WebhookDeliveryStatus } from '../../gql/graphql.ts';
import type { Delivery } from './deliveries.tsx';

const states: Record<WebhookDeliveryStatus, { readonly tone: Tone; readonly icon: IconName; readonly word: string }> = {
  WAITING: { tone: 'info', icon: 'clock', word: 'waits' },
  DELIVERED: { tone: 'ok', icon: 'check', word: 'delivered' },
  FAILED: { tone: 'bad', icon: 'cross', word: 'failed' },
  SKIPPED: { tone: 'grey', icon: 'skip', word: 'left out' },
};

interface Props {
  readonly rows: readonly Delivery[];
  readonly busy: boolean;
  readonly sendAgain: (delivery: Delivery) => void;
}

export const DeliveryTable = ({ rows, busy, sendAgain }: Props) => (
  <Table
    caption="Deliveries"
    rows={rows}
    keyOf={({ id }) => id}
    columns={[
      { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
      { head: 'What', cell: ({ type }) => <span className="mono">{type}</span> },
      {
        head: 'State',
        cell: ({ status }) => {
          const { tone, icon, word } = states[status];
          return (
            <Badge tone={tone} icon={icon}>
              {word}
            </Badge>
          );
        },
      },
      {
        head: 'Attempts',
        cell: ({ attempts, nextAttemptAt }) => (
          <>
            <span className="number">{count(attempts)}</span>
            {nextAttemptAt && (
              <div className="muted">
                next <Time at={nextAttemptAt} />
              </div>
            )}
          </>
        ),
      },
      {
        head: 'Answer',
        cell: ({ statusCode, durationMs, error, answer }) => (
          <div className="webhook-answer">
            {statusCode !== null && (
              <span className="number">
                {statusCode}
                {durationMs !== null && <span className="muted">{`, ${count(durationMs)} ms`}</span>}
              </span>
            )}
            {error && <p className="field-problem">{error}</p>}
            {answer && (
              <details>
                <summary>What it said</summary>
                <pre className="webhook-document">{answer}</pre>
              </details>
            )}
          </div>
        ),
      },
      {
        head: 'Actions',
        right: true,
        cell: (delivery) =>
          delivery.status !== 'WAITING' && (
            <Button onClick={() => sendAgain(delivery)} disabled={busy}>
              Send again
            </Button>
          ),
      },
    ]}
  />
);
