import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { allTransports, events, take, transports } from '../live/clients.ts';
import { clients } from '../mcp/clients.ts';
import { withVectors } from '../postgres/databases.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { type CollectedSpan, type Collector, startCollector } from './collector.ts';

const [server, client, internal] = [2, 3, 1];
const system = inject('serversOn') === 'sqlite' ? 'sqlite' : 'postgresql';
const vectors = system === 'postgresql' ? await withVectors() : {};
/** What is in texts and credentials, and may be in no span. */
const secret = 'never-in-a-span';

let collector: Collector;
let cq: TestServer;
beforeAll(async () => {
  collector = await startCollector();
  cq = await startServer({
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    OTEL_BSP_SCHEDULE_DELAY: '20',
    ...{ OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=ours%20alone', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test' },
    ...{ CQ_EMBEDDING_PROVIDER: 'hash', CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' },
  });
  await cq.unit({ domains: ['api'], insight: { summary: `A lesson ${secret}` } });
});
afterAll(async () => {
  await cq[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

let traces = 0;
const newTrace = () => (++traces).toString(16).padStart(32, 'a');
const traceparent = (traceId: string, flags = '01') => `00-${traceId}-00f067aa0ba902b7-${flags}`;

/** Sends an operation as a part of a trace, and answers what is collected of it. */
async function traced(query: string, credential: string, variables: object = {}) {
  const traceId = newTrace();
  const response = await fetch(`${cq.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${credential}`,
      traceparent: traceparent(traceId),
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.json();
  expect(body.errors).toBeUndefined();
  return { traceId, response, body, spans: await ofRequest(traceId) };
}

/** The spans of a trace, once the request that it begins with here has ended. */
const ofRequest = async (traceId: string) => {
  await collector.trace((span) => span.traceId === traceId && span.kind === server);
  return collector.spans.filter((span) => span.traceId === traceId);
};

const childrenOf = (parent: CollectedSpan | undefined, spans: readonly CollectedSpan[] = collector.spans) =>
  spans.filter(({ parentSpanId, traceId }) => parent && parentSpanId === parent.spanId && traceId === parent.traceId);
const below = (parent: CollectedSpan | undefined): CollectedSpan[] =>
  childrenOf(parent).flatMap((child) => [child, ...below(child)]);
const isStatement = ({ attributes }: CollectedSpan) => attributes['db.system.name'] === system;

/** Whether each span is within the time of the one that it is a part of, but for what starts are rounded by. */
function expectWhole(spans: readonly CollectedSpan[]): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId);
    if (!parent) continue;
    expect(span.start).toBeGreaterThanOrEqual(parent.start - 2_000_000n);
    expect(span.end).toBeLessThanOrEqual(parent.end + 2_000_000n);
  }
  expect(spans.filter(({ parentSpanId }) => !byId.has(parentSpanId))).toHaveLength(1);
}

const search = `query Find($text: String!) { search(text: $text) { edges { node { id flags(first: 1) { totalCount } } } } }`;

it('GraphQL: a request, its operation, its resolvers and their statements, as a part of the trace of the caller', async () => {
  const { traceId, response, spans } = await traced(search, cq.people.reviewer.token, { text: `lesson ${secret}` });
  const [root] = spans.filter(({ kind }) => kind === server) as [CollectedSpan];
  expect(root).toMatchObject({
    ...{ name: 'POST /graphql', parentSpanId: '00f067aa0ba902b7', status: 0 },
    attributes: {
      ...{ 'http.request.method': 'POST', 'http.route': '/graphql', 'http.response.status_code': 200 },
      ...{ 'cq.door': 'graphql', 'cq.request_id': response.headers.get('x-request-id') },
    },
  });
  expect(response.headers.get('traceresponse')).toBe(`00-${traceId}-${root.spanId}-01`);
  const [operation] = childrenOf(root).filter(({ attributes }) => 'graphql.operation.type' in attributes);
  // a document of anybody's names no span
  expect(operation).toMatchObject({
    ...{ name: 'query', kind: internal },
    attributes: { 'graphql.operation.name': 'Find', 'cq.document.hash': expect.stringMatching(/^[\da-f]{64}$/) },
  });
  const resolvers = childrenOf(operation).filter(({ attributes }) => 'cq.field' in attributes);
  expect(resolvers.map(({ name }) => name)).toContain('Query.search');
  const statements = below(resolvers.find(({ name }) => name === 'Query.search')).filter(isStatement);
  expect(statements.length).toBeGreaterThan(0);
  for (const { kind, attributes, name } of statements) {
    expect(kind).toBe(client);
    expect(attributes['db.query.summary']).toBe(name);
  }
  expectWhole(spans);
});

it('resolvers of one field are one span for all objects', async () => {
  await cq.unit({ domains: ['api'] });
  const { spans } = await traced(
    `{ knowledgeUnits(first: 2) { nodes { id flags(first: 1) { totalCount } } } }`,
    cq.people.reviewer.token,
  );
  const groups = spans.filter(({ name }) => name === 'KnowledgeUnit.flags');
  expect(groups).toHaveLength(1);
  expect(groups[0]?.attributes['cq.calls']).toBe(2);
});

it('REST: a route, and its statements', async () => {
  const traceId = newTrace();
  await fetch(`${cq.url}/api/v1/knowledge?domains=api&${secret}=1`, {
    headers: { authorization: `Bearer ${cq.people.member.key}`, traceparent: traceparent(traceId) },
  });
  const spans = await ofRequest(traceId);
  const root = spans.find(({ kind }) => kind === server);
  expect(root).toMatchObject({
    name: 'GET /api/v1/knowledge',
    attributes: { 'http.route': '/api/v1/knowledge', 'cq.door': 'rest' },
  });
  expect(childrenOf(root).filter(isStatement).length).toBeGreaterThan(0);
  expectWhole(spans);
});

it('MCP: the call of a tool, and the operation that it is', async () => {
  const [kind] = clients as [(typeof clients)[number]];
  await using agent = await kind.connect(cq.url, cq.people.member.key);
  await agent.call('query', { domains: ['api'], text: secret });
  const spans = await collector.trace(({ attributes }) => attributes['graphql.operation.name'] === 'McpQuery');
  const root = spans.find(({ kind }) => kind === server);
  expect(root?.attributes).toMatchObject({ 'http.route': '/mcp', 'cq.door': 'mcp' });
  const [operation] = childrenOf(root).filter(({ attributes }) => 'graphql.operation.type' in attributes);
  // of a document of the server's own, the name
  expect(operation?.name).toBe('query McpQuery');
  expect(below(operation).filter(isStatement).length).toBeGreaterThan(0);
  expectWhole(spans);
});

let lessons = 0;
const propose = () =>
  cq.query(
    `mutation ($summary: String!) { proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: $summary, detail: "d", action: "a" } }) {
       knowledgeUnit { id } userErrors { message } } }`,
    { summary: Array.from({ length: 12 }, (_, at) => `${secret}${++lessons}${at}`).join(' ') },
    cq.people.member.token,
  );

it.each(allTransports)(
  'a subscription over %s, and each event as a trace of its own that is linked with it',
  async (transport) => {
    const { eventCursor: after } = await cq.query('{ eventCursor }');
    const from = collector.spans.length;
    await using live = transports[transport](cq.url, cq.people.reviewer.token);
    const answers = live.iterate({ query: events, variables: { after } });
    const first = take(answers, 1);
    await propose();
    await first;
    await answers.return?.();
    const door = transport === 'WebSocket' ? 'websocket' : 'graphql';
    const isNew = (span: CollectedSpan) => collector.spans.indexOf(span) >= from;
    const [event] = await collector.trace(
      (span) => isNew(span) && span.attributes['cq.event'] === true && span.attributes['cq.door'] === door,
    );
    const spans = collector.spans.filter(({ traceId }) => traceId === event?.traceId);
    const root = spans.find(({ parentSpanId }) => parentSpanId === '');
    expect(root).toMatchObject({ name: 'subscription event', status: 0 });
    expect(below(root).filter(isStatement).length).toBeGreaterThan(0);
    expectWhole(spans);
    const [from_] = root?.links ?? [];
    await collector.trace(({ spanId }) => spanId === from_?.spanId);
    const subscription = collector.spans.find(({ spanId }) => spanId === from_?.spanId);
    expect(subscription).toMatchObject({ name: 'subscription', attributes: { 'cq.door': door } });
    const [request] = await collector.trace((span) =>
      transport === 'WebSocket'
        ? span.spanId === subscription?.links[0]?.spanId
        : span.spanId === subscription?.parentSpanId,
    );
    expect(request).toBeDefined();
  },
);

it('an operation over a WebSocket is a part of the trace that it names', async () => {
  const traceId = newTrace();
  await using live = transports.WebSocket(cq.url, cq.people.member.token);
  await take(
    live.iterate({
      query: '{ viewer { user { username } } }',
      extensions: { traceparent: traceparent(traceId) },
    } as never),
    1,
  );
  const spans = await collector.trace((span) => span.traceId === traceId);
  expect(spans.find(({ name }) => name === 'query')).toMatchObject({ parentSpanId: '00f067aa0ba902b7' });
  expectWhole(spans);
});

it('an attempt at a webhook is a trace of its own, which tells its receiver', async () => {
  await using receiver = await startReceiver();
  const { createWebhook: made } = await cq.query(
    `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } userErrors { message } } }`,
    {
      input: {
        name: 'ours',
        url: receiver.url,
        document: 'subscription { knowledgeEvents(filter: { types: [PROPOSED] }) { cursor } }',
      },
    },
    cq.people.admin.token,
  );
  await propose();
  const [sent] = await receiver.count(1);
  const attempt = await collector.trace(({ attributes }) => attributes['cq.webhook.id'] === made.webhook.id);
  const root = attempt.find(({ name }) => name === 'webhook attempt');
  expect(root).toMatchObject({
    parentSpanId: '',
    attributes: { 'http.response.status_code': 204, 'cq.webhook.outcome': 'delivered' },
  });
  expect(sent?.headers.traceparent).toBe(`00-${root?.traceId}-${root?.spanId}-01`);
  expect(childrenOf(root).filter(isStatement).length).toBeGreaterThan(0);
  expectWhole(attempt);
  await cq.store.webhooks.remove(made.webhook.id.slice(4));
});

it('embedding in the background is a trace of its own', vectors, async () => {
  await propose();
  const batch = await collector.trace(({ name }) => name === 'embedding batch');
  const job = batch.find(({ name }) => name === 'embedding batch');
  expect(job?.parentSpanId).toBe('');
  expect(childrenOf(job).map(({ name }) => name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^embeddings /)]),
  );
  expectWhole(batch);
});

