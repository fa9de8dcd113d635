import { withJitter } from '../background/backoff.ts';
import type { Clock } from '../background/clock.ts';
import { runLoop, type Worker } from '../background/run-loop.ts';
import { webhookNodeId } from '../domain/ids.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store, WebhookDelivery } from '../store/store.ts';
import { type Attempt, lockMs } from './attempt.ts';

/** Attempts at once, of all webhooks and of one, in this process: a receiver that is slow holds up no other. */
const [maxAttempts, maxOfWebhook] = [16, 4];
/** How often to look for what is due, which other processes may have added. */
const idleMs = 1000;

export interface SendingOptions {
  readonly store: Store;
  readonly attempt: Attempt;
  readonly log: Log;
  readonly clock: Clock;
}

/** Sends what is due; any number of processes may do so, and each delivery is claimed by one. */
export function startSending({ store, attempt, log, clock }: SendingOptions): Worker {
  const stopping = new AbortController();
  const running = new Map<Promise<void>, string>();
  const free = (webhook: string) => {
    const own = [...running.values()].filter((id) => id === webhook).length;
    return Math.min(maxAttempts - running.size, maxOfWebhook - own);
  };

  const worker = runLoop({
    name: 'sending to webhooks',
    log,
    clock,
    async step() {
      for (const webhook of await store.webhooks.due(clock.now())) {
        const limit = free(webhook);
        if (limit <= 0) continue;
        for (const delivery of await store.webhooks.claim(webhook, limit, clock.now(), lockMs)) begin(delivery);
      }
      // an attempt that ends makes this look at once
      return { pauseMs: withJitter(idleMs, clock) };
    },
  });

  function begin(delivery: WebhookDelivery): void {
    const attempted = attempt(delivery, stopping.signal)
      .catch((error: unknown) => {
        // the lock expires, and another attempt follows
        const webhook = webhookNodeId(delivery.webhookId);
        if (error instanceof UnavailableError)
          log.warn({ webhook, reason: error.message }, 'a webhook was not attempted');
        else log.error({ webhook, err: error }, 'a webhook was not attempted');
      })
      .finally(() => {
        running.delete(attempted);
        worker.wake();
      });
    running.set(attempted, delivery.webhookId);
  }

  return {
    get problem() {
      return worker.problem;
    },
    wake: worker.wake,
    async stop() {
      stopping.abort();
      await worker.stop();
      await Promise.all(running.keys());
    },
  };
}
