import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import WebSocket from 'ws';
import * as clientDocuments from '../../src/client/documents.generated.ts';
import { sha256 } from '../../src/graphql/trusted-documents.ts';
import { embeddings } from '../../src/observations/embedding.ts';
import { jobs } from '../../src/observations/job.ts';
import { operations } from '../../src/observations/operation.ts';
import { requests } from '../../src/observations/request.ts';
import { statements } from '../../src/observations/statement.ts';
import { webhookAttempts } from '../../src/observations/webhook.ts';
import { startServer, type TestServer } from '../harness.ts';
import { allTransports, events, take, transports } from '../live/clients.ts';
import { clients } from '../mcp/clients.ts';
import { withVectors } from '../postgres/databases.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { record } from './recorder.ts';

const dialect = inject('serversOn') === 'sqlite' ? 'sqlite' : 'postgresql';

const vectors = dialect === 'postgresql' ? await withVectors() : {};

const told = {
  ...{ requests: record(requests), operations: record(operations), statements: record(statements) },
  ...{ embeddings: record(embeddings), webhooks: record(webhookAttempts), jobs: record(jobs) },
};
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    ...{ CQ_EMBEDDING_PROVIDER: 'hash', CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' },
  });
  await server.unit({ domains: ['api'] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const each of Object.values(told)) each[Symbol.dispose]();
});
beforeEach(() => {
  for (const each of Object.values(told)) each.length = 0;
});

const search = 'query Find { search(filter: { domains: ["api"] }) { edges { node { id } } } }';
let proposed = 0;

async function propose(): Promise<void> {
  // each another text, since there are embeddings, which find what says the same
  const summary = Array.from({ length: 12 }, (_, at) => `word${++proposed}${at}`).join(' ');
  const { proposeKnowledgeUnit: made } = await server.query(
    `mutation ($summary: String!) {
       proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: $summary, detail: $summary, action: $summary } }) {
         knowledgeUnit { id } userErrors { message } } }`,
    { summary },
    server.people.member.token,
  );
  expect(made.userErrors).toEqual([]);
}

const statementsOf = (message: object | undefined) => told.statements.filter(({ within }) => within === message);

it('a request, its operation and the statements of that are parts of each other', async () => {
  const { headers } = await server.send({ query: search }, server.people.member.key);
  await expect.poll(() => told.requests[0]?.isOver).toBe(true);
  expect([...told.requests]).toMatchObject([
    {
      within: undefined,
      message: {
        ...{ door: 'graphql', method: 'POST', path: '/graphql', route: '/graphql', status: 200 },
        ...{ requestId: headers.get('x-request-id'), isStream: false, isCutOff: false },
        fields: { caller: 'agent mia' },
      },
    },
  ]);
  expect([...told.operations]).toMatchObject([
    {
      within: told.requests[0]?.message,
      isOver: true,
      message: { door: 'graphql', name: 'Find', kind: 'query', hash: sha256(search), isKnown: false, isEvent: false },
    },
  ]);
  expect(told.operations[0]?.message.cost).toBeGreaterThan(0);
  const own = statementsOf(told.operations[0]?.message);
  expect(own.length).toBeGreaterThan(0);
  for (const { message, isOver } of own) {
    expect(message).toMatchObject({ dialect, error: undefined });
    expect(message.name).toMatch(/^(select|words|begin|commit|insert|update|delete)[a-z_ ]*$/);
    expect(message.ms).toBeGreaterThan(0);
    expect(isOver).toBe(true);
  }
  const request = told.requests[0]?.message;
  expect(request?.ms).toBeGreaterThanOrEqual(told.operations[0]?.message.ms ?? Number.POSITIVE_INFINITY);
});

it('a document of the server itself is known, and has its name', async () => {
  await server.send({ query: String(clientDocuments.StatsDocument) }, server.people.member.key);
  const [own] = told.operations;
  expect(own?.message).toMatchObject({ isKnown: true, kind: 'query', name: expect.any(String) });
});

it('errors are told by their codes, and a document that cannot be parsed has no name', async () => {
  await server.send({ query: '{ node(id: "ku_x") { id } }' });
  await server.send({ query: '{ nothing' });
  await server.send({ query: 'mutation M { withdrawKnowledgeUnit(input: { id: "x" }) { userErrors { code } } }' });
  expect(told.operations.map(({ message }) => message)).toMatchObject([
    { kind: 'query', name: null },
    { kind: null, name: null, hash: null, codes: ['GRAPHQL_PARSE_FAILED'] },
    { kind: 'mutation', name: 'M' },
  ]);
});