it.each([
  ['nothing', undefined],
  ['no form', 'nonsense'],
  ['an id of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['a span of zeros', `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['a version that cannot be', `ff-${'b'.repeat(32)}-00f067aa0ba902b7-01`],
  ['more than its version has', `00-${'c'.repeat(32)}-00f067aa0ba902b7-01-more`],
  ['ten thousand characters', `00-${'d'.repeat(10_000)}-00f067aa0ba902b7-01`],
])('a traceparent of %s begins a new trace', async (_, given) => {
  const response = await fetch(`${cq.url}/api/v1/health`, {
    headers: given === undefined ? {} : { traceparent: given },
  });
  const [, traceId, spanId] = response.headers.get('traceresponse')?.split('-') ?? [];
  const [root] = await collector.trace((span) => span.spanId === spanId);
  expect(root).toMatchObject({ traceId, parentSpanId: '' });
  expect(given ?? '').not.toContain(traceId);
});

it('a caller that asks for no trace gets none', async () => {
  const traceId = newTrace();
  const response = await fetch(`${cq.url}/api/v1/health`, { headers: { traceparent: traceparent(traceId, '00') } });
  expect(response.headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-00$`));
});

it('what is sent says where from, with the headers of the operator, and has no texts and no credentials', async () => {
  await traced('{ viewer { user { username } } }', cq.people.member.key);
  expect(collector.resource).toMatchObject({ 'service.name': 'cq-server', 'deployment.environment': 'test' });
  expect(collector.posts[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-tenant': 'ours alone' } });
  const all = collector.posts.map(({ body }) => String(body)).join();
  for (const text of [secret, cq.people.member.key, cq.people.member.token]) expect(all).not.toContain(text);
  expect(all).not.toContain('/livez');
});
