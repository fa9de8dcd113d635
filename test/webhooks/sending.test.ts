import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { switchWebhookOff } from '../../src/domain/webhooks.ts';
import { createAttempt, lockMs } from '../../src/webhooks/attempt.ts';
import { startSending } from '../../src/webhooks/sending.ts';
import { aBench, aWebhook, type Bench, enqueue } from './fixture.ts';
import { type Receiver, startReceiver } from './receiver.ts';

async function aReceiver(): Promise<Receiver> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

function start({ store, clock, options }: Bench) {
  const worker = startSending({ store, clock, log: options.log, attempt: createAttempt(options) });
  onTestFinished(() => worker.stop());
  return worker;
}

const idsIn = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id']?.slice(4)).sort();

async function ended({ store }: Bench, webhookId: string, count: number): Promise<void> {
  while ((await store.webhooks.countDeliveries(webhookId, 'delivered')) < count)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('sending', () => {
  it('sends each delivery once, however many do it', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver()];
    const { webhook } = await aWebhook(bench, receiver.url);
    const ids = await enqueue(
      bench,
      webhook,
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    for (let senders = 0; senders < 3; senders++) start(bench);
    await ended(bench, webhook.id, 40);
    expect(idsIn(receiver)).toEqual(ids.toSorted());
  });

  it('is not held up by a receiver that is slow', async () => {
    const [bench, slow, quick] = [await aBench(), await aReceiver(), await aReceiver()];
    const held: ServerResponse[] = [];
    slow.answer = (_request, response) => void held.push(response);
    const [one, other] = [await aWebhook(bench, slow.url), await aWebhook(bench, quick.url)];
    await enqueue(bench, one.webhook, [1, 2, 3, 4, 5, 6, 7, 8]);
    await enqueue(bench, other.webhook, [1, 2, 3]);
    start(bench);
    await ended(bench, other.webhook.id, 3);
    await slow.count(4);
    // no more of them at once
    expect(slow.received).toHaveLength(4);
    slow.answer = (_request, response) => void response.writeHead(204).end();
    for (const response of held) response.writeHead(204).end();
    await ended(bench, one.webhook.id, 8);
  });

  it('takes up what somebody left who was killed, when the lock has expired', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver()];
    const { webhook } = await aWebhook(bench, receiver.url);
    const [id = ''] = await enqueue(bench, webhook, [1]);
    expect(await bench.store.webhooks.claim(webhook.id, 1, bench.clock.now(), lockMs)).toHaveLength(1);
    start(bench);
    bench.ahead = lockMs - 10_000;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toEqual([]);
    bench.ahead = lockMs + 1;
    await receiver.count(1);
    await ended(bench, webhook.id, 1);
    expect(await bench.store.webhooks.findDelivery(id)).toMatchObject({ attempts: 2 });
  });

  it('leaves out webhooks that are off', async () => {
    const [bench, receiver, other] = [await aBench(), await aReceiver(), await aReceiver()];
    const [off, on] = [await aWebhook(bench, receiver.url), await aWebhook(bench, other.url)];
    await enqueue(bench, off.webhook, [1]);
    await enqueue(bench, on.webhook, [1]);
    await switchWebhookOff(bench.store, `whk_${off.webhook.id}`);
    start(bench);
    await ended(bench, on.webhook.id, 1);
    expect(receiver.received).toEqual([]);
  });

  it('releases what is being sent when it is stopped', async () => {
    const [bench, receiver] = [await aBench(), await aReceiver()];
    receiver.answer = () => {};
    const { webhook } = await aWebhook(bench, receiver.url);
    await enqueue(bench, webhook, [1]);
    const worker = start(bench);
    await receiver.count(1);
    await worker.stop();
    expect(await bench.store.webhooks.due(bench.clock.now())).toEqual([webhook.id]);
  });
});
