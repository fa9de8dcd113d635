import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { campaign } from '../campaign.ts';
import { createDatabase } from '../postgres/databases.ts';
import { post, type Running, run, startProcess, temporaryFolder } from '../process.ts';
import { type Answer, allTransports, type Transport, transports } from './clients.ts';

/** What a subscriber was told, whichever process told it: the numbers of events, in their order. */
interface Subscriber {
  readonly told: readonly number[];
  stop(): Promise<void>;
}

const query = `subscription ($after: String) { knowledgeEvents(after: $after, filter: { types: [CONFIRMED] }) { cursor activity { id } } }`;

/** Follows over one transport, and goes on from the last cursor with the next process whenever a stream ends, for whichever reason. */
function follow(urls: () => readonly string[], after: string, transport: Transport, credential: string): Subscriber {
  const told: number[] = [];
  const stopped = new AbortController();
  let [cursor, turn] = [after, 0];
  let answers: AsyncIterator<Answer> | undefined;
  const following = (async () => {
    while (!stopped.signal.aborted) {
      const all = urls();
      await using client = transports[transport](all[turn++ % all.length] ?? '', credential);
      try {
        answers = client.iterate({ query, variables: { after: cursor } });
        for (;;) {
          const { done, value } = await answers.next();
          if (done || value.errors) break;
          cursor = value.data.knowledgeEvents.cursor;
          told.push(Number(value.data.knowledgeEvents.activity.id.slice(4)));
        }
      } catch {
        // the process is gone
      }
      await delay(20);
    }
  })();
  return {
    told,
    async stop() {
      stopped.abort();
      await answers?.return?.();
      await following;
    },
  };
}

const databases = {
  'one SQLite file': async (resources: AsyncDisposableStack) => {
    const folder = resources.use(temporaryFolder());
    return { processes: 2, environment: { CQ_DB_PATH: folder.file('cq.db') }, breakConnections: async () => {} };
  },
  PostgreSQL: async (resources: AsyncDisposableStack) => {
    const database = resources.use(await createDatabase());
    return {
      processes: 3,
      environment: { CQ_DATABASE_URL: database.url },
      breakConnections: async () => {
        await database.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
      },
    };
  },
};

const [count, kills] = campaign([60, 1], [10_000, 12]) as [number, number];

describe.each(Object.entries(databases))('subscribers of several processes on %s', (_name, open) => {
  it('are told each event once and in order, through processes that are killed', async () => {
    await using resources = new AsyncDisposableStack();
    const { processes, environment, breakConnections } = await open(resources);
    const all = {
      ...environment,
      ...{ CQ_LOG_LEVEL: 'silent', CQ_RATE_LIMIT: '0' },
      ...{ CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) },
    };
    const running: Running[] = [];
    resources.defer(async () => void (await Promise.all(running.map((one) => one.stop('SIGKILL')))));
    for (let index = 0; index < processes; index++) running.push(await startProcess(all));
    await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], all, 'correct horse');
    const { data } = await post(
      running[0]?.url ?? '',
      'mutation { signIn(input: { username: "ann", password: "correct horse" }) { token } }',
    );
    const { token } = data.signIn;
    const any = () => running[Math.floor(Math.random() * running.length)]?.url ?? '';
    const send = async (text: string, variables = {}) => {
      for (;;) {
        const body = await post(any(), text, variables, token).catch(() => null);
        if (body?.data && !body.errors) return body.data;
        await delay(20);
      }
    };
    const { proposeKnowledgeUnit } = await send(
      `mutation { proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }`,
    );
    const { id } = proposeKnowledgeUnit.knowledgeUnit;
    const { eventCursor } = await send('{ eventCursor }');
    await send('mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }', { id });
    const urls = () => running.map(({ url }) => url);
    const subscribers = [...allTransports, ...allTransports].map((transport, index) =>
      follow(() => [...urls().slice(index % processes), ...urls()], eventCursor, transport, token),
    );
    let confirmed = 0;
    const confirm = async (writer: number) => {
      for (let index = writer; index < count; index += 4) {
        await send('mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { knowledgeUnit { id } } }', { id });
        confirmed++;
      }
    };
    const writing = Promise.all([0, 1, 2, 3].map(confirm));
    for (let kill = 1; kill <= kills; kill++) {
      while (confirmed < (count * kill) / (kills + 1)) await delay(20);
      const [victim] = running.splice(kill % running.length, 1);
      await victim?.stop('SIGKILL');
      await breakConnections();
      running.push(await startProcess(all));
    }
    await writing;
    const seen = () => Math.min(...subscribers.map(({ told }) => told.length));
    // one that was carried out as its process was killed was sent again
    while (seen() < count) await delay(50);
    const longest = () => subscribers.map(({ told }) => told.length);
    await expect.poll(() => new Set(longest()).size, { timeout: 60_000 }).toBe(1);
    for (const { told } of subscribers) {
      expect(new Set(told).size).toBe(told.length);
      expect(told).toEqual(subscribers[0]?.told);
    }
    for (const subscriber of subscribers) await subscriber.stop();
  });
});
