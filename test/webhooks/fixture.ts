import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { createWebhook, type NewWebhook, type WebhookChecks } from '../../src/domain/webhooks.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, User, Webhook } from '../../src/store/store.ts';
import { type AttemptOptions, createAttempt } from '../../src/webhooks/attempt.ts';
import type { Payloads } from '../../src/webhooks/payloads.ts';

export const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };

/** Whatever is written is right. */
export const checks: WebhookChecks = {
  problemOfUrl: () => null,
  problemOfDocument: () => null,
  readyDocument: () => null,
};

/** A payload that says which entry it is of. */
export const payloads: Payloads = {
  typeOf: () => ({ type: 'knowledgeEvents', log: 'events' }),
  isTold: async () => true,
  payloadOf: async (_webhook, _owner, { id }) => ({
    type: 'knowledgeEvents',
    at: new Date('2026-03-01T12:00:00Z'),
    json: `{"data":{"entry":${id},"exact":1.0}}`,
  }),
};

export const own = { http: true, networks: ['127.0.0.0/8'] };

export interface Bench {
  readonly store: Store;
  readonly owner: User;
  /** How far the clock is beyond that of the machine, in milliseconds. */
  ahead: number;
  readonly clock: Clock;
  /** What was warned of. */
  readonly warnings: Record<string, unknown>[];
  readonly options: AttemptOptions;
}

/** A store with an administrator, and what sends from it. */
export async function aBench(changes: Partial<AttemptOptions> = {}): Promise<Bench> {
  const store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  onTestFinished(() => store.close());
  const account = { passwordHash: 'h', role: 'admin', createdAt: new Date() } as const;
  await store.users.insert({ username: 'zoe', ...account });
  const owner = (await store.users.insert({ username: 'ann', ...account })) as User;
  const warnings: Record<string, unknown>[] = [];
  const bench: Bench = {
    ...{ store, owner, ahead: 0, warnings },
    clock: {
      now: () => new Date(Date.now() + bench.ahead),
      random: () => 0,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, Math.min(ms, 20));
          const end = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', end, { once: true });
          if (signal.aborted) end();
        }),
    },
    get options(): AttemptOptions {
      return {
        ...{ store, secrets, payloads, reachable: own, version: '1.2.3', pageOf: () => null, clock: bench.clock },
        log: pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line)) }),
        ...changes,
      };
    },
  };
  return bench;
}

/** A webhook of the bench, with its secret. */
export async function aWebhook(
  { store, owner, clock }: Bench,
  url: string,
  given: Partial<NewWebhook> = {},
): Promise<{ webhook: Webhook; secret: string }> {
  const input = { name: 'hook', url, document: 'subscription { knowledgeEvents { cursor } }', ...given };
  return createWebhook(store, secrets, checks, owner, input, { now: clock.now() });
}

let ids = 0;

/** Deliveries of some entries, which are due. */
export async function enqueue(
  { store, clock }: Bench,
  webhook: Webhook,
  entries: readonly number[],
): Promise<string[]> {
  const now = clock.now();
  const deliveries = entries.map((entryId) => ({
    ...{ id: (++ids).toString(16).padStart(32, '0'), webhookId: webhook.id, type: 'knowledgeEvents' },
    ...{ log: 'events' as const, entryId, place: '{}', createdAt: now, runAt: now },
    retryUntil: new Date(now.getTime() + 86_400_000),
  }));
  const from = await store.webhooks.placeIn('events');
  await store.webhooks.advance('events', from, `${from}+`, deliveries);
  return deliveries.map(({ id }) => id);
}

/** Claims a delivery, whether or not it is due, and makes an attempt; answers how it stands then. */
export async function attemptAt({ store, clock, options }: Bench, id: string, signal = new AbortController().signal) {
  const claimed = await store.webhooks.claimOne(id, clock.now(), 60_000);
  if (!claimed) throw new Error(`${id} does not wait`);
  await createAttempt(options)(claimed, signal);
  const delivery = await store.webhooks.findDelivery(id);
  if (!delivery) throw new Error(`${id} is gone`);
  return delivery;
}