it('REST tells the route, and what a path names is not in it', async () => {
  const ask = (path: string) =>
    fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${server.people.member.key}` } });
  await ask('/knowledge?domains=api');
  await ask('/nothing/here');
  await expect.poll(() => told.requests.filter(({ isOver }) => isOver)).toHaveLength(2);
  expect(told.requests.map(({ message }) => message)).toMatchObject([
    { door: 'rest', route: '/api/v1/knowledge', status: 200, fields: { operation: expect.any(String) } },
    { door: 'rest', route: '/api/*', status: 404 },
  ]);
  expect(statementsOf(told.requests[0]?.message).length).toBeGreaterThan(0);
});

it('probes, pages and what is not there have doors of their own', async () => {
  for (const path of ['/livez', '/schema.graphql', '/not-there']) await fetch(`${server.url}${path}`);
  await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  await expect.poll(() => told.requests.filter(({ isOver }) => isOver)).toHaveLength(4);
  expect(told.requests.map(({ message: { door, route, status } }) => [door, route, status])).toEqual([
    ['probe', '/livez', 200],
    ['page', '/schema.graphql', 200],
    ['other', null, 404],
    ['page', '/graphql', 200],
  ]);
});

it('a tool of MCP is an operation of a known document', async () => {
  const [kind] = clients as [(typeof clients)[number]];
  await using client = await kind.connect(server.url, server.people.member.key);
  await client.call('query', { domains: ['api'] });
  const [operation] = told.operations;
  expect(operation?.message).toMatchObject({ door: 'mcp', kind: 'query', isKnown: true });
  const request = told.requests.find(({ message }) => message === operation?.within);
  expect(request?.message).toMatchObject({ door: 'mcp', route: '/mcp', fields: { operation: 'McpQuery' } });
  expect(statementsOf(operation?.message).length).toBeGreaterThan(0);
});

it.each(allTransports)('a subscription over %s and each of its events', async (transport) => {
  const { eventCursor: after } = await server.query('{ eventCursor }');
  told.operations.length = 0;
  told.requests.length = 0;
  await using client = transports[transport](server.url, server.people.reviewer.token);
  const answers = client.iterate({ query: events, variables: { after } });
  const first = take(answers, 1);
  await propose();
  await first;
  const own = told.operations.filter(({ message }) => message.kind === 'subscription');
  const [subscription, event] = own;
  expect(subscription).toMatchObject({ isOver: true, message: { isEvent: false } });
  expect(event).toMatchObject({
    isOver: true,
    message: { isEvent: true, hash: subscription?.message.hash },
    within: subscription?.message,
  });
  const request = told.requests.find(({ message }) => message === subscription?.within);
  const door = transport === 'WebSocket' ? 'websocket' : 'graphql';
  expect(subscription?.message.door).toBe(door);
  expect(request?.message).toMatchObject({ door, route: '/graphql' });
  // of a WebSocket the handshake
  expect(request?.isOver).toBe(transport === 'WebSocket');
  if (transport === 'WebSocket') expect(request?.message.status).toBe(101);
  await answers.return?.();
  await expect.poll(() => request?.isOver).toBe(true);
  expect(request?.message.isStream).toBe(transport !== 'WebSocket');
});

it('a WebSocket that is refused is told with its status', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'another-protocol');
  await once(socket, 'error');
  expect([...told.requests]).toMatchObject([{ isOver: true, message: { door: 'websocket', status: 400 } }]);
});

it('a request whose client is gone was cut off', async () => {
  const gone = new AbortController();
  const asked = fetch(`${server.url}/graphql`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' } },
    ...{ body: JSON.stringify({ query: 'subscription { knowledgeEvents { cursor } }' }), signal: gone.signal },
  });
  await asked;
  gone.abort();
  await expect.poll(() => told.requests[0]?.isOver).toBe(true);
  expect(told.requests[0]?.message).toMatchObject({ isStream: true, isCutOff: true, status: 200 });
});

it('an attempt at a webhook is no part of the request that it tells of', async () => {
  await using receiver = await startReceiver();
  const { createWebhook: made } = await server.query(
    `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } userErrors { message } } }`,
    {
      input: {
        ...{ name: 'ours', url: receiver.url },
        document: 'subscription { knowledgeEvents(filter: { types: [PROPOSED] }) { cursor } }',
      },
    },
    server.people.admin.token,
  );
  await propose();
  await receiver.count(1);
  await expect.poll(() => told.webhooks[0]?.isOver).toBe(true);
  const [attempt] = told.webhooks;
  expect(attempt).toMatchObject({
    within: undefined,
    message: { webhook: made.webhook.id, attempt: 1, outcome: 'delivered', status: 204 },
  });
  expect(statementsOf(attempt?.message).length).toBeGreaterThan(0);
  await server.store.webhooks.remove(made.webhook.id.slice(4));
});

it('embedding in the background is a job of its own', vectors, async () => {
  await propose();
  await expect.poll(() => told.jobs.some(({ isOver }) => isOver)).toBe(true);
  const [job] = told.jobs;
  expect(job).toMatchObject({ within: undefined, message: { name: 'embedding' } });
  const call = told.embeddings.find(({ within }) => within === job?.message);
  expect(call?.message).toMatchObject({ provider: 'hash', kind: 'document', texts: job?.message.items });
});
