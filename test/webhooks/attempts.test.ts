import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rotateWebhookSecret, switchWebhookOn } from '../../src/domain/webhooks.ts';
import { DocumentError } from '../../src/webhooks/payloads.ts';
import { aBench, attemptAt, aWebhook, enqueue, payloads, secrets } from './fixture.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const hour = 3_600_000;

async function aReceiver(status = 204, headers: Record<string, string> = {}): Promise<Receiver> {
  const receiver = await startReceiver();
  receiver.answer = (_request, response) => void response.writeHead(status, headers).end();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

describe('an attempt', () => {
  it('is signed as the Standard Webhooks specification says', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver()];
    const { webhook, secret } = await aWebhook(bench, receiver.url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const [id = ''] = await enqueue(bench, webhook, [7]);
    expect(await attemptAt(bench, id)).toMatchObject({
      status: 'delivered',
      attempts: 1,
      statusCode: 204,
      error: null,
    });
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    expect(body).toBe(
      '{"type":"knowledgeEvents","timestamp":"2026-03-01T12:00:00.000Z","data":{"entry":7,"exact":1.0}}',
    );
    expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toMatchObject({ data: { entry: 7 } });
    expect(() => new Verifier(secret).verify(`${body} `, headers as Record<string, string>)).toThrow('No matching');
    expect(headers).toMatchObject({
      ...{ 'webhook-id': `whd_${id}`, 'content-type': 'application/json', 'user-agent': 'cq-server/1.2.3' },
    });
  });

  it('is signed with the secret before too, for a day', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver()];
    const { webhook, secret: before } = await aWebhook(bench, receiver.url);
    const { secret: after } = await rotateWebhookSecret(bench.store, secrets, `whk_${webhook.id}`, {
      now: bench.clock.now(),
    });
    const verify = (secret: string, at: number) => {
      const { body, headers } = receiver.received[at] as Receiver['received'][number];
      return () => new Verifier(secret).verify(body, headers as Record<string, string>);
    };
    const [one = ''] = await enqueue(bench, webhook, [1]);
    await attemptAt(bench, one);
    expect(receiver.received[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [before, after]) expect(verify(secret, 0)).not.toThrow();
    bench.ahead = 25 * hour;
    const [two = ''] = await enqueue(bench, webhook, [2]);
    await attemptAt(bench, two);
    expect(receiver.received[1]?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  });

  it('is made again after a while that grows, for a day', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(500)];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    const pauses: number[] = [];
    let delivery = await attemptAt(bench, id);
    expect(delivery).toMatchObject({ status: 'waiting', statusCode: 500, error: 'The receiver answered 500.' });
    while (delivery.runAt) {
      const pause = delivery.runAt.getTime() - bench.clock.now().getTime();
      pauses.push(Math.round(pause / 1000));
      bench.ahead += pause;
      delivery = await attemptAt(bench, id);
    }
    expect(pauses).toEqual([5, 15, 45, 135, 405, 1215, 3645, 10935, 18000, 18000, 18000]);
    expect(delivery).toMatchObject({ status: 'failed', attempts: 12, runAt: null });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`whd_${id}`]));
    expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ offSince: null });
  });

  it('waits as long as the receiver asks for', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(429, { 'retry-after': '600' })];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    const { runAt } = await attemptAt(bench, id);
    expect(Math.round(((runAt?.getTime() ?? 0) - bench.clock.now().getTime()) / 1000)).toBe(600);
  });

  it('says that redirects are not followed', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(308, { location: 'http://127.0.0.1:1/' })];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({
      ...{ status: 'waiting', statusCode: 308 },
      error: 'The receiver answered 308: redirects are not followed, write the URL that it leads to.',
    });
  });

  it('goes nowhere private, also where a name leads there later', async () => {
    const addresses = ['93.184.215.14', '127.0.0.1'];
    const resolve = async () => [{ address: addresses.pop() ?? '', family: 4 }];
    const bench = await aBench({ reachable: { http: true, networks: [] }, resolve });
    const { webhook } = await aWebhook(bench, 'http://hooks.example/');
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({
      statusCode: null,
      error: expect.stringContaining('hooks.example leads to 127.0.0.1: it is not an address of the public internet'),
    });
  });

  it('is not made where there is nothing to send any more', async () => {
    const receiver = await aReceiver();
    const bench = await aBench({ payloads: { ...payloads, payloadOf: async () => null } });
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({ status: 'skipped', statusCode: null, runAt: null });
    expect(receiver.received).toEqual([]);
  });

  it('that is cut off by the end of the server is made again at once, and is no failure', async () => {
    const [bench, receiver, stop] = [await aBench(), await aReceiver(), new AbortController()];
    receiver.answer = () => stop.abort();
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    const delivery = await attemptAt(bench, id, stop.signal);
    expect(delivery).toMatchObject({ status: 'waiting', error: null });
    expect(await bench.store.webhooks.due(bench.clock.now())).toEqual([webhook.id]);
    expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ failingSince: null });
  });

  it('fails where the secret cannot be read any more', async () => {
    const receiver = await aReceiver();
    const bench = await aBench({ secrets: { ...secrets, apiKeyPepper: 'q'.repeat(32) } });
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({ error: expect.stringContaining('CQ_API_KEY_PEPPER') });
    expect(receiver.received).toEqual([]);
  });
});

