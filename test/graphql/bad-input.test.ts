import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUnit, startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  // a session, for the cursor of those
  await server.query('mutation { signIn(input: { username: "ann", password: "correct horse" }) { token } }');
});
afterAll(() => server[Symbol.asyncDispose]());

/** Astral characters: one code point, two UTF-16 units, four bytes. */
const long = (count: number) => '😀'.repeat(count);
const many = (count: number, item: (index: number) => string = (index) => `item ${index}`) =>
  Array.from({ length: count }, (_, index) => item(index));

const insight = { summary: 's', detail: 'd', action: 'a' };
const proposal = { domains: ['x'], insight };

async function userErrors(
  query: string,
  input: object,
  token: string,
): Promise<{ path: string[]; message: string; code: string }[]> {
  const { status, body } = await server.send({ query, variables: { input } }, token);
  expect([status, body.errors]).toEqual([200, undefined]);
  const [payload] = Object.values<{ userErrors: [] }>(body.data);
  return payload?.userErrors ?? [];
}

const mutation = (name: string, type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path message } } }`;
const propose = (input: object) => userErrors(mutation('proposeKnowledgeUnit'), input, server.people.member.key);

const nul = 'a\u0000b';
const half = 'a\ud83d';
const unstorable = 'must not contain NUL or unpaired surrogates.';

describe('a proposal', () => {
  const cases: [string, (count: number) => object, number, string, string][] = [
    [
      'domains',
      (count) => ({ ...proposal, domains: many(count) }),
      16,
      'domains',
      'must have at most 16 items, got 17.',
    ],
    [
      'domains.0',
      (count) => ({ ...proposal, domains: [long(count)] }),
      64,
      'domains.0',
      'must be at most 64 characters, got 65.',
    ],
    [
      'summary',
      (count) => ({ ...proposal, insight: { ...insight, summary: long(count) } }),
      500,
      'insight.summary',
      'must be at most 500 characters, got 501.',
    ],
    [
      'detail',
      (count) => ({ ...proposal, insight: { ...insight, detail: long(count) } }),
      8000,
      'insight.detail',
      'must be at most 8000 characters, got 8001.',
    ],
    [
      'action',
      (count) => ({ ...proposal, insight: { ...insight, action: long(count) } }),
      2000,
      'insight.action',
      'must be at most 2000 characters, got 2001.',
    ],
    [
      'languages',
      (count) => ({ ...proposal, context: { languages: many(count) } }),
      16,
      'context.languages',
      'must have at most 16 items, got 17.',
    ],
    [
      'languages.0',
      (count) => ({ ...proposal, context: { languages: [long(count)] } }),
      64,
      'context.languages.0',
      'must be at most 64 characters, got 65.',
    ],
    [
      'frameworks',
      (count) => ({ ...proposal, context: { frameworks: many(count) } }),
      16,
      'context.frameworks',
      'must have at most 16 items, got 17.',
    ],
    [
      'frameworks.0',
      (count) => ({ ...proposal, context: { frameworks: [long(count)] } }),
      64,
      'context.frameworks.0',
      'must be at most 64 characters, got 65.',
    ],
    [
      'pattern',
      (count) => ({ ...proposal, context: { pattern: long(count) } }),
      200,
      'context.pattern',
      'must be at most 200 characters, got 201.',
    ],
    [
      'idempotencyKey',
      (count) => ({ ...proposal, idempotencyKey: long(count) }),
      128,
      'idempotencyKey',
      'must be at most 128 characters, got 129.',
    ],
    [
      'extensions',
      (count) => ({ ...proposal, extensions: Object.fromEntries(many(count).map((_, index) => [`a:${index}`, 1])) }),
      20,
      'extensions',
      'must have at most 20 keys, got 21.',
    ],
    [
      'extensions, long',
      (count) => ({ ...proposal, extensions: { 'a:b': 'x'.repeat(count - 10) } }),
      65_536,
      'extensions',
      'must be at most 65536 characters of JSON, got 65537.',
    ],
    [
      'extensions, deep',
      (count) => ({
        ...proposal,
        extensions: { 'a:b': JSON.parse(`${'['.repeat(count - 1)}${']'.repeat(count - 1)}`) },
      }),
      32,
      'extensions',
      'must be nested at most 32 deep.',
    ],
  ];

  it.for(cases)('may have %s up to its limit, and no more', async ([, input, limit, path, message]) => {
    expect(await propose(input(limit))).toEqual([]);
    expect(await propose(input(limit + 1))).toEqual([
      { code: 'INVALID_INPUT', path: path.split('.'), message: `${path} ${message}` },
    ]);
  });

  it('is measured after its domains are trimmed and told apart', async () => {
    expect(
      await propose({
        ...proposal,
        domains: [...many(16), ...many(16, (index) => ` ITEM ${index} `), ` ${long(64)} `].slice(0, 32),
      }),
    ).toEqual([]);
    expect(await propose({ ...proposal, domains: [`   ${long(64)}   `] })).toEqual([]);
    for (const domains of [[], ['', ' \t']])
      expect(await propose({ ...proposal, domains })).toMatchObject([
        { path: ['domains'], message: 'domains must have at least 1 item that is not empty, got 0.' },
      ]);
  });

  it('learns of everything that is wrong with it at once', async () => {
    const errors = await propose({
      domains: [nul],
      insight: { summary: long(501), detail: half, action: 'a' },
      idempotencyKey: '',
    });
    expect(errors.map(({ path }) => path.join('.'))).toEqual([
      'domains.0',
      'insight.summary',
      'insight.detail',
      'idempotencyKey',
    ]);
  });

  const fields: [string, (text: string) => object][] = [
    ['domains.0', (text) => ({ ...proposal, domains: [text] })],
    ...(['summary', 'detail', 'action'] as const).map((name): [string, (text: string) => object] => [
      `insight.${name}`,
      (text) => ({ ...proposal, insight: { ...insight, [name]: text } }),
    ]),
    ['context.languages.0', (text) => ({ ...proposal, context: { languages: [text] } })],
    ['context.frameworks.0', (text) => ({ ...proposal, context: { frameworks: [text] } })],
    ['context.pattern', (text) => ({ ...proposal, context: { pattern: text } })],
    ['extensions', (text) => ({ ...proposal, extensions: { 'a:b': [{ c: text }] } })],
    ['extensions', (text) => ({ ...proposal, extensions: { [`a:${text}`]: 1 } })],
    ['extensions', (text) => ({ ...proposal, extensions: { 'a:b': { [text]: 1 } } })],
    ['idempotencyKey', (text) => ({ ...proposal, idempotencyKey: text })],
  ];
  it.for(fields)('may not have NUL or half a surrogate pair in %s', async ([path, input]) => {
    for (const text of [nul, half])
      expect(await propose(input(text))).toContainEqual({
        code: 'INVALID_INPUT',
        path: path.split('.'),
        message: `${path} ${unstorable}`,
      });
  });

  it.for(['', 'plain', 'A:b', '-a:b', 'a:', 'a: b', ':b', 'a b:c'])(
    'may not have the extension key %j',
    async (key) => {
      expect(await propose({ ...proposal, extensions: { [key]: 1 } })).toMatchObject([
        { path: ['extensions'], message: expect.stringContaining(JSON.stringify(key)) },
      ]);
    },
  );

  it('gets the numbers of its extensions back as they were written', async () => {
    const text =
      '{"a:int":123456789012345678901234567890,"a:one":1.0,"a:big":1e400,"a:nil":null,"a:in":[{"x":0.10,"y":-0.0}]}';
    const ask = async (query: string, variables: string) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` },
        body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      });
      return response.text();
    };
    const field = (value: string) =>
      `proposeKnowledgeUnit(input: { domains: ["x"], insight: { summary: "", detail: "", action: "" }, extensions: ${value} }) { knowledgeUnit { extensions } }`;
    expect(await ask(`mutation ($e: JSONObject) { ${field('$e')} }`, `{"e":${text}}`)).toContain(
      `{"extensions":${text}}`,
    );
    const whole =
      'mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { extensions } } }';
    expect(
      await ask(
        whole,
        `{"input":{"domains":["x"],"insight":{"summary":"","detail":"","action":""},"extensions":${text}}}`,
      ),
    ).toContain(`{"extensions":${text}}`);
  });
});

