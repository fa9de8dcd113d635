import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { startServer, type TestServer } from '../harness.ts';
import { call } from '../rest/client.ts';
import { graphqlTransport, mcpTransport, restTransport, type Transport } from './transports.ts';

/** What reviewers should look at, and what brings a unit there. */

let server: TestServer;
let store: Store;
let transports: readonly Transport[];
beforeAll(async () => {
  server = await startServer();
  store = server.store;
  transports = [graphqlTransport(server), restTransport(server), mcpTransport(server)];
});
afterAll(() => server[Symbol.asyncDispose]());

/** The ids of the units that have a reason, page by page, in their order. */
async function listed(reason: string): Promise<string[]> {
  await store.usage.save();
  const query = `query ($after: String, $reasons: [AttentionReason!]) { attention(first: 2, after: $after, reasons: $reasons) {
    totalCount edges { reason node { id } } pageInfo { endCursor hasNextPage } } }`;
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { attention } = await server.query(query, { after, reasons: [reason] }, server.people.reviewer.token);
    for (const edge of attention.edges) expect(edge.reason).toBe(reason);
    ids.push(...attention.edges.map(({ node }: { node: { id: string } }) => node.id));
    if (attention.pageInfo.hasNextPage) after = attention.pageInfo.endCursor;
    else {
      expect(attention.totalCount).toBe(ids.length);
      return ids;
    }
  }
}

