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
    await server.query('mutation { inviteUser(input: {}) { token } }', {}, server.people.admin.token);
    await server.query('mutation { signIn(input: { username: "ann", password: "correct horse" }) { token } }');
    const amend = `mutation ($id: ID!, $at: Int!) { amendKnowledgeUnit(input: { id: $id, version: $at, reason: "r",
      insight: { summary: "A lesson after $at" } }) { userErrors { code } } }`.replace(
      'after $at',
      `after ${time + 1}`,
    );
    await server.query(amend, { id: one.id, at: time + 1 }, server.people.reviewer.token);
  }
  const confirm = 'mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { userErrors { code } } }';
  for (const { token } of Object.values(server.people)) await server.query(confirm, { id: one.id }, token);
  for (let time = 0; time < 3; time++) {
    const suggest = `mutation ($id: ID!) { suggestRevision(input: { id: $id, version: 4, insight: { detail: "${time}" } }) {
      userErrors { code } } }`;
    await server.query(suggest, { id: one.id }, server.people.admin.token);
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
  attention: (args) => `list: attention(first: 1, after: ${args}) ${page}`,
  auditLog: (args) => `list: auditLog(first: 1, after: ${args}) ${page}`,
  'auditLog with a filter': (args) =>
    `list: auditLog(first: 1, filter: { actions: ["apiKey.created"] }, after: ${args}) ${page}`,
  users: (args) => `list: users(first: 1, after: ${args}) ${page}`,
  'flags of one unit': (args) => unit(0, `list: flags(first: 1, after: ${args}) ${page}`),
  'flags of another': (args) => unit(1, `list: flags(first: 1, after: ${args}) ${page}`),
  'confirmations of one unit': (args) => unit(0, `list: confirmations(first: 1, after: ${args}) ${page}`),
  'events of one unit': (args) => unit(0, `list: activity(first: 1, after: ${args}) ${page}`),
  'events of another': (args) => unit(1, `list: activity(first: 1, after: ${args}) ${page}`),
  suggestionQueue: (args) => `list: suggestionQueue(first: 1, after: ${args}) ${page}`,
  'own suggestions': (args) => `viewer { list: suggestions(first: 1, after: ${args}) ${page} }`,
  'suggestions for one unit': (args) => unit(0, `list: suggestions(first: 1, after: ${args}) ${page}`),
  'versions of one unit': (args) => unit(0, `list: revisions(first: 1, after: ${args}) ${page}`),
  'active keys': (args) => `viewer { list: apiKeys(first: 1, after: ${args}) ${page} }`,
  invitations: (args) => `list: invitations(first: 1, after: ${args}) ${page}`,
  'own sessions': (args) => `viewer { list: sessions(first: 1, after: ${args}) ${page} }`,
  'all keys': (args) => `viewer { list: apiKeys(first: 1, includeInactive: true, after: ${args}) ${page} }`,
};
const names = Object.keys(lists);

const byOrder =
  (order: string, way = 'first: 1, after') =>
  (args: string) =>
    `list: knowledgeUnits(${way}: ${args}, orderBy: { ${order} }) ${page}`;
const byFilter = (filter: string) => (args: string) =>
  `list: knowledgeUnits(first: 1, filter: { ${filter} }, after: ${args}) ${page}`;
const inMode = (mode: string) => (args: string) =>
  `list: search(text: "lesson", mode: ${mode}, first: 1, after: ${args}) ${page}`;
const found = (filter: string) => (args: string) =>
  `list: search(text: "lesson", filter: { ${filter} }, first: 1, after: ${args}) ${page}`;