describe('flags, notes, keys and accounts', () => {
  it('have limits of their own', async () => {
    const { member, reviewer, admin } = server.people;
    const [unit, other, one, two] = [
      await server.unit(),
      await server.unit(),
      await server.unit({ status: 'pending' }),
      await server.unit({ status: 'pending' }),
    ];
    const flag = (input: object) =>
      userErrors(mutation('flagKnowledgeUnit'), { id: unit.id, reason: 'STALE', ...input }, member.key);
    expect(await flag({ detail: long(1000) })).toEqual([]);
    expect(await flag({ detail: long(1001) })).toMatchObject([
      { message: 'detail must be at most 1000 characters, got 1001.' },
    ]);
    expect(await flag({ detail: nul })).toMatchObject([{ message: `detail ${unstorable}` }]);
    expect(await flag({ reason: 'DUPLICATE' })).toMatchObject([
      { path: ['duplicateOfId'], message: 'duplicateOfId is required when the reason is DUPLICATE.' },
    ]);
    expect(await flag({ duplicateOfId: other.id })).toMatchObject([
      { message: 'duplicateOfId goes with the reason DUPLICATE, got STALE.' },
    ]);
    expect(await flag({ reason: 'DUPLICATE', duplicateOfId: unit.id })).toMatchObject([{ path: ['duplicateOfId'] }]);
    expect(await flag({ reason: 'DUPLICATE', duplicateOfId: 'ku_none' })).toMatchObject([
      { code: 'NOT_FOUND', path: ['duplicateOfId'] },
    ]);

    const approve = (id: string, note: string) =>
      userErrors(mutation('approveKnowledgeUnit'), { id, note }, reviewer.token);
    expect(await approve(one.id, long(1000))).toEqual([]);
    expect(await approve(two.id, long(1001))).toMatchObject([
      { message: 'note must be at most 1000 characters, got 1001.' },
    ]);
    expect(await approve(two.id, half)).toMatchObject([{ message: `note ${unstorable}` }]);
    const input = { id: two.id, note: 'Fine.', internalNote: long(1001) };
    expect(await userErrors(mutation('approveKnowledgeUnit'), input, reviewer.token)).toMatchObject([
      { message: 'internalNote must be at most 1000 characters, got 1001.' },
    ]);

    const key = (input: object) =>
      userErrors(mutation('createApiKey'), { name: 'k', ttl: '1d', ...input }, admin.token);
    expect(
      await key({
        name: long(64),
        labels: many(16, (index) => long(63) + (index % 10) + (index > 9 ? 'x' : '')).map((label) =>
          [...label].slice(0, 64).join(''),
        ),
      }),
    ).toEqual([]);
    expect(await key({ name: '' })).toMatchObject([{ message: 'name must have at least 1 character, got 0.' }]);
    expect(await key({ name: long(65) })).toMatchObject([{ message: 'name must be at most 64 characters, got 65.' }]);
    expect(await key({ labels: many(17) })).toMatchObject([{ message: 'labels must have at most 16 items, got 17.' }]);
    expect(await key({ labels: [long(65)] })).toMatchObject([
      { message: 'labels.0 must be at most 64 characters, got 65.' },
    ]);
    expect(await key({ ttl: '366d' })).toMatchObject([
      { path: ['ttl'], message: "ttl '366d' exceeds the maximum of 365d." },
    ]);

    const user = (input: object) =>
      userErrors(mutation('createUser'), { username: 'u', password: 'long enough', ...input }, admin.token);
    expect(await user({ username: long(64), password: 'x'.repeat(72) })).toEqual([]);
    expect(await user({ username: 'MIA' })).toEqual([]);
    expect(await user({ username: long(65) })).toMatchObject([
      { message: 'username must be at most 64 characters, got 65.' },
    ]);
    expect(await user({ username: ' u' })).toMatchObject([{ message: 'username must not begin or end with a space.' }]);
    expect(await user({ username: 'u\u202e' })).toMatchObject([{ message: expect.stringContaining('got U+202E.') }]);
    expect(await user({ username: 'МIА' })).toMatchObject([
      { message: 'The user name "МIА" looks like "MIA", which is taken.', path: ['username'] },
    ]);
    expect(await user({ username: nul })).toMatchObject([{ message: `username ${unstorable}` }]);
    expect(await user({ password: 'x'.repeat(7) })).toMatchObject([
      { message: 'password must have at least 8 characters, got 7.' },
    ]);
    expect(await user({ password: long(19) })).toMatchObject([
      { message: 'password must be at most 72 bytes of UTF-8, got 76.' },
    ]);
  });
});