const review = (name: string, input: object) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`;
  return server.query(query, { input }, server.people.reviewer.token);
};

/** A unit that another one has superseded. */
async function superseded(): Promise<KnowledgeUnit> {
  const [unit, by] = [await server.unit(), await server.unit()];
  await review('supersedeKnowledgeUnit', { id: unit.id, by: by.id, reason: 'r' });
  return unit;
}

async function requestsOf(id: string): Promise<number | undefined> {
  await store.usage.save();
  return (await store.usage.findMany([id]))[0]?.requests;
}

/** Assembled here, so that no scanner finds it. */
const secret = ['gh', 'p_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'].join('');
async function hold(): Promise<string> {
  const body = { domains: ['held'], insight: { summary: 's', detail: `It is ${secret}.`, action: 'a' } };
  const { status, body: unit } = await call(server, {
    ...{ method: 'POST', path: '/knowledge', credential: server.people.member.key, body },
  });
  expect(status).toBe(201);
  return unit.id;
}

describe('a superseded unit that callers ask for', () => {
  const ways: readonly (readonly [query: string, requests: number])[] = [
    ['query ($id: ID!) { knowledgeUnit(id: $id) { id } }', 1],
    ['query ($id: ID!) { node(id: $id) { id } }', 1],
    ['query ($id: ID!) { nodes(ids: [$id]) { id } }', 1],
    ['query ($id: ID!) { one: knowledgeUnit(id: $id) { id } node(id: $id) { id } }', 2],
  ];

  it.for(ways)('is counted where it is read by its id, but not by reviewers: %s', async ([query, requests]) => {
    const { reviewer, member } = server.people;
    const unit = await superseded();
    await server.query(query, { id: unit.id });
    expect(await requestsOf(unit.id)).toBe(requests);
    await server.query(query, { id: unit.id }, reviewer.token);
    expect(await requestsOf(unit.id)).toBe(requests);
    // an agent of a reviewer uses it, as any other agent
    for (const key of [member.key, reviewer.key]) await server.query(query, { id: unit.id }, key);
    expect(await requestsOf(unit.id)).toBe(3 * requests);
  });

  it('is counted over each transport where it is confirmed or flagged, and over two where it is to be revised', async () => {
    const { member } = server.people;
    const unit = await superseded();
    for (const transport of transports) {
      expect(await transport.confirm(unit.id, member.key)).toMatch(/NOT_FOUND|404/);
      expect(await transport.flag(unit.id, { reason: 'stale' }, member.key)).toMatch(/NOT_FOUND|404/);
    }
    expect(await requestsOf(unit.id)).toBe(6);
    const suggest = 'mutation ($id: ID!) { suggestRevision(input: { id: $id, version: 1 }) { userErrors { code } } }';
    await server.query(suggest, { id: unit.id }, member.key);
    const propose = `mutation ($id: ID) { proposeKnowledgeUnit(input: { revises: $id, domains: ["x"],
      insight: { summary: "s", detail: "d", action: "a" } }) { userErrors { code } } }`;
    await server.query(propose, { id: unit.id }, member.key);
    expect(await requestsOf(unit.id)).toBe(8);
  });

  it('is not counted where it is listed, led to, or out of what a key may read, nor is any other unit', async () => {
    const { reviewer, member, admin } = server.people;
    const units = [
      await server.unit(),
      await server.unit({ status: 'retired' }),
      await server.unit({ status: 'pending' }),
    ];
    const unit = await superseded();
    const ids = [...units.map(({ id }) => id), unit.id];
    for (const { id } of units) {
      for (const credential of [undefined, member.key, reviewer.token])
        await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { id } }', { id }, credential);
      for (const transport of transports) await transport.confirm(id, member.key);
    }
    const list =
      '{ knowledgeUnits(filter: { statuses: [SUPERSEDED] }, first: 100) { nodes { id supersededBy { id } } } }';
    await server.query(list, {}, reviewer.token);
    await server.query('{ attention(first: 100) { nodes { id } } }', {}, reviewer.token);
    await call(server, { path: `/review/${unit.id}`, credential: reviewer.token });
    const create = `mutation { createApiKey(input: { name: "limited", ttl: "1d", domains: ["elsewhere"] }) { secret } }`;
    const { secret } = (await server.query(create, {}, admin.token)).createApiKey;
    await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { id } }', { id: unit.id }, secret);
    for (const transport of transports) await transport.confirm(unit.id, secret);
    await store.usage.save();
    for (const usage of await store.usage.findMany(ids))
      expect(usage).toMatchObject({ requests: 0, lastRequestedAt: null });
  });

  it('is listed for 30 days, the one that was asked for last first, until it is retired or reinstated', async () => {
    const daysAgo = (days: number) => new Date(store.now().getTime() - days * 86_400_000);
    const units: KnowledgeUnit[] = [];
    for (let made = 0; made < 6; made++) units.push(await superseded());
    const [never, old, recent, first, retired, reinstated] = units.map(({ id }) => id) as [
      ...[string, string, string, string, string, string],
    ];
    store.usage.recordRequest(old, daysAgo(30.01));
    store.usage.recordRequest(recent, daysAgo(29.99));
    for (const id of [retired, reinstated, first]) {
      await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { id } }', { id });
      // instants are of milliseconds
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const own = async () => (await listed('SUPERSEDED_IN_USE')).filter((id) => units.some((unit) => unit.id === id));
    expect(await own()).toEqual([first, reinstated, retired, recent]);
    await review('retireKnowledgeUnit', { id: retired, reason: 'r' });
    await review('reinstateKnowledgeUnit', { id: reinstated, reason: 'r' });
    expect(await own()).toEqual([first, recent]);
    expect(await requestsOf(never)).toBe(0);
  });

  it('shows how often and when last, to whoever sees it', async () => {
    const unit = await superseded();
    await transports[2]?.confirm(unit.id, server.people.member.key);
    await store.usage.save();
    const query = 'query ($id: ID!) { knowledgeUnit(id: $id) { usage { requests lastRequestedAt } } }';
    expect((await server.query(query, { id: unit.id })).knowledgeUnit.usage).toEqual({
      ...{ requests: 1, lastRequestedAt: expect.stringMatching(/Z$/) },
    });
  });
});

describe('a unit that is held for what looks like credentials', () => {
  it('is listed, oldest first, until it is released, amended, rejected or erased', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 5; made++) {
      ids.push(await hold());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await server.unit({ status: 'pending' });
    const [released, amended, rejected, erased, left] = ids as [string, string, string, string, string];
    const own = async () => (await listed('HELD')).filter((id) => ids.includes(id));
    expect(await own()).toEqual(ids);
    await review('releaseKnowledgeUnit', { id: released });
    await review('rejectKnowledgeUnit', { id: rejected });
    const insight = { summary: 's', detail: 'It is gone.', action: 'a' };
    await review('amendKnowledgeUnit', { id: amended, version: 1, insight });
    await store.erasures.erase(erased, { erasedAt: store.now(), erasedBy: null, reason: 'r' });
    expect(await own()).toEqual([left]);
    const shown = '{ attention(first: 100, reasons: [HELD]) { nodes { id insight { detail } heldSecrets { kind } } } }';
    const { attention } = await server.query(shown, {}, server.people.reviewer.token);
    expect(JSON.stringify(attention)).not.toContain(secret);
    expect(attention.nodes).toContainEqual(expect.objectContaining({ id: left, heldSecrets: [{ kind: 'github' }] }));
    await review('rejectKnowledgeUnit', { id: left });
    await review('reopenKnowledgeUnit', { id: left, reason: 'r' });
    expect(await own()).toEqual([left]);
  });
});

it('lists all reasons one after the other, from each place on', async () => {
  const { reviewer, member } = server.people;
  // an old one, which nobody has confirmed, too
  const long = new Date('2024-03-01T12:00:00Z');
  const evidence = { confidence: 0.5, confirmations: 1, firstObservedAt: long, lastConfirmedAt: null };
  const { id } = await server.unit({ createdAt: long, evidence });
  await transports[0]?.flag(id, { reason: 'stale' }, member.key);
  await hold();
  await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { id } }', { id: (await superseded()).id });
  await store.usage.save();
  const query = '{ attention(first: 100) { edges { cursor reason node { id } } } }';
  const { edges } = (await server.query(query, {}, reviewer.token)).attention;
  const reasons = ['FLAGGED', 'UNCONFIRMED', 'SUPERSEDED_IN_USE', 'HELD'];
  const places = edges.map(({ reason }: { reason: string }) => reasons.indexOf(reason));
  expect(places).toEqual(places.toSorted((one: number, other: number) => one - other));
  expect(new Set(places).size).toBe(reasons.length);
  const after =
    'query ($after: String) { attention(first: 100, after: $after) { edges { cursor reason node { id } } } }';
  for (const [at, { cursor }] of edges.entries())
    expect((await server.query(after, { after: cursor }, reviewer.token)).attention.edges).toEqual(edges.slice(at + 1));
});
