import { readFileSync } from 'node:fs';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';

const page = readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const [subscription = '', query = ''] = blocks('graphql');
const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

describe('docs/live.md', () => {
  it('has a query for the state before the first event', async () => {
    expect(await server.query(query)).toMatchObject({
      eventCursor: expect.any(String),
      knowledgeUnits: { nodes: expect.any(Array) },
    });
  });

  const clients = [...page.matchAll(/<!-- client: ([\w -]+) -->\s*```js\n([\s\S]*?)```/g)];
  it.each(clients.map(([, transport = '', code = '']) => [transport, code] as const))(
    'has a client over %s that misses nothing',
    async (transport, code) => {
      const { id } = await server.unit();
      const { eventCursor } = await server.query('{ eventCursor }');
      for (let count = 0; count < 3; count++)
        await server.store.units.confirm(id, 'mia', new Date(), confidence.confirmed);
      const seen: unknown[] = [];
      const enough = new Error('enough');
      const given = {
        url: server.url,
        token: server.people.member.token,
        query: subscription,
        after: eventCursor,
        createClient: transport === 'WebSocket' ? createSocketClient : createSseClient,
        pause: async () => {},
        isLasting: (error: unknown) => error === enough,
        // fails once in between, as a connection would
        told: async ({ activity }: { activity: { type: string } }) => {
          seen.push(activity.type);
          if (seen.length === 2) throw new Error('cut off');
          if (seen.length === 3) throw enough;
        },
      };
      const run = new AsyncFunction(...Object.keys(given), code.replace(/^import .*$/m, ''));
      await expect(run(...Object.values(given))).rejects.toBe(enough);
      expect(seen).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED']);
    },
  );

  it('has as many clients as transports', () => {
    expect(clients.map(([, transport]) => transport)).toEqual(['server-sent events', 'WebSocket']);
  });

  it('has a command that is told of events', async () => {
    const [command = ''] = blocks('sh');
    const body = /-d '(.*)'/.exec(command)?.[1] ?? '';
    const headers = Object.fromEntries(
      [...command.matchAll(/-H '([\w-]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await response.body?.cancel();
  });
});
