import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

/** Text that a database cannot hold, in every place but a proposal's, which has tests of its own. */
let server: TestServer;
let unit: string;
let pending: string;
beforeAll(async () => {
  server = await startServer();
  unit = (await server.unit()).id;
  pending = (await server.unit({ status: 'pending' })).id;
});
afterAll(() => server[Symbol.asyncDispose]());

const texts = { NUL: 'a\u0000b', 'the first half of a pair': 'a\ud83d', 'the second half of a pair': '\ude00b' };

describe.for(Object.entries(texts))('%s', ([, text]) => {
  const filters = ['domains', 'languages', 'frameworks'].map((name): [string, object] => [
    name,
    { [name]: ['ok', text] },
  ]);

  it.for([...filters, ['pattern', { pattern: text }] as [string, object]])(
    'is refused in filter.%s',
    async ([name, filter]) => {
      const path = name === 'pattern' ? 'filter.pattern' : `filter.${name}.1`;
      const fields = [
        'knowledgeUnits(filter: $filter)',
        'search(text: "x", filter: $filter)',
        'reviewQueue(filter: $filter)',
      ];
      for (const field of fields) {
        const query = `query ($filter: KnowledgeFilter) { ${field} { nodes { id } } }`;
        const { body } = await server.send({ query, variables: { filter } }, server.people.admin.token);
        expect(body.errors).toMatchObject([
          { message: `${path} must not contain NUL or unpaired surrogates.`, extensions: { code: 'BAD_USER_INPUT' } },
        ]);
      }
    },
  );

  it('is refused as a text to search for', async () => {
    const query = 'query ($text: String) { search(text: $text) { nodes { id } } }';
    const { body } = await server.send({ query, variables: { text } });
    expect(body.errors).toMatchObject([{ message: 'text must not contain NUL or unpaired surrogates.' }]);
  });

  it.for<[string, string, () => object]>([
    ['flagKnowledgeUnit', 'detail', () => ({ id: unit, reason: 'STALE', detail: text })],
    ['approveKnowledgeUnit', 'note', () => ({ id: pending, note: text })],
    ['rejectKnowledgeUnit', 'note', () => ({ id: pending, note: text })],
    ['rejectKnowledgeUnit', 'internalNote', () => ({ id: pending, internalNote: text })],
    ['amendKnowledgeUnit', 'insight.summary', () => ({ id: pending, version: 1, insight: { summary: text } })],
    ['amendKnowledgeUnit', 'reason', () => ({ id: pending, version: 1, reason: text, domains: ['x'] })],
    ['amendKnowledgeUnit', 'note', () => ({ id: pending, version: 1, note: text, domains: ['x'], approve: true })],
    ['suggestRevision', 'domains.0', () => ({ id: unit, version: 1, domains: [text] })],
    ['suggestRevision', 'context.pattern', () => ({ id: unit, version: 1, context: { pattern: text } })],
    ['suggestRevision', 'reason', () => ({ id: unit, version: 1, domains: ['x'], reason: text })],
    ['createApiKey', 'name', () => ({ name: text, ttl: '1d' })],
    ['createApiKey', 'labels.1', () => ({ name: 'k', ttl: '1d', labels: ['ok', text] })],
    ['createUser', 'username', () => ({ username: text, password: 'long enough' })],
    ['createUser', 'password', () => ({ username: 'u', password: `long enough ${text}` })],
    [
      'changePassword',
      'newPassword',
      () => ({ currentPassword: server.people.admin.password, newPassword: `long enough ${text}` }),
    ],
  ])('is refused by %s in %s', async ([name, path, input]) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path message } } }`;
    const answer = await server.query(query, { input: input() }, server.people.admin.token);
    expect(answer[name].userErrors).toEqual([
      { code: 'INVALID_INPUT', path: path.split('.'), message: `${path} must not contain NUL or unpaired surrogates.` },
    ]);
  });

  it('is a lifetime like any other wrong one', async () => {
    const query = 'mutation ($ttl: String!) { createApiKey(input: { name: "k", ttl: $ttl }) { userErrors { path } } }';
    const { createApiKey } = await server.query(query, { ttl: `1d${text}` }, server.people.admin.token);
    expect(createApiKey.userErrors).toEqual([{ path: ['ttl'] }]);
  });

  it('is no valid sign-in, as a name or as a password', async () => {
    const query = `mutation ($username: String!, $password: String!) {
      signIn(input: { username: $username, password: $password }) { token userErrors { code path } } }`;
    const wrong = { token: null, userErrors: [{ code: 'INVALID_CREDENTIALS', path: null }] };
    const { password } = server.people.member;
    expect(await server.query(query, { username: `mia${text}`, password })).toEqual({ signIn: wrong });
    expect(await server.query(query, { username: 'mia', password: password + text })).toEqual({ signIn: wrong });
  });
});
