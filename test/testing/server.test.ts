import { expect, it } from 'vitest';
import { startTestServer } from '../../src/testing/start-test-server.ts';
import { post } from '../process.ts';

const insight = (summary: string) => ({ summary, detail: 'What happened.', action: 'What to do.' });
const unitsOf = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on KnowledgeUnit {
      status domains createdAt extensions insight { summary } context { languages pattern }
      evidence { confidence confirmations } flagCounts { reason count }
      proposedBy { username } review { reviewedBy { username } }
    }
  }
}`;

it('has the users and units that were asked for, with all that they say', async () => {
  await using server = await startTestServer({
    users: { ada: {}, rosa: { role: 'REVIEWER' }, root: { role: 'ADMIN', password: 'correct horse' } },
    units: [
      { domains: ['ci'], insight: insight('Pin the runner') },
      {
        id: `ku_${'a'.repeat(32)}`,
        domains: ['api', 'http'],
        insight: insight('Retry on 503'),
        context: { languages: ['go'], pattern: 'retry' },
        extensions: { 'acme:team': 'core' },
        proposedBy: 'rosa',
        confirmedBy: ['ada', 'root', 'ada'],
        flags: [{ reason: 'STALE', detail: 'Fixed in 5.', flaggedBy: 'ada' }],
        createdAt: '2026-01-31T12:00:00Z',
      },
      { domains: ['ci'], insight: insight('Waits'), status: 'PENDING', proposedBy: 'ada' },
      { domains: ['ci'], insight: insight('Is wrong'), status: 'REJECTED', proposedBy: 'root' },
    ],
  });
  const { ada, rosa, root } = server.users;
  expect(server.unitIds).toHaveLength(4);
  const { data } = await post(server.url, unitsOf, { ids: server.unitIds }, rosa.token);
  expect(data.nodes).toMatchObject([
    { status: 'APPROVED', proposedBy: { username: 'ada' }, review: { reviewedBy: { username: 'rosa' } } },
    {
      status: 'APPROVED',
      domains: ['api', 'http'],
      createdAt: '2026-01-31T12:00:00.000Z',
      extensions: { 'acme:team': 'core' },
      context: { languages: ['go'], pattern: 'retry' },
      evidence: { confidence: expect.closeTo(0.65), confirmations: 4 },
      flagCounts: expect.arrayContaining([{ reason: 'STALE', count: 1 }]),
      proposedBy: { username: 'rosa' },
      // not the proposer, where there is somebody else
      review: { reviewedBy: { username: 'root' } },
    },
    { status: 'PENDING', proposedBy: { username: 'ada' }, review: null },
    { status: 'REJECTED', proposedBy: { username: 'root' }, review: { reviewedBy: { username: 'rosa' } } },
  ]);
  expect(server.unitIds[1]).toBe(`ku_${'a'.repeat(32)}`);
  // in the order in which they were proposed
  const times = [0, 2, 3].map((index) => Date.parse(data.nodes[index].createdAt));
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(new Set(times).size).toBe(3);

  const whoami = '{ viewer { scopes user { id username } sessions { totalCount } } }';
  const scopes = async (credential: string) => (await post(server.url, whoami, {}, credential)).data.viewer.scopes;
  expect(await scopes(ada.token)).toEqual(['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE']);
  expect(await scopes(root.token)).toContain('ADMIN');
  expect(await scopes(root.key)).toEqual(['ANYONE', 'KNOWLEDGE_WRITE']);
  const viewer = (await post(server.url, whoami, {}, rosa.token)).data.viewer;
  expect(viewer).toMatchObject({ user: { id: rosa.id, username: 'rosa' }, sessions: { totalCount: 1 } });

  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { message } } }';
  const attempt = async (username: string, password: string) =>
    (await post(server.url, signIn, { input: { username, password } })).data.signIn;
  expect(await attempt('ada', 'test-password')).toMatchObject({ token: expect.any(String), userErrors: [] });
  expect(await attempt('root', 'correct horse')).toMatchObject({ token: expect.any(String), userErrors: [] });
  expect(await attempt('root', 'test-password')).toMatchObject({ token: null, userErrors: [{}] });
});

it('is the whole server: REST, MCP, subscriptions, the schema and probes', async () => {
  await using server = await startTestServer({ units: [{ domains: ['ci'], insight: insight('Pin the runner') }] });
  const { member } = server.users;
  const as = { authorization: `Bearer ${member.key}` };
  const found = await fetch(`${server.url}/api/v1/knowledge?domains=ci`, { headers: as });
  expect(JSON.stringify(await found.json())).toContain(server.unitIds[0]);
  const rpc = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  // at once: it is made when it is first asked for
  const lists = await Promise.all(
    [1, 2].map(async () => {
      const answer = await fetch(`${server.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...as },
        body: JSON.stringify(rpc),
      });
      return (await answer.json()).result.tools;
    }),
  );
  expect(lists.map((tools) => tools.length)).toEqual([5, 5]);
  const rebound = await fetch(`${server.url}/mcp`, { method: 'POST', headers: { origin: 'https://evil.example' } });
  expect(rebound.status).toBe(403);
  const stream = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...as },
    body: JSON.stringify({ query: 'subscription { knowledgeEvents { event { type } } }' }),
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  await stream.body?.cancel();
  expect(await (await fetch(`${server.url}/schema.graphql`)).text()).toContain('type KnowledgeUnit');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

