import { clockOf } from '../background/clock.ts';
import { startPruningDeliveries } from '../background/pruning-deliveries.ts';
import type { WebhookDelivery } from '../store/store.ts';
import { type AttemptOptions, createAttempt, lockMs } from './attempt.ts';
import { startEnqueuing } from './enqueuing.ts';
import { startSending } from './sending.ts';

export interface Webhooks {
  /** Sends a delivery now, and answers how that ended. */
  send(delivery: WebhookDelivery): Promise<WebhookDelivery>;
  /** Looks at once for what is due, and for webhooks that are new or on again. */
  look(): void;
  stop(): Promise<void>;
}

export type WebhooksOptions = Omit<AttemptOptions, 'clock'> & Partial<Pick<AttemptOptions, 'clock'>>;

/** Sends what happens to webhooks, beside the requests, with any number of other processes. */
export function startWebhooks(options: WebhooksOptions): Webhooks {
  const { store, payloads, log, clock = clockOf(store) } = options;
  const attempt = createAttempt({ ...options, clock });
  const sending = startSending({ store, attempt, log, clock });
  const onAdded = () => sending.wake();
  const enqueuing = (['events', 'audit_log'] as const).map((name) =>
    startEnqueuing(name, { store, payloads, logger: log, clock, onAdded }),
  );
  const workers = [...enqueuing, sending, startPruningDeliveries({ store, log })];
  return {
    send: (delivery) => sendNow(options, delivery),
    look() {
      for (const worker of [...enqueuing, sending]) worker.wake();
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** Makes one attempt at a delivery that waits, unless another process does, and answers how it ended. */
export async function sendNow(options: WebhooksOptions, delivery: WebhookDelivery): Promise<WebhookDelivery> {
  const { store, clock = clockOf(store) } = options;
  const claimed = await store.webhooks.claimOne(delivery.id, clock.now(), lockMs);
  if (claimed) await createAttempt({ ...options, clock })(claimed, new AbortController().signal);
  return (await store.webhooks.findDelivery(delivery.id)) ?? delivery;
}
