import { describe, expect } from 'vitest';
import type {
  DeliveryOutcome,
  NewDelivery,
  PageRequest,
  Position,
  Store,
  Webhook,
  WebhookDelivery,
} from '../../../src/store/store.ts';
import { idsOf, later, noon, put, readAll, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

const hex = (number: number) => number.toString(16).padStart(32, '0');

let made = 0;

/** A webhook of an account, a millisecond younger than the last. */
export function aWebhook(userId: number, changes: Partial<Webhook> = {}): Webhook {
  made++;
  return {
    ...{ id: hex(made), userId, name: `hook ${made}`, url: 'https://hooks.example.com/in', format: 'standard' },
    ...{ document: 'subscription { knowledgeEvents { id } }', variables: '{}', secret: 'sealed' },
    ...{ previousSecret: null, previousSecretUntil: null, createdAt: later(made), activeSince: noon },
    ...{ offSince: null, offReason: null, failingSince: null },
    ...changes,
  };
}

/** An entry of the log of events for a webhook, due at noon. */
export function aDelivery({ id: webhookId }: Pick<Webhook, 'id'>, changes: Partial<NewDelivery> = {}): NewDelivery {
  made++;
  return {
    ...{ id: hex(made), webhookId, type: 'knowledgeEvents', log: 'events', entryId: made, place: `p${made}` },
    ...{ createdAt: later(made), runAt: noon, retryUntil: later(86_400_000) },
    ...changes,
  };
}

const outcome = (changes: Partial<DeliveryOutcome> = {}): DeliveryOutcome => ({
  ...{ status: 'waiting', runAt: later(5000), attemptedAt: noon, durationMs: 12, statusCode: 500 },
  ...{ error: 'The receiver answered 500.', answer: 'Oh “no”' },
  ...changes,
});

const delivered = outcome({ status: 'delivered', runAt: null, statusCode: 204, error: null, answer: '' });

/** A webhook in the store. */
async function putWebhook(store: Store, changes: Partial<Webhook> = {}): Promise<Webhook> {
  const owner = (await store.users.findByName('ann')) ?? (await addUser(store, 'ann', 'admin'));
  const webhook = aWebhook(owner.id, changes);
  expect(await store.webhooks.insert(webhook, 99)).toBe(true);
  return webhook;
}

async function enqueue(store: Store, ...deliveries: NewDelivery[]): Promise<void> {
  const from = await store.webhooks.placeIn('events');
  expect(await store.webhooks.advance('events', from, `${from ?? ''}+`, deliveries)).toBe(true);
}

const deliveriesOf = (store: Store, { id }: Webhook) =>
  readAll(
    (page: PageRequest<Position<Date>>) => store.webhooks.deliveries(id, null, page),
    ({ createdAt, id }: WebhookDelivery) => ({ key: createdAt, id }),
  );

export function webhooksConformance(it: StoreTest) {
  describe('webhooks', () => {
    it('are found, listed with the newest first, changed and deleted', async ({ store }) => {
      const [one, two, three] = [await putWebhook(store), await putWebhook(store), await putWebhook(store)];
      expect(await store.webhooks.find(two.id)).toEqual(two);
      expect(await store.webhooks.find(hex(0))).toBeNull();
      const list = () =>
        readAll(
          (page: PageRequest<Position<Date>>) => store.webhooks.list(page),
          ({ createdAt, id }: Webhook) => ({ key: createdAt, id }),
        );
      expect(await list()).toEqual([three, two, one]);
      const changed: Webhook = {
        ...{ ...two, name: 'other', url: 'https://b.example', format: 'slack', document: '', variables: '{"a":1}' },
        ...{
          secret: 'new',
          previousSecret: 'sealed',
          previousSecretUntil: later(1),
          failingSince: noon,
          activeSince: later(2),
        },
      };
      await store.transaction(async (tx) => {
        expect(await tx.webhooks.findForChange(two.id)).toEqual(two);
        await tx.webhooks.save(changed);
      });
      expect(await store.webhooks.find(two.id)).toEqual(changed);
      expect(await store.webhooks.remove(one.id)).toEqual(one);
      expect(await store.webhooks.remove(one.id)).toBeNull();
      expect(await list()).toEqual([three, changed]);
      expect(await store.webhooks.count()).toBe(2);
    });

    it('are as many as the limit allows, whoever adds them at once', async ({ store }) => {
      const { id } = await addUser(store, 'ann', 'admin');
      const added = await Promise.all(Array.from({ length: 12 }, () => store.webhooks.insert(aWebhook(id), 3)));
      expect(added.filter((one) => one)).toHaveLength(3);
      expect(await store.webhooks.count()).toBe(3);
    });

    it('are switched off once', async ({ store }) => {
      const [on, off] = [await putWebhook(store), await putWebhook(store)];
      const switched = await Promise.all([1, 2, 3].map(() => store.webhooks.switchOff(off.id, noon, 'failing')));
      const after = { ...off, offSince: noon, offReason: 'failing' };
      expect(switched.filter((webhook) => webhook !== null)).toEqual([after]);
      expect(await store.webhooks.find(off.id)).toEqual(after);
      expect(await store.webhooks.active()).toEqual([on]);
      expect(await store.webhooks.switchOff(hex(0), noon, 'gone')).toBeNull();
    });

    it('go with the account of their owner', async ({ store }) => {
      await addUser(store, 'zoe', 'admin');
      const webhook = await putWebhook(store);
      await enqueue(store, aDelivery(webhook));
      const by = { erasedAt: noon, erasedBy: 1, reason: 'r', placeholder: '[erased 0123456789abcdef]' };
      await store.erasures.eraseUser(webhook.userId, by);
      expect(await store.webhooks.find(webhook.id)).toBeNull();
      expect(await deliveriesOf(store, webhook)).toEqual([]);
    });
  });

  describe('deliveries to webhooks', () => {
    it('are added in the transaction that moves the place in the log', async ({ store }) => {
      const webhook = await putWebhook(store);
      const [one, two] = [aDelivery(webhook), aDelivery(webhook, { runAt: later(1) })];
      expect(await store.webhooks.placeIn('events')).toBeNull();
      expect(await store.webhooks.advance('events', null, 'a', [])).toBe(true);
      expect(await store.webhooks.advance('events', null, 'b', [one])).toBe(false);
      expect(await store.webhooks.advance('events', 'a', 'b', [one, two])).toBe(true);
      expect(await store.webhooks.advance('events', 'a', 'c', [aDelivery(webhook)])).toBe(false);
      expect(await store.webhooks.placeIn('events')).toBe('b');
      expect(await store.webhooks.placeIn('audit_log')).toBeNull();
      const fresh = { status: 'waiting', attempts: 0, attemptedAt: null, durationMs: null, statusCode: null };
      const nothing = { ...fresh, error: null, answer: null };
      expect(await deliveriesOf(store, webhook)).toEqual([
        { ...two, ...nothing },
        { ...one, ...nothing },
      ]);
      expect(await store.webhooks.waiting([webhook.id, hex(0)])).toEqual(new Map([[webhook.id, 2]]));
    });

    it('are added once by those who read the log at once, and neither moves the place where one fails', async ({
      store,
    }) => {
      const webhook = await putWebhook(store);
      const moves = [1, 2, 3, 4].map((n) => store.webhooks.advance('events', null, `p${n}`, [aDelivery(webhook)]));
      expect((await Promise.all(moves)).filter((moved) => moved)).toHaveLength(1);
      const place = await store.webhooks.placeIn('events');
      const [double] = [aDelivery(webhook)];
      await expect(store.webhooks.advance('events', place, 'x', [double, double])).rejects.toThrow();
      expect(await store.webhooks.placeIn('events')).toBe(place);
      expect(await store.webhooks.countDeliveries(webhook.id, null)).toBe(1);
    });

    it('are not added for a webhook that is gone', async ({ store }) => {
      const [webhook, gone] = [await putWebhook(store), await putWebhook(store)];
      await store.webhooks.remove(gone.id);
      await enqueue(store, aDelivery(gone), aDelivery(webhook));
      expect(await store.webhooks.waiting([webhook.id, gone.id])).toEqual(new Map([[webhook.id, 1]]));
    });

    it('are claimed by one process each, the oldest first, and again when the lock has expired', async ({ store }) => {
      const webhook = await putWebhook(store);
      const all = Array.from({ length: 6 }, (_, n) => aDelivery(webhook, { runAt: later(n) }));
      const future = aDelivery(webhook, { runAt: later(10) });
      await enqueue(store, future, ...all.toReversed());
      const first = await store.webhooks.claim(webhook.id, 2, later(5), 1000);
      expect(idsOf(first).sort()).toEqual(idsOf(all.slice(0, 2)));
      expect(first.map(({ attempts, runAt }) => [attempts, runAt])).toEqual(first.map(() => [1, later(1005)]));
      const rest = await Promise.all([1, 2, 3, 4].map(() => store.webhooks.claim(webhook.id, 2, later(5), 1000)));
      const claimed = rest.flat().map(({ id }) => id);
      expect(new Set(claimed).size).toBe(claimed.length);
      const left = await store.webhooks.claim(webhook.id, 9, later(5), 1000);
      expect([...claimed, ...idsOf(left)].sort()).toEqual(idsOf(all.slice(2)));
      expect(await store.webhooks.claim(webhook.id, 9, later(5), 1000)).toEqual([]);
      const again = await store.webhooks.claim(webhook.id, 9, later(1005), 1000);
      expect(idsOf(again).sort()).toEqual(idsOf([future, ...all]).sort());
    });

    it('are due where the webhook is on', async ({ store }) => {
      const [on, off, idle] = [await putWebhook(store), await putWebhook(store), await putWebhook(store)];
      await enqueue(store, aDelivery(on), aDelivery(off), aDelivery(idle, { runAt: later(1) }));
      await store.webhooks.switchOff(off.id, noon, 'switched');
      expect(await store.webhooks.due(noon)).toEqual([on.id]);
    });

    it('that are known are claimed whether or not they are due, unless they have ended', async ({ store }) => {
      const webhook = await putWebhook(store);
      const delivery = aDelivery(webhook, { log: null, entryId: null, place: null, type: 'test', runAt: later(99) });
      await store.webhooks.add(delivery);
      expect(await store.webhooks.claimOne(delivery.id, noon, 1000)).toMatchObject({ attempts: 1, runAt: later(1000) });
      await store.webhooks.settle({ ...delivery, attempts: 1 }, delivered);
      expect(await store.webhooks.claimOne(delivery.id, noon, 1000)).toBeNull();
    });

    it('wait for their next attempt, or have ended, and say how the last one did', async ({ store }) => {
      const webhook = await putWebhook(store);
      const delivery = aDelivery(webhook);
      await enqueue(store, delivery);
      const find = () => store.webhooks.findDelivery(delivery.id);
      const attempt = async (changes: Partial<DeliveryOutcome>) => {
        const claimed = await store.webhooks.claimOne(delivery.id, noon, 1000);
        return claimed && (await store.webhooks.settle(claimed, outcome(changes)));
      };
      expect(await attempt({})).toEqual(noon);
      expect(await find()).toEqual({ ...delivery, ...outcome(), attempts: 1 });
      expect(await attempt({ attemptedAt: later(1), error: 'a\0b\ud800' })).toEqual(noon);
      expect(await find()).toMatchObject({ attempts: 2, error: 'a\ufffdb\ufffd' });
      expect((await store.webhooks.find(webhook.id))?.failingSince).toEqual(noon);
      expect(await attempt({ ...delivered, attemptedAt: later(2) })).toBeNull();
      expect(await find()).toEqual({ ...delivery, ...delivered, attemptedAt: later(2), attempts: 3 });
      expect((await store.webhooks.find(webhook.id))?.failingSince).toBeNull();
      expect(await store.webhooks.due(later(9999))).toEqual([]);
    });

    it('are not changed by who has lost them to another process', async ({ store }) => {
      const webhook = await putWebhook(store);
      const delivery = aDelivery(webhook);
      await enqueue(store, delivery);
      const [lost] = await store.webhooks.claim(webhook.id, 1, noon, 0);
      const [held] = await store.webhooks.claim(webhook.id, 1, noon, 1000);
      if (!lost || !held) throw new Error('nothing was claimed');
      await store.webhooks.settle(lost, outcome({ status: 'failed', runAt: null }));
      expect(await store.webhooks.findDelivery(delivery.id)).toEqual(held);
      await store.webhooks.settle(held, delivered);
      expect(await store.webhooks.findDelivery(delivery.id)).toMatchObject({ status: 'delivered' });
    });

    it('that have ended are sent again', async ({ store }) => {
      const webhook = await putWebhook(store);
      const delivery = aDelivery(webhook);
      await enqueue(store, delivery);
      expect(await store.webhooks.sendAgain(delivery.id, noon, later(1))).toBeNull();
      const claimed = await store.webhooks.claimOne(delivery.id, noon, 1000);
      if (claimed) await store.webhooks.settle(claimed, delivered);
      const again = await store.webhooks.sendAgain(delivery.id, later(5), later(9));
      expect(again).toMatchObject({ status: 'waiting', attempts: 0, runAt: later(5), retryUntil: later(9) });
      expect(await store.webhooks.due(later(5))).toEqual([webhook.id]);
      expect(await store.webhooks.sendAgain(hex(0), noon, noon)).toBeNull();
    });

    it('are listed by status', async ({ store }) => {
      const webhook = await putWebhook(store);
      const [one, two] = [aDelivery(webhook), aDelivery(webhook)];
      await enqueue(store, one, two);
      const claimed = await store.webhooks.claimOne(two.id, noon, 1000);
      if (claimed) await store.webhooks.settle(claimed, delivered);
      const list = async (status: 'waiting' | 'delivered' | 'failed') =>
        idsOf((await store.webhooks.deliveries(webhook.id, status, { limit: 9 })).items);
      expect([await list('waiting'), await list('delivered'), await list('failed')]).toEqual([[one.id], [two.id], []]);
      expect(await store.webhooks.countDeliveries(webhook.id, 'delivered')).toBe(1);
      expect(await store.webhooks.countDeliveries(webhook.id, null)).toBe(2);
    });

    it('are pruned when they have ended: the old ones, and the oldest of too many', async ({ store }) => {
      const [webhook, other] = [await putWebhook(store), await putWebhook(store)];
      const at = (n: number) => ({ createdAt: later(n * 1000) });
      const all = [0, 1, 2, 3].map((n) => aDelivery(webhook, at(n)));
      const others = [aDelivery(other, at(0)), aDelivery(other, at(0))];
      await enqueue(store, ...all, ...others);
      for (const { id } of [...all.slice(0, 3), ...others.slice(0, 1)]) {
        const claimed = await store.webhooks.claimOne(id, noon, 1000);
        if (claimed) await store.webhooks.settle(claimed, delivered);
      }
      expect(await store.webhooks.prune(later(500), 9, 1)).toBe(1);
      expect(await store.webhooks.prune(later(500), 9, 9)).toBe(1);
      expect(await store.webhooks.prune(later(500), 1, 9)).toBe(1);
      expect(await store.webhooks.prune(later(500), 1, 9)).toBe(0);
      expect(idsOf(await deliveriesOf(store, webhook))).toEqual([all[3]?.id, all[2]?.id]);
      expect(idsOf(await deliveriesOf(store, other))).toEqual([others[1]?.id]);
    });

    it('keep no answer that may repeat what is erased', async ({ store }) => {
      const [unit, webhook] = [await put(store), await putWebhook(store)];
      const [before, during, after] = [aDelivery(webhook), aDelivery(webhook), aDelivery(webhook)];
      await enqueue(store, before, during, after);
      const end = async ({ id }: NewDelivery, changes: Partial<DeliveryOutcome> = {}) => {
        const claimed = await store.webhooks.claimOne(id, noon, 1000);
        if (claimed) await store.webhooks.settle(claimed, outcome({ status: 'failed', runAt: null, ...changes }));
      };
      await end(before);
      expect(await store.webhooks.findDelivery(before.id)).toMatchObject({ answer: 'Oh “no”' });
      await store.erasures.erase(unit.id, { erasedAt: later(1), erasedBy: null, reason: 'r' });
      await end(during, { attemptedAt: later(2) });
      for (const { id } of [before, during])
        expect(await store.webhooks.findDelivery(id)).toMatchObject({
          statusCode: 500,
          answer: null,
          error: outcome().error,
        });
      await end(after, { attemptedAt: later(3_600_000) });
      expect(await store.webhooks.findDelivery(after.id)).toMatchObject({ answer: 'Oh “no”' });
    });
  });
}
