import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { getIntrospectionQuery, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, SearchDocument, StatsDocument } from '../../src/client/index.ts';
import { onlyIntrospects, readDocuments } from '../../src/graphql/trusted-documents.ts';
import { example } from '../../src/http/graphiql-page.ts';
import { startServer, type TestServer } from '../harness.ts';
import { run, temporaryFolder } from '../process.ts';

const sha256 = (text: string) => hash('sha256', text);
const version = 'query Version { serverInfo { version } }';
const confirm = 'mutation Confirm($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { userErrors { code } } }';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let files = 0;
/** A file of trusted documents. */
function fileOf(content: unknown): string {
  const file = folder.file(`documents-${++files}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** As graphql-codegen's client preset writes it, with a hash of its own choice, and Relay with another. */
const map = { [hash('sha1', version)]: version, confirm };
const manifest = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: sha256(version), name: 'Version', type: 'query', body: version },
    { id: 'confirm', name: 'Confirm', type: 'mutation', body: confirm },
  ],
};

describe('a file of trusted documents', () => {
  it.for([
    ['a map', JSON.stringify(map), [hash('sha1', version), 'confirm']],
    ['a manifest of Apollo', JSON.stringify(manifest), [sha256(version), 'confirm']],
    ['a map behind a byte order mark', `\uFEFF${JSON.stringify(map)}`, [hash('sha1', version), 'confirm']],
    ['an empty map', '{}', []],
    ['a map whose ids are words of a manifest', '{"format":"{ __typename }"}', ['format']],
  ] as const)('may be %s', ([, json, ids]) => {
    expect(readDocuments(json).map(({ id }) => id)).toEqual(ids);
  });

  it.for([
    ['{', 'is not valid JSON'],
    ['[]', 'must be a JSON object from ids to documents, or a manifest of Apollo'],
    ['"x"', 'must be a JSON object from ids to documents, or a manifest of Apollo'],
    ['{"a":1}', 'must be a JSON object from ids to documents, or a manifest of Apollo; the document "a" is no text'],
    ['{"":"{ a }"}', 'has an id of 0 characters, which must have 1 to 200'],
    [JSON.stringify({ ['x'.repeat(201)]: '{ a }' }), 'has an id of 201 characters, which must have 1 to 200'],
    [
      '{"format":"x","version":1,"operations":[]}',
      'must have the format "apollo-persisted-query-manifest" in version 1, got "x" and 1',
    ],
    [JSON.stringify({ ...manifest, version: 2 }), /in version 1, got "apollo-persisted-query-manifest" and 2$/],
    [JSON.stringify({ ...manifest, operations: {} }), 'must have a list of operations'],
    [JSON.stringify({ ...manifest, operations: [{ body: 'x' }] }), /and has none in number 1$/],
    [JSON.stringify({ ...manifest, operations: [{ id: 'a' }] }), /the document "a" is no text$/],
    [
      JSON.stringify({ ...manifest, operations: ['a', 'b'].map((body) => ({ id: 'x', body })) }),
      'has two documents with the id "x"',
    ],
    [
      JSON.stringify(Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [at, 'x']))),
      'must have at most 2000 documents, got 2001',
    ],
  ] as const)('is refused with a reason: %.40s', ([json, reason]) => {
    expect(() => readDocuments(json)).toThrow(reason);
  });
});

it.for([
  ['{ __typename }', true],
  [getIntrospectionQuery(), true],
  ['{ __schema { types { name } } __type(name: "Query") { name } }', true],
  [
    '{ ...A } fragment A on Query { ... { __typename } ...B } fragment B on Query { __schema { queryType { name } } }',
    true,
  ],
  ['{ serverInfo { version } }', false],
  ['{ __typename: serverInfo { version } }', false],
  ['{ __typename ...A } fragment A on Query { ...B } fragment B on Query { serverInfo { version } }', false],
  ['{ ...A ...A } fragment A on Query { serverInfo { version } }', false],
  ['query A { __typename } query B { serverInfo { version } }', false],
  ['mutation { signIn(input: {}) { token } }', false],
] as const)('%.80s only introspects: %s', ([text, expected]) => {
  expect(onlyIntrospects(parse(text))).toBe(expected);
});

describe.for([
  ['a map', map, hash('sha1', version)],
  ['a manifest', manifest, sha256(version)],
] as const)('a server that trusts %s', ([, content, id]) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CQ_TRUSTED_DOCUMENTS: fileOf(content) });
    await server.unit({ domains: ['trusted'] });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function post(body: object, credential?: string) {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) },
      body: JSON.stringify(body),
    });
    const { data, errors } = await answer.json();
    return { data, code: errors?.[0].extensions.code };
  }
  const ran = { data: { serverInfo: { version: expect.any(String) } }, code: undefined };

  it('runs its documents, by their ids, their hashes and their texts', async () => {
    for (const body of [
      { documentId: id },
      { documentId: `sha256:${sha256(version)}` },
      { extensions: { persistedQuery: { version: 1, sha256Hash: id } } },
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(version) } } },
      { query: version },
      { query: version, documentId: id },
      { query: version, extensions: { persistedQuery: { version: 1, sha256Hash: id } } },
      // as clients print it
      { query: print(parse(version)) },
    ])
      expect([body, await post(body)]).toEqual([body, ran]);
    const { data } = await post({ documentId: 'confirm', variables: { id: 'ku_x' } }, server.people.member.key);
    expect(data).toEqual({ confirmKnowledgeUnit: { userErrors: [{ code: 'NOT_FOUND' }] } });
    const search = new URLSearchParams({ documentId: id });
    expect(await (await fetch(`${server.url}/graphql?${search}`)).json()).toEqual({ data: ran.data });
  });

  it('runs no others, whoever asks, however often', async () => {
    const query = '{ serverInfo { nodeName } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } };
    for (const credential of [undefined, server.people.admin.token, server.people.member.key])
      for (const body of [
        { query },
        { query, extensions },
        { query: `${version} ` },
        { query, documentId: `sha256:${sha256(query)}` },
      ])
        expect([body, await post(body, credential)]).toEqual([body, { data: undefined, code: 'DOCUMENT_NOT_TRUSTED' }]);
    // nothing was registered
    expect((await post({ extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post({ documentId: 'other' })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
    const answer = await fetch(`${server.url}/graphql?${new URLSearchParams({ query })}`);
    expect((await answer.json()).errors[0].extensions.code).toBe('DOCUMENT_NOT_TRUSTED');
  });

  it('runs those of its client, of MCP and of GraphiQL, and lets tools look at the schema', async () => {
    const client = createClient({ url: server.url, credential: server.people.member.key });
    expect((await client.request(SearchDocument, { filter: { domains: ['trusted'] } })).search?.edges).toHaveLength(1);
    await client.request(StatsDocument);
    for (const query of [example, print(parse(example)), getIntrospectionQuery(), '{ __typename }'])
      expect((await post({ query })).code).toBeUndefined();
    const tools = {
      query: { domains: ['trusted'] },
      status: {},
      confirm: { id: 'ku_x' },
      flag: { id: 'ku_x', reason: 'STALE' },
    };
    for (const [name, args] of Object.entries(tools)) {
      const answer = await fetch(`${server.url}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${server.people.member.key}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      });
      expect([name, await answer.text()]).toEqual([name, expect.not.stringContaining('DOCUMENT_NOT_TRUSTED')]);
      expect(answer.status).toBe(200);
    }
  });
});