describe('a webhook is switched off', () => {
  const entriesOf = async ({ store }: Awaited<ReturnType<typeof aBench>>) =>
    (await store.audit.list({ actions: ['webhook.switchedOff'] }, { limit: 9 })).items.map(({ actorKind, details }) => [
      actorKind,
      details,
    ]);

  it('when every attempt has failed for three days, and is told', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(503)];
    const { webhook } = await aWebhook(bench, receiver.url);
    for (const [at, reason] of [
      [0, null],
      [71 * hour, null],
      [73 * hour, 'failing'],
    ] as const) {
      bench.ahead = at;
      const [id = ''] = await enqueue(bench, webhook, [1]);
      await attemptAt(bench, id);
      expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ offReason: reason });
    }
    expect(await entriesOf(bench)).toEqual([['server', '{"reason":"failing"}']]);
    expect(bench.warnings).toMatchObject([{ webhook: `whk_${webhook.id}`, reason: 'failing' }]);
  });

  it('not when one has succeeded meanwhile', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(503)];
    const { webhook } = await aWebhook(bench, receiver.url);
    const statuses = [503, 204, 503];
    for (const [at, status] of statuses.entries()) {
      receiver.answer = (_request, response) => void response.writeHead(status).end();
      bench.ahead = at * 40 * hour;
      const [id = ''] = await enqueue(bench, webhook, [1]);
      await attemptAt(bench, id);
    }
    expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ offSince: null });
  });

  it('when the receiver wants no more', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver(410)];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({ status: 'failed', statusCode: 410 });
    expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ offReason: 'gone' });
  });

  it.each(['suspended', 'closed', 'no administrator any more'])(
    'when its owner is %s; what waits goes on later',
    async (now) => {
      const [bench, receiver] = [await aBench(), await aReceiver()];
      const { store, owner } = bench;
      const { webhook } = await aWebhook(bench, receiver.url);
      const [id = ''] = await enqueue(bench, webhook, [1]);
      const mark = { at: new Date(), by: 'zoe', reason: 'r' };
      if (now === 'suspended') await store.users.suspend(owner.id, mark);
      else if (now === 'closed') await store.users.close(owner.id, mark);
      else await store.users.setRole(owner.id, 'member');
      expect(await attemptAt(bench, id)).toMatchObject({ status: 'waiting' });
      expect(await store.webhooks.find(webhook.id)).toMatchObject({ offReason: 'owner', failingSince: null });
      expect(receiver.received).toEqual([]);
      const zoe = (await store.users.findByName('zoe')) ?? undefined;
      await switchWebhookOn(store, `whk_${webhook.id}`, zoe && { owner: zoe });
      expect(await attemptAt(bench, id)).toMatchObject({ status: 'delivered' });
    },
  );

  it('when its subscription does not fit the schema any more', async () => {
    const payloadOf = async () => Promise.reject(new DocumentError('no'));
    const [bench, receiver] = [await aBench({ payloads: { ...payloads, payloadOf } }), await aReceiver()];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await attemptAt(bench, id)).toMatchObject({ status: 'waiting' });
    expect(await bench.store.webhooks.find(webhook.id)).toMatchObject({ offReason: 'document' });
  });
});
