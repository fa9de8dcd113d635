import { setTimeout as delay } from 'node:timers/promises';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import { campaign } from '../campaign.ts';
import { post, type Running, run, startProcess } from '../process.ts';
import { engines } from '../processes/start-databases.ts';
import { startReceiver } from './receiver.ts';

const [events, kills] = campaign([40, 2], [400, 20]) as [number, number];

const document = `subscription {
  knowledgeEvents(filter: { types: [PROPOSED] }) { activity { knowledgeUnit { id } } }
}`;
const propose = `mutation ($summary: String!) {
  proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: $summary, detail: "d", action: "a" } }) { knowledgeUnit { id } }
}`;

describe.for(Object.entries(engines))('webhooks of two processes on %s', ([, create]) => {
  it('are sent each event once, and none is lost when processes are killed', async () => {
    await using resources = new AsyncDisposableStack();
    const { environment } = resources.use(await create());
    const receiver = resources.use(await startReceiver());
    const all = {
      ...{ CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32), ...environment },
      ...{ CQ_LOG_LEVEL: 'silent', CQ_RATE_LIMIT: '0', CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' },
    };
    await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], all, 'a long password');
    const key = (await run(['api-key', 'create', '--user', 'ann', '--name', 'k'], all)).stdout.trim();
    const store = await openStore(readConfig(all).database, { migrate: false });
    resources.defer(() => store.close());
    const running: Running[] = [];
    resources.defer(async () => void (await Promise.all(running.map((server) => server.stop('SIGKILL')))));
    for (let server = 0; server < 2; server++) running.push(await startProcess(all));
    const token = await signIn(running[0] as Running);
    const input = { name: 'ours', url: receiver.url, document };
    const createWebhook =
      'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret webhook { id } } }';
    const { data } = await post((running[0] as Running).url, createWebhook, { input }, token);
    const { secret, webhook } = data.createWebhook;

    /** The units that were proposed, and answered for. */
    const answered: string[] = [];
    async function proposeTo(server: Running | undefined): Promise<void> {
      try {
        const { data } = await post(server?.url ?? '', propose, { summary: `Lesson ${answered.length}` }, key);
        answered.push(data.proposeKnowledgeUnit.knowledgeUnit.id);
      } catch {
        // the process was killed before it answered
      }
    }
    const unitIn = ({ body }: { body: string }): string =>
      JSON.parse(body).data.knowledgeEvents.activity.knowledgeUnit.id;
    const sent = () => receiver.received.map(unitIn);
    const missing = () => {
      const all = new Set(sent());
      return answered.filter((id) => !all.has(id));
    };

    for (let event = 0; event < events; event++) await proposeTo(running[event % 2]);
    while (missing().length > 0) await delay(20);
    expect(sent().toSorted()).toEqual(answered.toSorted());

    // what a killed process was sending has its lock for a minute: here it has passed
    const passed = async () => {
      const { items } = await store.webhooks.deliveries(webhook.id.slice(4), 'waiting', { limit: 500 });
      for (const { id } of items) {
        const claimed = await store.webhooks.claimOne(id, store.now(), 0);
        if (claimed)
          await store.webhooks.settle(claimed, { ...released, attemptedAt: store.now(), runAt: store.now() });
      }
    };
    receiver.answer = (_request, response) => void setTimeout(() => response.writeHead(204).end(), 20);
    for (let kill = 0; kill < kills; kill++) {
      const at = kill % 2;
      const busy = Array.from({ length: 10 }, (_, event) => proposeTo(running[event % 2]));
      // after a while that is another one each time
      await delay(5 * kill);
      const killed = running[at]?.stop('SIGKILL');
      await Promise.all([...busy, killed]);
      running[at] = await startProcess(all);
    }
    // of those that were not answered for too, which may have been carried out
    const hook = webhook.id.slice(4);
    const isSent = async () =>
      missing().length === 0 && (await store.webhooks.countDeliveries(hook, null)) === new Set(sent()).size;
    for (let looked = 0; !(await isSent()); looked++) {
      if (looked % 50 === 49) await passed();
      await delay(100);
    }
    for (const { body, headers } of receiver.received)
      expect(() => new Verifier(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    // one delivery for each event, however often it was attempted: there are as many as events
    const ids = new Map(receiver.received.map((request) => [unitIn(request), request.headers['webhook-id']]));
    for (const request of receiver.received) expect(request.headers['webhook-id']).toBe(ids.get(unitIn(request)));
  });
});

const released = { status: 'waiting', durationMs: null, statusCode: null, error: null, answer: null } as const;

async function signIn({ url }: Running): Promise<string> {
  const query =
    'mutation { signIn(input: { username: "ann", password: "a long password" }) { token userErrors { message } } }';
  return (await post(url, query)).data.signIn.token;
}