describe('an id that names nothing', () => {
  const ids = [
    '',
    'x',
    'ku_',
    `ku_${'0'.repeat(32)}`,
    `KU_${'0'.repeat(32)}`,
    nul,
    half,
    long(5000),
    "ku_' or 1=1",
    'usr_99999999999999999999',
    'usr_2147483648',
    'evt_2147483648',
    'evt_999999999999999',
    'key_1',
    'ses_1',
    `ses_${'0'.repeat(32)}`,
    '__proto__',
  ];

  it.for(ids)('%j is null in queries and NOT_FOUND in mutations', async (id) => {
    const { member, reviewer, admin } = server.people;
    const read = await server.query(
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } knowledgeUnit(id: $id) { id } }',
      { id },
      admin.token,
    );
    expect(read).toEqual({ node: null, nodes: [null], knowledgeUnit: null });
    const calls: [string, object, string][] = [
      ['confirmKnowledgeUnit', {}, member.key],
      ['flagKnowledgeUnit', { reason: 'STALE' }, member.key],
      ['approveKnowledgeUnit', {}, reviewer.token],
      ['rejectKnowledgeUnit', {}, reviewer.token],
      ['amendKnowledgeUnit', { version: 1, domains: ['x'] }, member.key],
      ['amendKnowledgeUnit', { version: 1, approve: true }, reviewer.token],
      ['suggestRevision', { version: 1, domains: ['x'] }, member.key],
      ['rebaseSuggestion', { version: 1 }, member.key],
      ['withdrawSuggestion', {}, member.key],
      ['approveSuggestion', { version: 1 }, reviewer.token],
      ['rejectSuggestion', {}, reviewer.token],
      ['revokeApiKey', {}, member.token],
      ['endSession', {}, member.token],
      ['endSession', {}, admin.token],
      ['endUserSessions', {}, admin.token],
      ['revokeInvitation', {}, admin.token],
      ['admitQuarantinedRow', {}, admin.token],
      ['discardQuarantinedRow', {}, admin.token],
      ['setUserRole', { role: 'ADMIN' }, admin.token],
    ];
    for (const [name, input, credential] of calls)
      expect([name, (await userErrors(mutation(name), { id, ...input }, credential)).map(({ code }) => code)]).toEqual([
        name,
        ['NOT_FOUND'],
      ]);
  });
});

