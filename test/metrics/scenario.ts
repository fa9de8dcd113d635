import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { inject, vi } from 'vitest';
import { StatsDocument } from '../../src/client/index.ts';
import { type Person, password, startServer, type TestServer } from '../harness.ts';
import { events, take, transports } from '../live/clients.ts';
import { temporaryFolder } from '../process.ts';
import { call } from '../rest/client.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { readScrape, type Scrape } from './text-format.ts';

/** A server with metrics at an address of their own, on a file where it is on SQLite. */
export async function startMeasured(environment: Record<string, string> = {}): Promise<TestServer> {
  const folder = inject('serversOn') === 'sqlite' ? temporaryFolder() : null;
  const server = await startServer({
    ...(folder && { CQ_DB_PATH: folder.file('cq.db') }),
    CQ_METRICS_PORT: '0',
    ...environment,
  });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder?.[Symbol.dispose]();
    },
  };
}

export async function scrape({ metricsUrl }: TestServer): Promise<Scrape> {
  // one text serves all who ask within a quarter of a second
  await delay(260);
  const response = await fetch(metricsUrl ?? '');
  return readScrape(await response.text());
}

/** Configuration with which `useEverything` finds all that it uses. */
export const everything = {
  CQ_EMBEDDING_PROVIDER: 'hash',
  CQ_WEBHOOK_HTTP: 'on',
  CQ_WEBHOOK_NETWORKS: '127.0.0.0/8',
  CQ_RATE_LIMIT: '20000',
  CQ_MAX_CONCURRENT_REQUESTS: '4',
  CQ_MAX_QUEUED_REQUESTS: '1',
};

/** Uses all that metrics tell of: every door, sign-ins, a webhook, subscriptions, embeddings, refused points, failed statements. */
export async function useEverything(server: TestServer): Promise<void> {
  const { admin, member } = server.people;
  await signInAs(server, member, password);
  await signInAs(server, member, 'a wrong password');
  await server.send({ query: String(StatsDocument) });
  await server.send({ query: 'query Mine { __typename }' });
  await call(server, { path: '/health' });
  await call(server, {
    path: '/review/ku_00000000000000000000000000000000',
    credential: server.people.reviewer.token,
  });
  await call(server, { path: '//livez' });
  await call(server, { path: '//schema.graphql' });
  await call(server, { path: '//nothing' });
  await callTool(server, 'status', {}, member.key);
  await send(server, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, member.key);
  await spendAll(server, admin);
  await overload(server);
  await fail(server);
  await receive(server);
  await subscribe(server, 'server-sent events');
  await subscribe(server, 'WebSocket');
}

const signInAs = (server: TestServer, { user }: Person, given: string) =>
  server.send({
    query: 'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { message } } }',
    variables: { input: { username: user.username, password: given } },
  });

export const send = (server: TestServer, message: object, credential?: string): Promise<Response> =>
  fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(credential && { authorization: `Bearer ${credential}` }),
    },
    body: JSON.stringify(message),
  });

export const callTool = (server: TestServer, name: string, args: object, credential?: string): Promise<Response> =>
  send(server, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }, credential);

/** More requests than the server takes, while the database answers none. */
async function overload(server: TestServer): Promise<void> {
  const gate = Promise.withResolvers<void>();
  const held = vi.spyOn(server.store.units, 'findMany').mockImplementation(async (ids) => {
    await gate.promise;
    return ids.map(() => null);
  });
  const query = '{ node(id: "ku_00000000000000000000000000000001") { id } }';
  const answers = Array.from({ length: 40 }, () => server.send({ query }));
  // only those that are refused are answered
  const first = await Promise.race(answers);
  gate.resolve();
  await Promise.all(answers);
  held.mockRestore();
  if (first.status !== 503) throw new Error(`the first answer was ${first.status}`);
}

/** Has the database refuse a statement: there is no such account. */
async function fail({ store }: TestServer): Promise<void> {
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + 60_000)];
  const invitation = { id: 'f'.repeat(32), userId: 999_999, tokenHash: 'f'.repeat(64), username: null };
  await store.invitations.insert({ ...invitation, role: 'member', createdAt, expiresAt }, 200).then(
    () => Promise.reject(new Error('it was taken')),
    () => {},
  );
}

/** Until the points of a minute are used up. */
async function spendAll(server: TestServer, { token }: Person): Promise<void> {
  const query = '{ knowledgeUnits(first: 100) { nodes { id revisions(first: 30) { nodes { version } } } } }';
  for (let spent = 0; spent < 100; spent++)
    if ((await server.send({ query }, token)).body.errors?.[0].extensions.code === 'RATE_LIMITED') return;
  throw new Error('there is no end of points');
}

const document = 'subscription { knowledgeEvents { activity { type knowledgeUnit { id } } } }';

/** Has a webhook sent what is proposed. */
async function receive(server: TestServer): Promise<void> {
  await using receiver = await startReceiver();
  const other = await server.addPerson('eve', 'admin');
  const { createWebhook } = await server.query(
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } userErrors { message } } }',
    { input: { name: 'ours', url: receiver.url, document } },
    other.token,
  );
  await propose(server);
  await receiver.count(1);
  if (!createWebhook.webhook) throw new Error(JSON.stringify(createWebhook));
}

async function subscribe(server: TestServer, transport: keyof typeof transports): Promise<void> {
  const { eventCursor } = await server.query('{ eventCursor }');
  await using client = transports[transport](server.url, server.people.reviewer.token);
  const answers = client.iterate({ query: events, variables: { after: eventCursor } });
  await propose(server);
  await take(answers, 1);
}

let proposals = 0;

/** Proposes a lesson that is like no other. */
async function propose(server: TestServer): Promise<void> {
  proposals++;
  const { proposeKnowledgeUnit } = await server.query(
    `mutation ($text: String!) {
       proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: $text, detail: $text, action: $text } }) {
         userErrors { message } } }`,
    { text: createHash('sha256').update(String(proposals)).digest('hex').replaceAll(/\d/g, ' ') },
    server.people.member.token,
  );
  if (proposeKnowledgeUnit.userErrors.length > 0) throw new Error(JSON.stringify(proposeKnowledgeUnit));
}
