import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { switchWebhookOff, switchWebhookOn } from '../../src/domain/webhooks.ts';
import type { UnitEvent } from '../../src/store/store.ts';
import { startEnqueuing } from '../../src/webhooks/enqueuing.ts';
import { DocumentError } from '../../src/webhooks/payloads.ts';
import { aProposal } from '../store/conformance/fixture.ts';
import { aBench, aWebhook, type Bench, enqueue, payloads } from './fixture.ts';

function start({ store, clock, options }: Bench, name: 'events' | 'audit_log' = 'events') {
  const { payloads, log: logger } = options;
  const worker = startEnqueuing(name, { store, clock, payloads, logger, onAdded: () => {} });
  onTestFinished(() => worker.stop());
  return worker;
}

/** Something happens; answers the unit that it happens to. */
const happen = async ({ store, clock }: Bench) => (await store.units.propose(aProposal(), clock.now())).id;

async function until(passes: () => Promise<boolean>): Promise<void> {
  while (!(await passes())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Waits until a log is read from somewhere. */
const begun = ({ store }: Bench, name: 'events' | 'audit_log' = 'events') =>
  until(async () => (await store.webhooks.placeIn(name)) !== null);

async function unitsFor({ store }: Bench, webhookId: string): Promise<string[]> {
  const { items } = await store.webhooks.deliveries(webhookId, null, { limit: 100 });
  const events = await store.events.findMany(items.map(({ entryId }) => entryId ?? 0));
  return events.flatMap((event) => (event ? [event.unitId] : [])).sort();
}

describe('queuing deliveries', () => {
  it('adds one for each event from when the webhook is there, whoever reads the log', async () => {
    const bench = await aBench();
    await happen(bench);
    for (let readers = 0; readers < 3; readers++) start(bench);
    await begun(bench);
    await happen(bench);
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    const after: string[] = [];
    for (let events = 0; events < 250; events++) after.push(await happen(bench));
    await until(async () => (await bench.store.webhooks.countDeliveries(webhook.id, null)) >= 250);
    const places = new Set(
      (await bench.store.webhooks.deliveries(webhook.id, null, { limit: 500 })).items.map((each) => each.entryId),
    );
    expect(places.size).toBe(250);
    expect(await bench.store.webhooks.countDeliveries(webhook.id, null)).toBe(250);
  });

  it('tells a webhook of what happens right after it is made, also while those that are on are being looked up', async () => {
    const bench = await aBench();
    const { webhook: first } = await aWebhook(bench, 'http://127.0.0.1:1/');
    start(bench);
    await begun(bench);
    await happen(bench);
    await until(async () => (await unitsFor(bench, first.id)).length === 1);
    const { webhooks } = bench.store;
    const active = webhooks.active.bind(webhooks);
    const made = Promise.withResolvers<{ readonly id: string; readonly unit: string }>();
    vi.spyOn(webhooks, 'active').mockImplementationOnce(async () => {
      const found = await active();
      bench.ahead += 1000;
      const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
      made.resolve({ id: webhook.id, unit: await happen(bench) });
      return found;
    });
    const { id, unit } = await made.promise;
    await until(async () => (await unitsFor(bench, first.id)).length === 2);
    expect(await unitsFor(bench, id)).toEqual([unit]);
  });

  it('goes on from where the last process has left off', async () => {
    const bench = await aBench();
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    const first = start(bench);
    await begun(bench);
    const one = await happen(bench);
    await until(async () => (await unitsFor(bench, webhook.id)).length === 1);
    await first.stop();
    const two = await happen(bench);
    start(bench);
    await until(async () => (await unitsFor(bench, webhook.id)).length === 2);
    expect(await unitsFor(bench, webhook.id)).toEqual([one, two].sort());
  });

  it('leaves out what is not told, and what happened while the webhook was off', async () => {
    const told = new Set<string>();
    const bench = await aBench({
      payloads: {
        ...payloads,
        isTold: async (_webhook, _owner, { entry }) => told.has((entry.entry as UnitEvent).unitId),
      },
    });
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    start(bench);
    await begun(bench);
    await happen(bench);
    await switchWebhookOff(bench.store, `whk_${webhook.id}`);
    told.add(await happen(bench));
    bench.ahead += 1000;
    await switchWebhookOn(bench.store, `whk_${webhook.id}`, { now: bench.clock.now() });
    bench.ahead += 1000;
    const proposal = aProposal();
    told.add(proposal.id);
    await bench.store.units.propose(proposal, bench.clock.now());
    await until(async () => (await unitsFor(bench, webhook.id)).length > 0);
    expect(await unitsFor(bench, webhook.id)).toEqual([proposal.id]);
  });

  it('watches the log only while there is a webhook to send to', async () => {
    const bench = await aBench();
    const watch = vi.spyOn(bench.store.logs, 'watch');
    const worker = start(bench);
    await begun(bench);
    for (let events = 0; events < 3; events++) await happen(bench);
    expect(watch).not.toHaveBeenCalled();
    await aWebhook(bench, 'http://127.0.0.1:1/');
    worker.wake();
    await until(async () => watch.mock.calls.length > 0);
    expect(watch).toHaveBeenCalledOnce();
  });

  it('reads the audit log for those that are about it', async () => {
    const bench = await aBench({
      payloads: { ...payloads, typeOf: () => ({ type: 'auditLogged', log: 'audit_log' }) },
    });
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    start(bench, 'audit_log');
    start(bench, 'events');
    await begun(bench, 'audit_log');
    await happen(bench);
    const other = await aWebhook(bench, 'http://127.0.0.1:1/');
    await until(async () => (await bench.store.webhooks.countDeliveries(webhook.id, null)) > 0);
    const { items } = await bench.store.webhooks.deliveries(webhook.id, null, { limit: 9 });
    const entry = await bench.store.audit.find(items[0]?.entryId ?? 0);
    expect(entry).toMatchObject({ action: 'webhook.created', target: `whk_${other.webhook.id}` });
    expect(items).toMatchObject([{ log: 'audit_log', type: 'auditLogged' }]);
  });

  it.each([
    ['owner', async ({ store, owner }: Bench) => void (await store.users.setRole(owner.id, 'member'))],
    ['document', async () => {}],
  ] as const)('switches off what cannot be sent: %s', async (reason, spoil) => {
    const failing = async () => Promise.reject(new DocumentError('no'));
    const bench = await aBench(reason === 'document' ? { payloads: { ...payloads, isTold: failing } } : {});
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    start(bench);
    await begun(bench);
    await spoil(bench);
    await happen(bench);
    await until(async () => (await bench.store.webhooks.find(webhook.id))?.offReason === reason);
    expect(bench.warnings).toMatchObject([{ webhook: `whk_${webhook.id}`, reason }]);
  });

  it('switches off a webhook for which too much waits', async () => {
    const bench = await aBench();
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    start(bench);
    await begun(bench);
    // so that nobody reads the log meanwhile
    const place = await bench.store.webhooks.placeIn('events');
    await bench.store.transaction(async (tx) => {
      await enqueue(
        { ...bench, store: tx },
        webhook,
        Array.from({ length: 10_000 }, (_, n) => n + 1),
      );
      await tx.webhooks.advance('events', await tx.webhooks.placeIn('events'), place ?? '', []);
    });
    await happen(bench);
    await until(async () => (await bench.store.webhooks.find(webhook.id))?.offReason === 'backlog');
  });

  it('goes on from now where the database is another one', async () => {
    const bench = await aBench();
    const { webhook } = await aWebhook(bench, 'http://127.0.0.1:1/');
    await bench.store.webhooks.advance(
      'events',
      null,
      JSON.stringify({ epoch: 'ffffffff', transaction: 0, id: 1, at: null, open: [] }),
      [],
    );
    await happen(bench);
    start(bench);
    await until(async () => !((await bench.store.webhooks.placeIn('events')) ?? '').includes('ffffffff'));
    const after = await happen(bench);
    await until(async () => (await unitsFor(bench, webhook.id)).length > 0);
    expect(await unitsFor(bench, webhook.id)).toEqual([after]);
    expect(bench.warnings).toMatchObject([{ log: 'events' }]);
  });
});