it('a server without introspection trusts no document that introspects', async () => {
  await using server = await startServer({ CQ_TRUSTED_DOCUMENTS: fileOf(map), CQ_INTROSPECTION: 'off' });
  const { body } = await server.send({ query: '{ __schema { queryType { name } } }' });
  expect(body.errors[0].message).toMatch(/introspection/i);
  expect((await server.send({ query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
});

describe('at the start', () => {
  it('every document is checked, and refused by its name', async () => {
    const wrong = {
      a: 'query Wrong { nothing }',
      b: '{',
      c: `query Deep { ${'knowledgeUnits { nodes { related { '.repeat(5)} id ${'} } }'.repeat(5)} }`,
      d: '{ __typename }',
      e: 'fragment F on Query { __typename }',
    };
    const file = fileOf(wrong);
    const start = startServer({ CQ_TRUSTED_DOCUMENTS: file }).catch((error: Error) => error);
    const { message } = (await start) as Error;
    const lines = message.split('\n');
    expect(lines.map((line) => line.replace(file, 'FILE').slice(0, 100))).toEqual([
      expect.stringMatching(
        /^CQ_TRUSTED_DOCUMENTS \(FILE\): the document "a", Wrong is refused: Cannot query field "nothing"/,
      ),
      expect.stringMatching(/the document "b" is refused: Syntax Error/),
      expect.stringMatching(/the document "c", Deep is refused: /),
      expect.stringMatching(/the document "e" is refused: /),
    ]);
  });

  it('a file that cannot be read is refused, by serve and by check-config, which checks its documents too', async () => {
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const missing = folder.file('missing.json');
    const wrong = fileOf({ mine: '{ nothing }' });
    const outcomes = [
      await run(['check-config'], { ...environment, CQ_TRUSTED_DOCUMENTS: missing }),
      await run(['check-config'], { ...environment, CQ_TRUSTED_DOCUMENTS: wrong }),
      await run(['serve'], { ...environment, CQ_TRUSTED_DOCUMENTS: wrong }),
      await run(['check-config'], { ...environment, CQ_TRUSTED_DOCUMENTS: fileOf(map) }),
    ];
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([
      [78, expect.stringContaining(`CQ_TRUSTED_DOCUMENTS (${missing}) cannot be read: ENOENT`)],
      [78, expect.stringContaining('the document "mine" is refused: Cannot query field "nothing"')],
      [78, expect.stringContaining('the document "mine" is refused: Cannot query field "nothing"')],
      [0, ''],
    ]);
  });
});