describe('a bad cursor', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const lists: [string, string][] = [
    ['knowledgeUnits', 'query ($c: String) { list: knowledgeUnits(first: 1, after: $c) { pageInfo { endCursor } } }'],
    [
      'knowledgeUnits, back',
      'query ($c: String) { list: knowledgeUnits(last: 1, before: $c) { pageInfo { endCursor } } }',
    ],
    [
      'by confidence',
      'query ($c: String) { list: knowledgeUnits(first: 1, after: $c, orderBy: { field: CONFIDENCE }) { pageInfo { endCursor } } }',
    ],
    ['search', 'query ($c: String) { list: search(text: "lesson", first: 1, after: $c) { pageInfo { endCursor } } }'],
    ['reviewQueue', 'query ($c: String) { list: reviewQueue(first: 1, after: $c) { pageInfo { endCursor } } }'],
    ['attention', 'query ($c: String) { list: attention(first: 1, after: $c) { pageInfo { endCursor } } }'],
    ['users', 'query ($c: String) { list: users(first: 1, after: $c) { pageInfo { endCursor } } }'],
    ['apiKeys', 'query ($c: String) { viewer { list: apiKeys(first: 1, after: $c) { pageInfo { endCursor } } } }'],
    ['sessions', 'query ($c: String) { viewer { list: sessions(first: 1, after: $c) { pageInfo { endCursor } } } }'],
  ];

  it.for(lists)('of %s is refused by code', async ([, query]) => {
    const { token } = server.people.admin;
    await server.unit();
    await server.unit({ status: 'pending' });
    const data = await server.query(query, {}, token);
    const good: string = (data.list ?? data.viewer.list).pageInfo.endCursor;
    const [version, list, ...position] = JSON.parse(Buffer.from(good, 'base64url').toString());
    expect((await server.send({ query, variables: { c: good } }, token)).body.errors).toBeUndefined();
    const wrong = [
      '',
      'x',
      '💥',
      long(5000),
      encode(null),
      encode({}),
      encode([version, list]),
      encode([2, list, ...position]),
      encode([version, 'other', ...position]),
      encode([version, list, ...position, 1]),
      encode([version, list, ...position.map(String).map(() => ({}))]),
      encode([version, list, ...position.map(() => nul)]),
      encode([version, list, ...position.map(() => null)]),
      encode([version, list, ...position]).replace(/.$/, ''),
      Buffer.from(`[${version},"${list}",1e999,"ku_x",1]`).toString('base64url'),
      Buffer.from(`[${version},"${list}",-1e300,"ku_x"]`).toString('base64url'),
    ];
    for (const c of wrong) {
      const { status, body } = await server.send({ query, variables: { c } }, token);
      expect(status).toBe(200);
      const code = body.errors?.[0]?.extensions.code;
      // a position that was merely moved is a place in the list like any other
      expect([c, code ?? 'BAD_CURSOR']).toEqual([c, 'BAD_CURSOR']);
    }
    for (const c of wrong.slice(1, 10)) {
      const { body } = await server.send({ query, variables: { c } }, token);
      expect([c, body.errors?.[0]?.extensions.code]).toEqual([c, 'BAD_CURSOR']);
    }
  });
});

