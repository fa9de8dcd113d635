import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** Every argument that takes a cursor, and what it refuses. */
let server: TestServer;
let flagged: string[];
beforeAll(async () => {
  server = await startServer();
  const [one, other] = [await server.unit(), await server.unit({ createdBy: 'rob' })];
  flagged = [one.id, other.id];
  for (let time = 0; time < 3; time++) {
    await server.unit({ status: 'pending' });
    const flag = 'mutation ($id: ID!) { flagKnowledgeUnit(input: { id: $id, reason: STALE }) { userErrors { code } } }';
    for (const id of flagged) await server.query(flag, { id }, server.people.member.key);
    const create = 'mutation { createApiKey(input: { name: "k", ttl: "1d" }) { userErrors { code } } }';
    await server.query(create, {}, server.people.admin.token);
  }
});
afterAll(() => server[Symbol.asyncDispose]());

const unit = (index: number, field: string) => `knowledgeUnit(id: "${flagged[index]}") { ${field} }`;
const page = '{ pageInfo { endCursor hasNextPage } edges { cursor } }';

/** Each list as a field, given the arguments of its page. */
const lists: Record<string, (args: string) => string> = {
  knowledgeUnits: (args) => `list: knowledgeUnits(first: 1, after: ${args}) ${page}`,
  'knowledgeUnits, back': (args) => `list: knowledgeUnits(last: 1, before: ${args}) ${page}`,
  'knowledgeUnits, ascending': (args) =>
    `list: knowledgeUnits(first: 1, orderBy: { direction: ASC }, after: ${args}) ${page}`,
  'knowledgeUnits by confidence': (args) =>
    `list: knowledgeUnits(first: 1, orderBy: { field: CONFIDENCE }, after: ${args}) ${page}`,
  'knowledgeUnits by confirmations, back': (args) =>
    `list: knowledgeUnits(last: 1, orderBy: { field: CONFIRMATIONS }, before: ${args}) ${page}`,
  'knowledgeUnits with a filter': (args) =>
    `list: knowledgeUnits(first: 1, filter: { domains: ["api"] }, after: ${args}) ${page}`,
  'search by words': (args) => `list: search(text: "lesson", first: 1, after: ${args}) ${page}`,
  'search by other words': (args) => `list: search(text: "a lesson", first: 1, after: ${args}) ${page}`,
  'search by domain': (args) => `list: search(filter: { domains: ["api"] }, first: 1, after: ${args}) ${page}`,
  reviewQueue: (args) => `list: reviewQueue(first: 1, after: ${args}) ${page}`,
  'reviewQueue with a filter': (args) =>
    `list: reviewQueue(first: 1, filter: { domains: ["api"] }, after: ${args}) ${page}`,
  users: (args) => `list: users(first: 1, after: ${args}) ${page}`,
  'flags of one unit': (args) => unit(0, `list: flags(first: 1, after: ${args}) ${page}`),
  'flags of another': (args) => unit(1, `list: flags(first: 1, after: ${args}) ${page}`),
  'active keys': (args) => `viewer { list: apiKeys(first: 1, after: ${args}) ${page} }`,
  'all keys': (args) => `viewer { list: apiKeys(first: 1, includeInactive: true, after: ${args}) ${page} }`,
};
const names = Object.keys(lists);

async function send(name: string, cursor: string | null) {
  const query = `query ($cursor: String) { ${lists[name]?.('$cursor')} }`;
  const { status, body } = await server.send({ query, variables: { cursor } }, server.people.admin.token);
  expect(status).toBe(200);
  const root = body.data?.viewer ?? body.data?.knowledgeUnit ?? body.data;
  return { edges: root?.list?.edges, cursor: root?.list?.pageInfo.endCursor, error: body.errors?.[0] };
}

async function firstCursor(name: string): Promise<string> {
  const { cursor, error } = await send(name, null);
  expect(error).toBeUndefined();
  return cursor;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.for(names)('%s', (name) => {
  const argument = name.includes('back') ? 'before' : 'after';
  const refused = expect.objectContaining({
    message: expect.stringContaining(`${argument} `),
    extensions: { code: 'BAD_CURSOR' },
  });

  it('goes on from its own cursor', async () => {
    const cursor = await firstCursor(name);
    const next = await send(name, cursor);
    expect(next.error).toBeUndefined();
    expect(next.edges.map((edge: { cursor: string }) => edge.cursor)).not.toContain(cursor);
    expect(next.edges).toHaveLength(1);
  });

  it('refuses the cursors of every other list', async () => {
    const own = await firstCursor(name);
    for (const other of names) {
      const cursor = await firstCursor(other);
      const listOf = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString())[1];
      // one list, whether it is read forward or back
      const { error } = await send(name, cursor);
      expect([other, error]).toEqual([other, listOf(cursor) === listOf(own) ? undefined : refused]);
    }
  });

  it('refuses what is no cursor', async () => {
    const [version, list, key, id, ...rest] = JSON.parse(Buffer.from(await firstCursor(name), 'base64url').toString());
    const garbage = [
      '',
      ' ',
      'x',
      '💥',
      '\ud83d',
      '\u0000',
      'x'.repeat(5000),
      flagged[0] ?? '',
      ...[null, 1, 'x', {}, [], [version], [version, list], [version, list, key]].map(encode),
      encode([version + 1, list, key, id, ...rest]),
      encode([String(version), list, key, id, ...rest]),
      encode([version, list, key, id, ...rest, 1]),
      encode([version, list, typeof key === 'number' ? String(key) : 1, id, ...rest]),
      encode([version, list, key, typeof id === 'number' ? String(id) : 1, ...rest]),
      ...[null, {}, [key], true, '\u0000', '\ud83d'].flatMap((odd) => [
        encode([version, list, odd, id, ...rest]),
        encode([version, list, key, odd, ...rest]),
      ]),
      encode([version, list, key, id, ...rest]).slice(0, -4),
      Buffer.from(`[${version},"${list}",1e999,"${id}"${rest.map((part: unknown) => `,${part}`)}]`).toString(
        'base64url',
      ),
    ];
    for (const cursor of garbage) expect([cursor, (await send(name, cursor)).error]).toEqual([cursor, refused]);
  });

  it('takes a place that is nowhere in it as a place, or refuses it', async () => {
    const [version, list, key, id, ...rest] = JSON.parse(Buffer.from(await firstCursor(name), 'base64url').toString());
    const places =
      typeof key === 'number'
        ? [0, -1, 0.5, 2 ** 31, -1e14, -1e15, 1e15, 1e21, -1e308, 1e308, 2 ** 53]
        : ['', 'zz', '😀', "' or 1"];
    const ids = typeof id === 'number' ? [0, -1, 0.5, 2 ** 31, 1e308, 2 ** 53] : ['', 'zz', '%', "' or 1"];
    const ranks = rest.length > 0 ? [[-1], [0], [0.5], [199.5], [199], [200], [1e308], ['1'], [null]] : [[]];
    for (const place of places)
      for (const [other, rank] of [...ids.map((some) => [some, rest]), ...ranks.map((some) => [id, some])]) {
        const cursor = encode([version, list, place, other, ...rank]);
        const { error } = await send(name, cursor);
        expect(['BAD_CURSOR', undefined]).toContain(error?.extensions.code);
      }
  });

  it.for(['5', 'true', '[1]', '{ a: 1 }', 'X'])('takes no %s for a cursor', async (literal) => {
    const query = `{ ${lists[name]?.(literal)} }`;
    const { body } = await server.send({ query }, server.people.admin.token);
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
