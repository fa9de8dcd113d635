import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { confidence } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';
import { post, run, startProcess, temporaryFolder } from '../process.ts';
import { type Answer, allTransports, events, socketClient, take, transports } from './clients.ts';

const confirm = (server: TestServer, id: string, by: string) =>
  server.store.units.confirm(id, by, new Date(), confidence.confirmed);

/** A subscription that has begun: it was told of an event. */
async function begun(server: TestServer, answers: AsyncIterator<Answer>, id: string): Promise<void> {
  let isTold = false;
  const first = take(answers, 1).finally(() => {
    isTold = true;
  });
  while (!isTold) {
    await confirm(server, id, 'ann');
    await Promise.race([first, delay(50)]);
  }
  await first;
}

/** How the answers end: the codes of errors, or of the WebSocket. */
async function ending(answers: AsyncIterator<Answer>): Promise<unknown> {
  try {
    for (;;) {
      const { done, value } = await answers.next();
      if (done) return 'completed';
      if (value.errors) return value.errors[0]?.extensions.code;
    }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    return code ?? message;
  }
}

/** A WebSocket without a client's protocol. */
function open(server: TestServer, protocol = 'graphql-transport-ws', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, protocol, { headers });
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
    socket.once('error', () => resolve(0));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  return { socket, closed };
}

const init = (payload?: object) => JSON.stringify({ type: 'connection_init', payload });

describe.each(allTransports)('a connection over %s', (transport) => {
  it('is refused beyond as many as one caller may have', async () => {
    await using server = await startServer({ CQ_MAX_LIVE_CONNECTIONS_PER_CALLER: '1' });
    const { reviewer, member } = server.people;
    const { id } = await server.unit();
    const connect = (credential: string) => transports[transport](server.url, credential);
    const [one, two, other] = [connect(reviewer.token), connect(reviewer.key), connect(member.token)];
    const answers = one.iterate({ query: events });
    await begun(server, answers, id);
    const refused = transport === 'WebSocket' ? 4429 : 'Server responded with 429: Too Many Requests';
    expect(await ending(two.iterate({ query: events }))).toBe(refused);
    const others = other.iterate({ query: events });
    await begun(server, others, id);
    for (const each of [answers, others]) await each.return?.();
    for (const client of [one, two, other]) await client[Symbol.asyncDispose]();
    // whose connection has ended may have another one
    await using again = transports[transport](server.url, reviewer.token);
    await expect
      .poll(async () => {
        const next = again.iterate({ query: 'subscription { reviewQueueChanged { count } }' });
        const { value } = await next.next().catch(() => ({ value: null }));
        await next.return?.();
        return value?.data?.reviewQueueChanged.count;
      })
      .toBe(0);
  });

  it('ends when its credentials are revoked', async () => {
    await using server = await startServer();
    const { reviewer, member } = server.people;
    const { id } = await server.unit();
    await using client = transports[transport](server.url, member.key);
    await using signedIn = transports[transport](server.url, reviewer.token);
    const [answers, others] = [client.iterate({ query: events }), signedIn.iterate({ query: events })];
    await begun(server, answers, id);
    await begun(server, others, id);
    const { viewer } = await server.query('{ viewer { apiKeys { nodes { id } } } }', {}, member.token);
    await server.query(
      'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }',
      { id: viewer.apiKeys.nodes[0].id },
      member.token,
    );
    expect(await ending(answers)).toBe(transport === 'WebSocket' ? 4403 : 'UNAUTHENTICATED');
    await begun(server, others, id);
    await server.query(
      'mutation ($id: ID!) { setUserRole(input: { id: $id, role: MEMBER }) { user { id } } }',
      { id: `usr_${reviewer.user.id}` },
      server.people.admin.token,
    );
    expect(await ending(others)).toBe(transport === 'WebSocket' ? 4403 : 'UNAUTHENTICATED');
  });

  it('ends when the server stops, which waits for nobody', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_LOG_LEVEL: 'silent' };
    const running = await startProcess(environment);
    await run(['user', 'add', 'ann', '--role', 'admin', '--password-stdin'], environment, 'correct horse');
    const signIn = 'mutation { signIn(input: { username: "ann", password: "correct horse" }) { token } }';
    const { data } = await post(running.url, signIn);
    await using client = transports[transport](running.url, data.signIn.token);
    const answers = client.iterate({ query: 'subscription { reviewQueueChanged { count } }' });
    await take(answers, 1);
    const ended = ending(answers);
    const { code } = await running.stop();
    expect(code).toBe(0);
    expect(await ended).toBe(transport === 'WebSocket' ? 1001 : 'completed');
  });

  it('is under the limits on operations', async () => {
    await using server = await startServer({ CQ_MAX_QUERY_COST: '50' });
    await using client = transports[transport](server.url, server.people.reviewer.token);
    const costly =
      'subscription { knowledgeEvents { activity { knowledgeUnit { flags(first: 60) { nodes { id } } } } } }';
    const refused = transport === 'WebSocket' ? undefined : 'Server responded with 400: Bad Request';
    const outcome = await ending(client.iterate({ query: costly }));
    if (refused) expect(outcome).toBe(refused);
    else expect(JSON.stringify(outcome ?? '')).not.toBe('"completed"');
  });
});