/** Further lists: in everything that a list may be asked by, one that differs in that alone. */
const variants: Record<string, (args: string) => string> = {
  ...lists,
  'knowledgeUnits, ascending, back': byOrder('direction: ASC', 'last: 1, before'),
  'knowledgeUnits by confidence, back': byOrder('field: CONFIDENCE', 'last: 1, before'),
  'knowledgeUnits by confidence, ascending': byOrder('field: CONFIDENCE, direction: ASC'),
  'knowledgeUnits by confirmations': byOrder('field: CONFIRMATIONS'),
  'knowledgeUnits by confirmations, ascending': byOrder('field: CONFIRMATIONS, direction: ASC'),
  'knowledgeUnits by the last change': byOrder('field: UPDATED_AT'),
  'knowledgeUnits by the last change, ascending': byOrder('field: UPDATED_AT, direction: ASC'),
  'knowledgeUnits by the last confirmation': byOrder('field: LAST_CONFIRMED_AT'),
  'knowledgeUnits by the last answer': byOrder('field: LAST_ANSWERED_AT'),
  'knowledgeUnits by answers': byOrder('field: ANSWERS'),
  'knowledgeUnits by the last answer, back': byOrder('field: LAST_ANSWERED_AT', 'last: 1, before'),
  'knowledgeUnits by flags': byOrder('field: FLAGS'),
  'knowledgeUnits by confirmers': byOrder('field: CONFIRMERS'),
  'knowledgeUnits, pending': byFilter('statuses: [PENDING]'),
  'knowledgeUnits, approved or pending': byFilter('statuses: [APPROVED, PENDING]'),
  'knowledgeUnits in a domain, all of them': byFilter('domains: ["api"], domainMatch: ALL'),
  'knowledgeUnits in another domain': byFilter('domains: ["web"]'),
  'knowledgeUnits in a language': byFilter('languages: ["go"]'),
  'knowledgeUnits in a framework': byFilter('frameworks: ["go"]'),
  'knowledgeUnits of a pattern': byFilter('pattern: "go"'),
  'knowledgeUnits of a tier': byFilter('tiers: [PRIVATE]'),
  'knowledgeUnits with a least confidence': byFilter('confidence: { min: 0 }'),
  'knowledgeUnits with a most confidence': byFilter('confidence: { max: 1 }'),
  'knowledgeUnits since then': byFilter('createdAt: { from: "2026-01-01T00:00:00Z" }'),
  'knowledgeUnits until then': byFilter('createdAt: { to: "2027-01-01T00:00:00Z" }'),
  'knowledgeUnits reviewed until then': byFilter('reviewedAt: { to: "2027-01-01T00:00:00Z" }'),
  'knowledgeUnits with flags': byFilter('hasFlags: true'),
  'knowledgeUnits without flags': byFilter('hasFlags: false'),
  'knowledgeUnits with so many flags': byFilter('flags: { max: 9 }'),
  'knowledgeUnits with so many confirmers': byFilter('confirmers: { min: 0 }'),
  'knowledgeUnits confirmed until then': byFilter('lastConfirmedAt: { to: "2027-01-01T00:00:00Z" }'),
  'knowledgeUnits answered until then': byFilter('lastAnsweredAt: { to: "2099-01-01T00:00:00Z" }'),
  'knowledgeUnits of a person': byFilter('proposedBy: "mia"'),
  'attention for another reason': (args) => `list: attention(first: 1, reasons: [HELD], after: ${args}) ${page}`,
  'attention for one reason': (args) => `list: attention(first: 1, reasons: [FLAGGED], after: ${args}) ${page}`,
  'search by words alone': inMode('KEYWORD'),
  'search by meaning alone': inMode('SEMANTIC'),
  'search by words, pending': found('statuses: [PENDING]'),
  'search by words in a domain': found('domains: ["api"]'),
  'search by words in a language': found('languages: ["go"]'),
  'search by words, of a tier': found('tiers: [PRIVATE]'),
  'own proposals, approved': (args) =>
    `viewer { list: proposals(first: 1, statuses: [APPROVED], after: ${args}) ${page} }`,
  'reviewQueue of a tier': (args) =>
    `list: reviewQueue(first: 1, filter: { tiers: [PRIVATE] }, after: ${args}) ${page}`,
};

/** Forward and back are one list; all others are lists of their own. */
const listOf = (name: string) => name.replace(/, back$/, '');