describe('an argument out of range', () => {
  const codes = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'BAD_CURSOR'];
  it.for([
    'knowledgeUnits(first: -1) { nodes { id } }',
    'knowledgeUnits(last: -1) { nodes { id } }',
    'search(text: "x", first: -1) { nodes { id } }',
    'stats { domainCounts(first: -1) { count } }',
    'knowledgeUnits(first: 101) { nodes { id } }',
    'knowledgeUnits(last: 101) { nodes { id } }',
    'knowledgeUnits(first: 2147483648) { nodes { id } }',
    'knowledgeUnits(first: 1e400) { nodes { id } }',
    'knowledgeUnits(first: "5") { nodes { id } }',
    'knowledgeUnits(first: 1, last: 1) { nodes { id } }',
    'knowledgeUnits(first: 1, before: "x") { nodes { id } }',
    'knowledgeUnits(filter: { tiers: [SECRET] }) { nodes { id } }',
    'knowledgeUnits(filter: { confidence: { min: 1e400 } }) { nodes { id } }',
    'knowledgeUnits(filter: { createdAt: { from: "yesterday" } }) { nodes { id } }',
    'knowledgeUnits(filter: { createdAt: { from: "2026-13-01T00:00:00Z" } }) { nodes { id } }',
    'knowledgeUnits(filter: { createdAt: { from: 5 } }) { nodes { id } }',
    'knowledgeUnits(filter: { createdAt: { from: "0000-12-31T23:59:59Z" } }) { nodes { id } }',
    'knowledgeUnits(filter: { pattern: "a\\u0000" }) { nodes { id } }',
    'knowledgeUnits(filter: { languages: ["a\\u0000"] }) { nodes { id } }',
    `knowledgeUnits(filter: { frameworks: [${many(51, () => '"x"').join(' ')}] }) { nodes { id } }`,
    'knowledgeUnits(orderBy: { field: NAME }) { nodes { id } }',
    'search { nodes { id } }',
    'search(text: "a\\u0000") { nodes { id } }',
    'search(text: "x", first: 51) { nodes { id } }',
    'search(filter: { domains: ["a\\u0000"] }) { nodes { id } }',
    `nodes(ids: [${many(101, () => '"x"').join(' ')}]) { id }`,
    'stats { domainCounts(first: 101) { count } }',
    'stats { trends(from: "2026-02-30") { date } }',
    'stats { trends(from: "0001-01-01") { date } }',
    'stats { trends(to: "9999-12-31") { date } }',
    'stats { trends(from: "2026-01-02", to: "2026-01-01") { date } }',
    'stats { trends(from: "2025-01-01", to: "2026-01-02") { date } }',
  ])('%s', async (field) => {
    const { status, body } = await server.send({ query: `{ ${field} }` });
    expect(status).toBe(200);
    expect(codes).toContain(body.errors?.[0]?.extensions.code);
    expect(body.errors[0].message.length).toBeGreaterThan(15);
  });

  it.for([
    'knowledgeUnits(first: 100) { nodes { id } }',
    'knowledgeUnits(filter: { confidence: { min: -1e308, max: 1e308 } }) { nodes { id } }',
    'knowledgeUnits(filter: { domains: [], languages: [], statuses: null, confidence: null }) { nodes { id } }',
    'knowledgeUnits(filter: { domains: [" "] }) { nodes { id } }',
    'knowledgeUnits(filter: { createdAt: { from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59.999Z" } }) { nodes { id } }',
    'search(text: "") { nodes { id } notices { code } }',
    'search(text: "x", first: 50) { nodes { id } }',
    'search(filter: { domains: [] }) { nodes { id } }',
    'stats { trends(from: "2025-01-01", to: "2026-01-01") { date } }',
    'stats { trends(to: "1970-01-01") { date } }',
  ])('%s is at its limit', async (field) => {
    expect((await server.send({ query: `{ ${field} }` })).body.errors).toBeUndefined();
  });

  it('a text of many words is searched for by the rarest, and a misspelt word by the nearest, and each answer says so', async () => {
    const unit = aUnit({ insight: { summary: 'orangutan' } });
    await server.store.units.restore(unit, []);
    while (await server.store.units.addSpellings());
    const ask = 'query ($t: String) { search(text: $t) { nodes { id } notices { code message } } }';
    const frames = Array.from({ length: 100 }, (_, at) => `frame${at}x`).join(' ');
    expect((await server.query(ask, { t: `${frames} orangutan` })).search).toEqual({
      nodes: [{ id: unit.id }],
      notices: [
        { code: 'QUERY_TRUNCATED', message: 'Of 101 different words the rarest that units have were searched for: 1.' },
      ],
    });
    expect((await server.query(ask, { t: 'the Oranguttan' })).search).toEqual({
      nodes: [{ id: unit.id }],
      notices: [
        {
          code: 'SPELLING',
          message: 'No unit has the word "oranguttan": "orangutan" was searched for in its place.',
        },
      ],
    });
  });

  it('a long text is searched for by its beginning and its end, and says so', async () => {
    const { search } = await server.query('query ($t: String) { search(text: $t) { notices { code message } } }', {
      t: 'word '.repeat(5000),
    });
    expect(search.notices).toEqual([
      { code: 'QUERY_TRUNCATED', message: 'The first 5000 and the last 4999 characters were searched for.' },
    ]);
  });
});