describe('a client that disconnects while its subscription begins', () => {
  it('has no connection left, and harms nobody', async () => {
    await using server = await startServer({ CQ_MAX_LIVE_CONNECTIONS_PER_CALLER: '1' });
    const { hostname, port } = new URL(server.url);
    const query = encodeURIComponent('subscription { reviewQueueChanged { count } }');
    const request = `GET /graphql?query=${query} HTTP/1.1\r\nhost: ${hostname}:${port}\r\naccept: text/event-stream\r\nauthorization: Bearer ${server.people.reviewer.token}\r\n\r\n`;
    for (let attempt = 0; attempt < 40; attempt++) {
      const socket = connectTcp(Number(port), hostname);
      await new Promise<void>((resolve) => socket.write(request, () => resolve()));
      await delay(attempt % 8);
      socket.destroy();
    }
    await using client = transports['server-sent events'](server.url, server.people.reviewer.token);
    await expect
      .poll(async () => {
        const answers = client.iterate({ query: 'subscription { reviewQueueChanged { count } }' });
        const { value } = await answers.next().catch(() => ({ value: null }));
        await answers.return?.();
        return value?.data?.reviewQueueChanged.count;
      })
      .toBe(0);
  });
});

describe('a WebSocket', () => {
  it('carries queries and mutations too, with numbers as they were written', async () => {
    await using server = await startServer();
    const client = socketClient(server.url, server.people.member.key);
    const [answer] = await take(
      client.iterate({
        query: `mutation ($extensions: JSONObject) {
          proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: "s", detail: "d", action: "a" }, extensions: $extensions }) {
            knowledgeUnit { id }
          }
        }`,
        variables: { extensions: { 'a:b': 1e21 } },
      }),
      1,
    );
    const { id } = (answer as Answer).data.proposeKnowledgeUnit.knowledgeUnit;
    expect((await server.store.units.find(id))?.extensions).toContain('1e+21');
    const [viewer] = await take(client.iterate({ query: '{ viewer { user { username } } }' }), 1);
    expect(viewer).toEqual({ data: { viewer: { user: { username: 'mia' } } } });
    await client.dispose();
  });

  it('is closed with 4403 for credentials that are void, and takes them from the handshake too', async () => {
    await using server = await startServer();
    const { socket, closed } = open(server);
    socket.once('open', () => socket.send(init({ authorization: 'Bearer nonsense' })));
    expect(await closed).toBe(4403);
    const client = socketClient(server.url, undefined, { authorization: `Bearer ${server.people.member.token}` });
    const [viewer] = await take(client.iterate({ query: '{ viewer { user { username } } }' }), 1);
    expect(viewer).toEqual({ data: { viewer: { user: { username: 'mia' } } } });
    await client.dispose();
  });

  it('is refused to pages of other origins than those that are allowed', async () => {
    await using server = await startServer({ CQ_CORS_ORIGIN: 'https://app.example.com' });
    expect(await open(server, undefined, { origin: 'https://evil.example.com' }).closed).toBe(403);
    for (const origin of ['https://app.example.com', server.url]) {
      const { socket, closed } = open(server, undefined, { origin });
      socket.once('open', () => socket.close(1000));
      expect(await closed).toBe(1000);
    }
  });

  it('is refused beyond as many as the server keeps, and with another protocol', async () => {
    await using server = await startServer({ CQ_MAX_LIVE_CONNECTIONS: '0' });
    expect(await open(server).closed).toBe(503);
    await using other = await startServer();
    expect(await open(other, 'graphql-ws').closed).toBe(400);
  });

  it('is closed for a message that is too large, or is none', async () => {
    await using server = await startServer({ CQ_MAX_BODY_BYTES: '1024' });
    const large = open(server);
    large.socket.once('open', () => large.socket.send(init({ authorization: 'x'.repeat(2000) })));
    expect(await large.closed).toBe(1009);
    const none = open(server);
    none.socket.once('open', () => none.socket.send('nonsense'));
    expect(await none.closed).toBe(4400);
  });

  it('runs so many operations at once', async () => {
    await using server = await startServer();
    const client = socketClient(server.url, server.people.reviewer.token);
    const all = Array.from({ length: 21 }, () =>
      client.iterate({ query: 'subscription { reviewQueueChanged { count } }' }),
    );
    const outcomes = await Promise.all(
      all.map((one) =>
        one.next().then(
          ({ value }) => value,
          (errors) => errors,
        ),
      ),
    );
    const refused = outcomes.filter((outcome) => Array.isArray(outcome));
    expect(refused).toMatchObject([[{ extensions: { code: 'RATE_LIMITED' } }]]);
    await client.dispose();
  });
});

describe('a stream of server-sent events', () => {
  it('is refused where it is not asked for', async () => {
    await using server = await startServer();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: events }),
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('is forgotten when the client is gone', async () => {
    await using server = await startServer({ CQ_MAX_LIVE_CONNECTIONS: '1' });
    for (let round = 0; round < 3; round++) {
      const { hostname, port } = new URL(server.url);
      const socket = connectTcp(Number(port), hostname);
      const body = JSON.stringify({ query: 'subscription { knowledgeEvents { cursor } }' });
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
      if (!head.startsWith('HTTP/1.1 200')) round--;
      socket.destroy();
    }
  });
});