async function send(name: string, cursor: string | null) {
  const query = `query ($cursor: String) { ${variants[name]?.('$cursor')} }`;
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

/** Which of these cursors a list takes; ten of them in one operation, which may select no more. */
async function takenBy(name: string, cursors: readonly (readonly [string, string])[]): Promise<string[]> {
  const some = cursors.slice(0, 10);
  if (some.length === 0) return [];
  const variables = Object.fromEntries(some.map(([, cursor], at) => [`c${at}`, cursor]));
  const asked = some.map((_, at) => variants[name]?.(`$c${at}`).replace('list:', `c${at}:`));
  const query = `query (${some.map((_, at) => `$c${at}: String`)}) { ${asked.join(' ')} }`;
  const { body } = await server.send({ query, variables }, server.people.admin.token);
  const errors: { path: string[]; extensions: { code: string } }[] = body.errors ?? [];
  expect(errors.filter(({ extensions }) => extensions.code !== 'BAD_CURSOR')).toEqual([]);
  const refused = errors.map(({ path }) => path.at(-1));
  const taken = some.filter((_, at) => !refused.includes(`c${at}`)).map(([other]) => other);
  return [...taken, ...(await takenBy(name, cursors.slice(10)))];
}

describe('a page of none', () => {
  const counted = (args: string) =>
    args.replace('pageInfo { endCursor', 'pageInfo { startCursor hasPreviousPage endCursor');

  it.for(Object.keys(variants))('of %s says whether there is more, and counts', async (name) => {
    const cursor = await firstCursor(name);
    const isBack = name.endsWith('back');
    const isCounted = !name.startsWith('search') && !name.startsWith('events');
    const ask = async (from: string | null) => {
      const list = counted(variants[name]?.('$cursor') ?? expect.fail()).replace(/(first|last): 1/, '$1: 0');
      const query = `query ($cursor: String) { ${isCounted ? list.replace(/edges/, 'totalCount edges') : list} }`;
      const { body } = await server.send({ query, variables: { cursor: from } }, server.people.admin.token);
      expect(body.errors).toBeUndefined();
      return (body.data.viewer ?? body.data.knowledgeUnit ?? body.data).list;
    };
    const none = await ask(null);
    const full = await send(name, null);
    expect(none.edges).toEqual([]);
    if (isCounted) expect(none.totalCount > 0).toBe(full.edges.length > 0);
    const ends = { startCursor: null, endCursor: null };
    const more = full.edges.length > 0;
    expect(none.pageInfo).toEqual({ ...ends, hasNextPage: !isBack && more, hasPreviousPage: isBack && more });
    if (!more) return;
    // one came past the items before the cursor, or after it
    expect((await ask(cursor)).pageInfo).toMatchObject({ ...ends, [isBack ? 'hasNextPage' : 'hasPreviousPage']: true });
  });

  it('is one of lists that are no connections too', async () => {
    const query = `{
      stats { domainCounts(first: 0) { count } recentActivity(first: 0) { id } }
      knowledgeUnit(id: "${flagged[0]}") { related(first: 0) { similarity } }
    }`;
    const { stats, knowledgeUnit } = await server.query(query, {}, server.people.reviewer.token);
    expect(stats).toEqual({ domainCounts: [], recentActivity: [] });
    expect(knowledgeUnit).toEqual({ related: [] });
  });
});

describe('a cursor', () => {
  it('is taken by its own list, whether forward or back, and by no other', async () => {
    const cursors = new Map<string, string>();
    for (const name of Object.keys(variants)) {
      const cursor = await firstCursor(name);
      if (cursor) cursors.set(name, cursor);
    }
    // the others have no page with an end to it
    expect(cursors.size).toBeGreaterThan(30);
    for (const name of Object.keys(variants)) {
      const own = [...cursors.keys()].filter((other) => listOf(other) === listOf(name));
      expect([name, await takenBy(name, [...cursors])]).toEqual([name, own]);
    }
  });
});

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
