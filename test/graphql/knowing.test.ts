import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { call } from '../rest/client.ts';

const query = `query ($text: String, $filter: KnowledgeFilter, $minScore: Float, $first: Int, $after: String) {
  search(text: $text, filter: $filter, minScore: $minScore, first: $first, after: $after) {
    edges { score node { id insight { summary } } highlights { summary { start end } detail { start end } } }
    nearest { score cursor node { id } }
    pageInfo { hasNextPage endCursor }
    notices { code }
  }
}`;

let server: TestServer;
let ids: string[];
beforeAll(async () => {
  server = await startServer();
  const units = [];
  for (const summary of [
    'The gateway drops idle websocket connections 🦭 after a minute',
    'A gateway in front of the cache',
    'Idle timers of a cache that nobody has asked for since the last deployment',
    'Name the columns of an insert',
  ])
    units.push(
      await server.unit({ domains: ['net'], insight: { summary, detail: 'What happened.', action: 'Do it.' } }),
    );
  ids = units.map(({ id }) => id);
});
afterAll(() => server[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
const ask = async (variables: object): Promise<any> => (await server.query(query, variables)).search;
const idsIn = (found: { edges: { node: { id: string } }[] }) => found.edges.map(({ node }) => node.id);
const text = 'gateway idle websocket';

it('leaves out what is below minScore, page by page', async () => {
  const all = await ask({ text });
  expect(all.edges.length).toBe(3);
  const [first, second, third] = all.edges;
  expect(second.score).toBeGreaterThan(third.score);
  const kept = await ask({ text, minScore: second.score });
  expect(idsIn(kept)).toEqual(idsIn(all).slice(0, 2));
  expect(kept.pageInfo.hasNextPage).toBe(false);
  const page = await ask({ text, minScore: second.score, first: 1 });
  expect([idsIn(page), page.pageInfo.hasNextPage]).toEqual([[first.node.id], true]);
  const next = await ask({ text, minScore: second.score, first: 1, after: page.pageInfo.endCursor });
  expect([idsIn(next), next.pageInfo.hasNextPage, next.nearest]).toEqual([[second.node.id], false, null]);
  const { body } = await server.send({ query, variables: { text, after: page.pageInfo.endCursor } });
  expect(body.errors[0].extensions.code).toBe('BAD_CURSOR');
});

it('says what would have been nearest where nothing is left', async () => {
  const unanswered = 'rotate the tls certificates of the gateway with kubernetes secrets';
  const found = await ask({ text: unanswered });
  expect(found.edges.length).toBeGreaterThan(0);
  expect(found.nearest).toBeNull();
  const floored = await ask({ text: unanswered, minScore: 0.5 });
  expect(floored).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  expect(floored.nearest).toMatchObject({ score: found.edges[0].score, node: { id: found.edges[0].node.id } });
  // pages of none say nothing
  expect((await ask({ text: unanswered, minScore: 0.5, first: 0 })).nearest).toBeNull();
  expect((await ask({ text: 'unheard', minScore: 0.5 })).nearest).toBeNull();
});

it('has no floor for domains alone, through any door', async () => {
  const filter = { domains: ['net'] };
  const all = await ask({ filter });
  expect(idsIn(all).toSorted()).toEqual(ids.toSorted());
  expect(idsIn(await ask({ filter, minScore: 1 }))).toEqual(idsIn(all));
  for (const { score } of all.edges) expect(score).toBe(0.55 * 0.5);
  for (const { connect } of clients) {
    await using client = await connect(server.url);
    const { data } = await client.call('query', { domains: ['net'], min_score: 1 });
    expect(data.results.map(({ unit }: { unit: { id: string } }) => unit.id)).toEqual(idsIn(all));
  }
  const { body } = await call(server, { path: '/knowledge?domains=net' });
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual(idsIn(all));
});

it('refuses a minScore out of range', async () => {
  for (const minScore of [-0.1, 1.1]) {
    const { body } = await server.send({ query, variables: { text, minScore } });
    expect(body.errors[0]).toMatchObject({
      message: `minScore must be from 0 to 1, got ${minScore}.`,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
});

it('highlights in code points', async () => {
  const found = await ask({ text: 'minutes idle' });
  const [{ node, highlights }] = found.edges;
  const points = [...node.insight.summary];
  const words = highlights.summary.map(({ start, end }: { start: number; end: number }) =>
    points.slice(start, end).join(''),
  );
  expect(words).toEqual(['idle', 'minute']);
  expect(highlights.detail).toEqual([]);
  const [{ highlights: none }] = (await ask({ filter: { domains: ['net'] } })).edges;
  expect(none).toEqual({ summary: [], detail: [] });
});

it('serves others between the highlights of two units', async () => {
  const happened: string[] = [];
  const { highlighter } = server.store.units;
  vi.spyOn(server.store.units, 'highlighter').mockImplementation((searched) => {
    const find = highlighter(searched);
    return (insight) => {
      happened.push('unit');
      return find(insight);
    };
  });
  let waiting = setImmediate(function others() {
    happened.push('others');
    waiting = setImmediate(others);
  });
  try {
    expect((await ask({ text })).edges.length).toBe(3);
  } finally {
    clearImmediate(waiting);
  }
  expect(happened.join(' ').match(/unit/g)).toHaveLength(3);
  expect(happened.join(' ')).not.toContain('unit unit');
});

it('answers agents with nothing where nothing is known, and with the nearest where they ask', async () => {
  for (const { connect } of clients) {
    await using client = await connect(server.url);
    const unanswered = 'rotate the tls certificates of kubernetes secrets behind our gateway nightly';
    const none = await client.call('query', { text: unanswered });
    expect(none).toMatchObject({ isError: false, data: { results: [] } });
    expect(none.data).not.toHaveProperty('nearest');
    expect(none.text).toMatch(/^Nothing found\. That is an answer/);
    const near = await client.call('query', { text: unanswered, nearest: true });
    expect(near).toMatchObject({ data: { results: [], nearest: { unit: { id: ids[1] } } } });
    const all = await client.call('query', { text: unanswered, min_score: 0 });
    expect(all.data.results.length).toBeGreaterThan(0);
    const known = await client.call('query', { text });
    expect(known.data.results[0]).toMatchObject({ unit: { id: ids[0], insight: { detail: 'What happened.' } } });
    expect(known.data.results[1].unit.insight).not.toHaveProperty('detail');
    const refused = await client.call('query', { text, min_score: 2 });
    expect(refused).toMatchObject({
      isError: true,
      text: 'BAD_USER_INPUT: min_score must be a number from 0 to 1, got 2.',
    });
  }
});
