import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let documents = 0;
/** A document that no other case has sent. */
const fresh = () => `query Q${++documents} { serverInfo { version } }`;
const apollo = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });

async function post(body: object, to = server, headers: Record<string, string> = {}) {
  const answer = await fetch(`${to.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return answerOf(answer);
}

async function get(params: Record<string, string>) {
  return answerOf(await fetch(`${server.url}/graphql?${new URLSearchParams(params)}`));
}

async function answerOf(answer: Response) {
  const { data, errors } = await answer.json();
  const [error] = errors ?? [];
  return {
    status: answer.status,
    headers: answer.headers,
    data,
    code: error?.extensions.code,
    message: error?.message,
  };
}

const notFound = { status: 200, code: 'PERSISTED_QUERY_NOT_FOUND', message: 'PersistedQueryNotFound' };
const found = { status: 200, data: { serverInfo: { version: expect.any(String) } } };

describe('an automatic persisted query', () => {
  it('is not found, registered, and found', async () => {
    const query = fresh();
    const extensions = apollo(sha256(query));
    const missed = await post({ extensions });
    expect(missed).toMatchObject(notFound);
    expect(missed.headers.get('cache-control')).toBe('no-store');
    // as urql and others have it
    expect(await post({ query: null, extensions })).toMatchObject(notFound);
    expect(await post({ query: '', extensions })).toMatchObject(notFound);
    expect(await post({ query, extensions })).toMatchObject(found);
    for (let count = 0; count < 2; count++) expect(await post({ extensions })).toMatchObject(found);
    expect(await post({ query, extensions })).toMatchObject(found);
  });

  it('is not found with the newer type of answers either, in the same words', async () => {
    const accept = 'application/graphql-response+json,application/json;q=0.9';
    expect(await post({ extensions: apollo(sha256(fresh())) }, server, { accept })).toMatchObject(notFound);
  });

  it('goes by GET', async () => {
    const query = fresh();
    const extensions = JSON.stringify(apollo(sha256(query)));
    const missed = await get({ extensions });
    expect([missed, missed.headers.get('cache-control')]).toMatchObject([notFound, 'no-store']);
    expect(await get({ extensions, query })).toMatchObject(found);
    expect(await get({ extensions })).toMatchObject(found);
  });

  it('keeps its variables, also those whose numbers are read exactly', async () => {
    const query = `mutation P${++documents}($input: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $input) { knowledgeUnit { extensions } userErrors { message } } }`;
    const insight = { summary: 'a', detail: 'b', action: 'c' };
    const input = JSON.stringify({ domains: ['x'], insight }).replace(/}$/, ',"extensions":{"a:b":1.0}}');
    const send = async (text: string) => {
      const body = `{${text}"variables":{"input":${input}},"extensions":${JSON.stringify(apollo(sha256(query)))}}`;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.people.member.key}` };
      return (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).text();
    };
    expect(await send(`"query":${JSON.stringify(query)},`)).toContain('{"a:b":1.0}');
    expect(await send('')).toContain('{"a:b":1.0}');
  });

  it('that is a mutation is refused by GET, as it is whole', async () => {
    const query = `mutation M${++documents} { revokeApiKey(input: { id: "x" }) { userErrors { code } } }`;
    const extensions = apollo(sha256(query));
    expect((await post({ query, extensions })).status).toBe(200);
    expect((await get({ extensions: JSON.stringify(extensions) })).status).toBe(405);
  });

  it.for([
    ['of another document', sha256('{ other }')],
    ['that is none', 'abc'],
  ] as const)('with a hash %s is refused, and nothing registered', async ([, hash]) => {
    const query = fresh();
    const extensions = apollo(hash);
    expect(await post({ query, extensions })).toMatchObject({
      status: 400,
      code: 'PERSISTED_QUERY_MISMATCH',
      message: `extensions.persistedQuery.sha256Hash must be that of the query, whose SHA-256 is ${sha256(query)}.`,
    });
    expect(await post({ extensions })).toMatchObject(notFound);
    expect(await post({ extensions: apollo(sha256(query)) })).toMatchObject(notFound);
  });

  it('is not registered when it is not valid, nor when it cannot be parsed', async () => {
    for (const query of [`{ nothing${++documents} }`, `{ ${++documents}`]) {
      const extensions = apollo(sha256(query));
      expect((await post({ query, extensions })).code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
      expect(await post({ extensions })).toMatchObject(notFound);
    }
  });

  it('of another version is not supported, which lets clients go on with whole documents', async () => {
    for (const version of [2, '1', null])
      expect(await post({ extensions: apollo(sha256(fresh()), version) })).toMatchObject({
        status: 200,
        code: 'PERSISTED_QUERY_NOT_SUPPORTED',
      });
    for (const persistedQuery of [true, 'x', [], {}])
      expect((await post({ extensions: { persistedQuery } })).code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  it.for([[null], [1], [''], ['x'.repeat(201)], [['a']], [{}]] as const)(
    'with the hash %j is refused',
    async ([hash]) => {
      expect(await post({ extensions: apollo(hash) })).toMatchObject({
        status: 400,
        code: 'BAD_USER_INPUT',
        message: 'extensions.persistedQuery.sha256Hash must be a text of 1 to 200 characters.',
      });
    },
  );

  it('with void credentials is refused for those', async () => {
    const headers = { authorization: 'Bearer void' };
    const query = fresh();
    for (const body of [{ extensions: apollo(sha256(query)) }, { query, extensions: apollo('x') }])
      expect(await post(body, server, headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('costs points, found or not, and signs in when those are spent', async () => {
    await using poor = await startServer({ CQ_RATE_LIMIT: '200' });
    const query = 'mutation { signIn(input: { username: "mia", password: "wrong" }) { userErrors { code } } }';
    const extensions = apollo(sha256(query));
    const refused = { status: 200, data: { signIn: { userErrors: [{ code: 'INVALID_CREDENTIALS' }] } } };
    expect(await post({ query, extensions }, poor)).toMatchObject(refused);
    let missed = 0;
    for (; (await post({ extensions: apollo('a'.repeat(64)) }, poor)).status === 200; missed++);
    expect([missed > 100, missed <= 200]).toEqual([true, true]);
    expect((await post({ query: '{ __typename }' }, poor)).status).toBe(429);
    // the points for signing in are others, whichever way that is said
    expect(await post({ extensions }, poor)).toMatchObject(refused);
  });
});

describe('documentId', () => {
  it('names a document that was registered', async () => {
    const query = fresh();
    await post({ query, extensions: apollo(sha256(query)) });
    for (const documentId of [sha256(query), `sha256:${sha256(query)}`, `sha256:${sha256(query).toUpperCase()}`]) {
      expect(await post({ documentId })).toMatchObject(found);
      expect(await get({ documentId })).toMatchObject(found);
    }
  });

  it('registers a document that comes with its hash', async () => {
    const query = fresh();
    const documentId = `sha256:${sha256(query)}`;
    expect(await post({ documentId })).toMatchObject({ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post({ documentId, query })).toMatchObject(found);
    expect(await post({ documentId })).toMatchObject(found);
    expect(await post({ documentId, query: fresh() })).toMatchObject({ status: 400, code: 'PERSISTED_QUERY_MISMATCH' });
  });

  it('of any other form beside a document goes for nothing, and alone is not found', async () => {
    expect(await post({ documentId: 'SearchUnits', query: fresh() })).toMatchObject(found);
    expect(await post({ documentId: 'SearchUnits' })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post({ documentId: null, query: fresh() })).toMatchObject(found);
    for (const documentId of [1, '', [], 'x'.repeat(201)])
      expect(await post({ documentId })).toMatchObject({
        status: 400,
        code: 'BAD_USER_INPUT',
        message: 'documentId must be a text of 1 to 200 characters.',
      });
  });
});