it('starts several at once, each for itself, of which none is migrated', async () => {
  const lines: string[] = [];
  const servers = await Promise.all([1, 2, 3].map(() => startTestServer({ log: (line) => lines.push(line) })));
  expect(new Set(servers.map(({ url }) => url)).size).toBe(3);
  const [one, other] = servers.map(({ users, url }) => ({ url, ...users.member }));
  if (!one || !other) throw new Error('there are three');
  const propose = `mutation { proposeKnowledgeUnit(input: { domains: ["ci"], insight: { summary: "a", detail: "b", action: "c" } }) {
    knowledgeUnit { id } userErrors { message } } }`;
  expect((await post(one.url, propose, {}, one.key)).data.proposeKnowledgeUnit.userErrors).toEqual([]);
  const count = '{ viewer { proposals { totalCount } } }';
  expect((await post(one.url, count, {}, one.token)).data.viewer.proposals.totalCount).toBe(1);
  expect((await post(other.url, count, {}, other.token)).data.viewer.proposals.totalCount).toBe(0);
  // the secrets differ
  expect((await post(other.url, count, {}, one.token)).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  const [before, again] = [JSON.parse(lines[0] ?? ''), JSON.parse(lines.at(-1) ?? '')];
  expect([before.level, typeof again.msg]).toEqual([30, 'string']);
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  await Promise.all(servers.map((server) => server.stop()));
});

it('goes back to how it was, at the same URL', async () => {
  await using server = await startTestServer({ units: [{ domains: ['ci'], insight: insight('Pin the runner') }] });
  const { member, admin } = server.users;
  const confirm = `mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { knowledgeUnit { evidence { confirmations } } } }`;
  const id = server.unitIds[0];
  const confirmations = async () =>
    (await post(server.url, confirm, { id }, member.key)).data.confirmKnowledgeUnit.knowledgeUnit.evidence
      .confirmations;
  const addUser = `mutation { createUser(input: { username: "eve", password: "long enough" }) { user { id } userErrors { message } } }`;
  const add = async () => (await post(server.url, addUser, {}, admin.token)).data.createUser.userErrors;
  expect([await confirmations(), await confirmations(), await add()]).toEqual([2, 3, []]);
  const { url } = server;
  await Promise.all([server.reset(), server.reset()]);
  expect(server.url).toBe(url);
  expect([await confirmations(), await add()]).toEqual([2, []]);
  await server.stop();
  await expect(server.reset()).rejects.toThrow('reset() of a server that was stopped');
});

it('is gone when it was stopped, however often', async () => {
  const server = await startTestServer();
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});

it('has the time that it is told', async () => {
  let now = new Date('2026-03-01T08:00:00Z');
  await using server = await startTestServer({
    clock: () => now,
    units: [{ domains: ['ci'], insight: insight('Pin the runner') }],
  });
  const { member } = server.users;
  const query =
    'query ($id: ID!) { node(id: $id) { ... on KnowledgeUnit { createdAt } } viewer { user { username } } }';
  const answer = () => post(server.url, query, { id: server.unitIds[0] }, member.token);
  expect((await answer()).data.node.createdAt).toBe('2026-03-01T08:00:00.000Z');
  now = new Date('2026-03-02T07:59:00Z');
  expect((await answer()).data.viewer.user.username).toBe('member');
  // tokens are valid for a day
  now = new Date('2026-03-02T08:01:00Z');
  expect((await answer()).errors[0].extensions.code).toBe('UNAUTHENTICATED');
});

it('takes variables of the configuration', async () => {
  await using server = await startTestServer({
    configuration: { CQ_PUBLIC_READ: 'off', CQ_NODE_NAME: 'tested' },
    users: { reader: { key: { access: 'READ', domains: ['ci'] } } },
  });
  const list = '{ knowledgeUnits { totalCount } serverInfo { nodeName } }';
  expect((await post(server.url, list)).errors[0].extensions.code).toBe('UNAUTHENTICATED');
  const { data } = await post(server.url, list, {}, server.users.reader.key);
  expect(data).toEqual({ knowledgeUnits: { totalCount: 0 }, serverInfo: { nodeName: 'tested' } });
  const confirm = 'mutation { confirmKnowledgeUnit(input: { id: "ku_0" }) { userErrors { message } } }';
  expect((await post(server.url, confirm, {}, server.users.reader.key)).errors[0].extensions.code).toBe('FORBIDDEN');
});
