import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { checkOperations } from '../../src/operations/check.ts';
import { asAnnotations, asText } from '../../src/operations/report.ts';
import { ownSchema, schemaOfFile, schemaOfServer } from '../../src/operations/schema-source.ts';
import { filesOf, readSources } from '../../src/operations/source-files.ts';
import { startTestServer } from '../../src/testing/start-test-server.ts';
import { finished, post, start, temporaryFolder } from '../process.ts';

const standard = { maxCost: 5000, ignoreDefaults: false };

/** Writes files, and checks them; places are relative to their folder. */
function check(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<Parameters<typeof checkOperations>[1]> = {},
) {
  using folder = temporaryFolder();
  write(folder.path, files);
  const { sources, problems } = readSources(filesOf([join(folder.path, '**/*')]));
  const report = checkOperations(sources, { ...ownSchema(), ...standard, ...options });
  const shown = [...problems, ...report.findings].map(
    ({ file, line, column, message, ...finding }) =>
      `${file.slice(folder.path.length + 1)}:${line}:${column} ${'rule' in finding ? `${finding.rule} ` : ''}${message}`,
  );
  return { ...report, shown };
}

function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const search = 'query Search($text: String!) { search(text: $text) { nodes { ...Lesson } } }';
const lesson = 'fragment Lesson on KnowledgeUnit { id insight { summary } }';

it('finds fragments wherever they are, and says what each operation costs', () => {
  const { shown, operations, fragments } = check({
    'a/search.graphql': search,
    'b/lesson.gql': `# of all pages\n${lesson}`,
    'c/empty.graphql': '# nothing yet\n',
    'none.css': 'a {}',
  });
  expect(shown).toEqual([]);
  expect(fragments).toBe(1);
  expect(operations).toMatchObject([
    { name: 'Search', kind: 'query', line: 1, column: 1, depth: 4, aliases: 0, rootFields: 1, tokens: 36 },
  ]);
  expect(operations[0]?.cost).toBeGreaterThan(1);
});

it.for<[string, Record<string, string>, string[]]>([
  [
    'a field that is not there, in a fragment, once for all that use it',
    {
      'a.graphql': `${search}\nquery Other { search(text: "x") { nodes { ...Lesson } } }`,
      'b.graphql': 'fragment Lesson on KnowledgeUnit {\n  id\n  insight { sumary }\n}',
    },
    ['b.graphql:3:13 schema Cannot query field "sumary" on type "Insight". Did you mean "summary"?'],
  ],
  ['an unknown fragment', { 'a.graphql': search }, ['a.graphql:1:65 schema Unknown fragment "Lesson".']],
  [
    'a fragment that nobody uses, and what is wrong in it',
    { 'a.graphql': 'fragment Left on KnowledgeUnit { nothing }' },
    [
      'a.graphql:1:10 fragment No operation uses the fragment Left.',
      'a.graphql:1:34 schema Cannot query field "nothing" on type "KnowledgeUnit".',
    ],
  ],
  [
    'fragments that spread each other for ever',
    {
      'a.graphql': 'query A { search(text: "x") { nodes { ...One } } }\nfragment One on KnowledgeUnit { ...Two }',
      'b.graphql': 'fragment Two on KnowledgeUnit { ...One }',
    },
    ['a.graphql:2:33 schema Cannot spread fragment "One" within itself via "Two".'],
  ],
  [
    'names that are there twice, and one that is missing',
    {
      'a.graphql': `query Same { serverInfo { version } }\n${lesson}`,
      'b.graphql': `query Same { serverInfo { version } }\n${lesson}\n{ search(text: "x") { nodes { ...Lesson } } }`,
    },
    [
      'b.graphql:1:7 name There is another operation Same, in a.graphql:1.',
      'b.graphql:2:10 name There is another fragment Lesson, in a.graphql:2.',
      'b.graphql:3:1 name This query has no name, by which logs and code generators know it.',
    ],
  ],
  [
    'a variable that is not declared, and an argument that is missing',
    { 'a.graphql': 'query A {\n  search(text: $text) { nodes { id } }\n  node { id }\n}' },
    [
      'a.graphql:2:16 schema Variable "$text" is not defined by operation "A".',
      'a.graphql:3:3 schema Argument "Query.node(id:)" of type "ID!" is required, but it was not provided.',
    ],
  ],
  [
    'text that is no GraphQL, and definitions of a schema',
    { 'a.graphql': 'query A {\n  search(', 'b.graphql': 'type Query { a: Int }' },
    [
      'a.graphql:2:10 syntax Syntax Error: Expected Name, found <EOF>.',
      'b.graphql:1:1 syntax This defines a part of a schema, and is no operation: leave the file out by a pattern with "!".',
    ],
  ],
])('names %s', ([, files, expected]) => {
  const { shown } = check(files);
  const folder = /in \S*\/(?=a\.graphql)/g;
  expect(shown.map((line) => line.replace(folder, 'in '))).toEqual(expected);
});

it('tells what is nested too deep for the parser, and goes on', () => {
  const nested = (open: string, close: string) => `${open.repeat(20_000)}${close.repeat(20_000)}`;
  const { shown, operations } = check({
    'a.graphql': `query A ${nested('{ a ', '}')}`,
    'b.graphql': `query B { search(text: ${nested('[', ']')}) { nodes { id } } }`,
    'c.graphql': `query C ${'{ a '.repeat(700)}${'}'.repeat(700)}`,
    'd.graphql': `fragment D on Viewer ${'{ a '.repeat(1500)}${'}'.repeat(1500)}`,
    'fine.graphql': 'query Fine { serverInfo { version } }',
  });
  for (const name of ['a', 'b', 'c', 'd']) expect(shown.filter((line) => line.startsWith(`${name}.`))).not.toEqual([]);
  expect(shown).toEqual(expect.arrayContaining(['a.graphql:1:1 syntax This is nested too deep to be read.']));
  expect(operations.map(({ name }) => name)).toEqual(['Fine']);
});

it('passes by links that lead to themselves or nowhere', () => {
  using folder = temporaryFolder();
  write(folder.path, { 'a.graphql': search });
  symlinkSync('loop.graphql', folder.file('loop.graphql'));
  symlinkSync('gone', folder.file('gone.graphql'));
  symlinkSync('.', folder.file('here'));
  expect(filesOf([join(folder.path, '**/*.graphql')])).toEqual([folder.file('a.graphql')]);
  expect(() => filesOf([folder.file('loop.graphql')])).toThrow('matches nothing that could hold an operation');
});

it('has the limits of the server, and refuses what it refuses', async () => {
  const deep = (levels: number) => `${'related(first: 1) { '.repeat(levels)}id${' }'.repeat(levels)}`;
  const texts = {
    Depth: `query Depth { knowledgeUnits { nodes { ${deep(9)} } } }`,
    Aliases: `query Aliases { ${Array.from({ length: 16 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    Fields: `query Fields { ${'serverInfo { version } '.repeat(11)} }`,
    Twice:
      'mutation Twice { a: signIn(input: { username: "a", password: "b" }) { token } signIn(input: { username: "a", password: "b" }) { token } }',
    Tokens: `query Tokens { serverInfo { ${'version '.repeat(2000)} } }`,
    Cost: 'query Cost { knowledgeUnits(first: 100) { nodes { related(first: 20) { unit { related(first: 20) { unit { id } } } } } } }',
    Fine: 'query Fine { knowledgeUnits(first: 20) { nodes { id } } }',
  };
  const { findings, operations } = check({ 'all.graphql': Object.values(texts).join('\n') });
  await using server = await startTestServer();
  for (const [name, text] of Object.entries(texts)) {
    const { errors = [] } = await post(server.url, text);
    const line = Object.keys(texts).indexOf(name) + 1;
    const mine = findings.filter((finding) => finding.line === line).map(({ message }) => message);
    expect([name, mine.length > 0]).toEqual([name, errors.length > 0]);
    if (name !== 'Tokens' && name !== 'Cost') expect(mine).toEqual(errors.map(({ message }: Error) => message));
    if (name === 'Cost') expect(mine[0]).toContain(errors[0].message);
  }
  expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['limit', 'cost']));
  expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(['Cost', 'Fine']));
});

it('reckons with the greatest pages that variables can ask for, unless they have a default', () => {
  const costs = (text: string, options = {}) =>
    check({ 'a.graphql': text }, options).operations.map(({ cost }) => cost);
  const list = (head: string, first: string, more = '') =>
    `query A${head} { knowledgeUnits(first: ${first}) { nodes { id proposedBy { username } ${more} } } }`;
  const [hundred, twenty] = [costs(list('', '100')), costs(list('', '20'))];
  expect(costs(list('($n: Int)', '$n'))).toEqual(hundred);
  expect(costs(list('($n: Int = 20)', '$n'))).toEqual(twenty);
  expect(costs(list('($n: Int = 20)', '$n'), { ignoreDefaults: true })).toEqual(hundred);
  // what may be included counts
  const flags = 'flags(first: 5) @include(if: $flags) { nodes { id } }';
  const withFlags = costs(list('', '20', 'flags(first: 5) { nodes { id } }'));
  expect(costs(list('($flags: Boolean!)', '20', flags))).toEqual(withFlags);
  expect(costs(list('($flags: Boolean = false)', '20', flags))).toEqual(withFlags);
  // as many ids as there may be
  const nodes = (head: string, ids: string) =>
    `query A${head} { nodes(ids: ${ids}) { id ... on KnowledgeUnit { proposedBy { id } } } }`;
  const ids = JSON.stringify(Array.from({ length: 100 }, () => 'ku_1'));
  const [[given = 0], [asked = 0]] = [costs(nodes('', ids)), costs(nodes('($ids: [ID!]!)', '$ids'))];
  expect(Number(asked)).toBeGreaterThan(100);
  // of literals each is a token too
  expect(Number(given) - Number(asked)).toBeLessThanOrEqual(1);
  expect(check({ 'a.graphql': list('($n: Int)', '$n') }, { maxCost: 100 }).shown).toEqual([
    `a.graphql:1:7 cost The operation costs ${hundred[0]}, at most 100. Ask for smaller pages or fewer fields. That is with every page size in a variable at its default, or where it has none at 100.`,
  ]);
});

it('warns of what is deprecated', () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('schema.graphql'), 'type Query { old: Int @deprecated(reason: "Use new.") new: Int }');
  const schema = schemaOfFile(folder.file('schema.graphql'));
  const { findings, operations } = check({ 'a.graphql': 'query A { new\n  old }' }, schema);
  expect(findings).toMatchObject([
    {
      rule: 'deprecated',
      severity: 'warning',
      line: 2,
      column: 3,
      message: 'The field Query.old is deprecated. Use new.',
    },
  ]);
  // that schema does not say what fields cost
  expect(operations).toMatchObject([{ name: 'A', cost: null }]);
});

it('finds GraphQL in programs, with the places in the file', () => {
  const program = [
    "import { gql } from 'graphql-tag';",
    '// graphql(`query Commented { nothing }`)',
    "const text = 'gql`query Quoted { nothing }`';",
    'const pattern = /[`\'"]gql/;',
    'export const one = graphql(`',
    '  query One {',
    '    serverInfo { versoin }',
    '  }',
    '`);',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    'const two = gql<string>`query Two { node(id: "\\u0041") { ...Part idd } } ${part}`;',
    'const three = /* GraphQL */ `query Three { nothing }`;',
    'const other = css`query Four { nothing }`, no = graphql({ schema });',
    'const part = gql`fragment Part on KnowledgeUnit { id }`;',
  ].join('\n');
  const { shown, operations } = check({
    'a.ts': program,
    'b.tsx': 'const a = <b>it`s {gql`query B { __typename }`}</b>;',
  });
  expect(shown).toEqual([
    'a.ts:7:18 schema Cannot query field "versoin" on type "ServerInfo". Did you mean "version"?',
    'a.ts:10:61 schema Cannot query field "idd" on type "Node". Did you mean "id"?',
    'a.ts:11:44 schema Cannot query field "nothing" on type "Query".',
  ]);
  expect(operations.map(({ name, file }) => [name, file.slice(-5)])).toEqual([['B', 'b.tsx']]);
  expect(check({ 'a.ts': 'const gql = (' }).shown).toEqual([expect.stringMatching(/^a\.ts:1:\d+ .*Unexpected token/)]);
});

it('takes a byte order mark and any line breaks, and refuses what is no UTF-8 or too large', () => {
  const files = {
    'a.graphql': `\uFEFFquery A {\r\n  serverInfo { versoin }\r\n}\r\n`,
    'b.graphql': Buffer.from('query B { a: __typename } # \xe9', 'latin1'),
    'c.graphql': `query C { __typename } #${' '.repeat(4 * 1024 * 1024)}`,
    'd.graphql': `query D { ${'a '.repeat(500_001)} }`,
  };
  const { shown } = check(files);
  expect(shown.map((line) => line.replace(/^(b|c).*?(The file)/, '$1 $2'))).toEqual([
    'b The file is not UTF-8.',
    expect.stringMatching(/^c The file has \d+ bytes, at most 4194304 are read\.$/),
    'a.graphql:2:16 schema Cannot query field "versoin" on type "ServerInfo". Did you mean "version"?',
    expect.stringMatching(/^d\.graphql:\d+:\d+ syntax Syntax Error: Document contains more than 500000 tokens/),
  ]);
});

it('looks for files as told, and follows no loops', () => {
  using folder = temporaryFolder();
  write(folder.path, {
    'src/a.graphql': search,
    'src/gen/b.graphql': lesson,
    'node_modules/x/c.graphql': '',
    'style.css': '',
  });
  symlinkSync(folder.path, folder.file('src/loop'), 'junction');
  const names = (...patterns: string[]) =>
    filesOf(patterns.map((pattern) => pattern.replace(/^(!?)/, `$1${folder.path}/`))).map((file) =>
      file.slice(folder.path.length + 1).replaceAll('\\', '/'),
    );
  expect(names('**/*.graphql')).toEqual(['src/a.graphql', 'src/gen/b.graphql']);
  expect(names('**/*', '!src/gen/**')).toEqual(['src/a.graphql']);
  expect(names('node_modules/**/*.graphql', 'src/a.graphql')).toEqual(['node_modules/x/c.graphql', 'src/a.graphql']);
  expect(() => names('src/*.graphql', 'lib/*.graphql')).toThrow(/lib\/\*\.graphql" matches no file\. Quote patterns/);
  expect(() => names('src')).toThrow(/src" is a folder: name the files in it/);
  expect(() => names('style.css')).toThrow(
    /matches nothing that could hold an operation: files that end with \.graphql/,
  );
  expect(() => names('!src')).toThrow(/Every pattern begins with "!"/);
  expect(() => names('src/*.graphql', '!src/a.graphql')).toThrow(/leave out every file/);
});

it('reads the schema of a server, of a file, and says what is none', async () => {
  await using server = await startTestServer();
  const text = { 'a.graphql': 'query A { serverInfo { version } }' };
  const own = check(text).operations;
  const schema = await schemaOfServer(`${server.url}/graphql`);
  expect(check(text, schema).operations[0]?.cost).toBe(own[0]?.cost);
  await using closed = await startTestServer({ configuration: { CQ_INTROSPECTION: 'off' } });
  await expect(schemaOfServer(closed.url)).rejects.toThrow(/has no schema/);
  await server.stop();
  await expect(schemaOfServer(server.url)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await expect(schemaOfServer('localhost:3000')).rejects.toThrow('--url must be a URL such as');
  expect(() => schemaOfFile('/nothing/here')).toThrow(/--schema \/nothing\/here cannot be read/);
});

it('writes lines for people, and annotations for GitHub', () => {
  const { findings, operations, fragments } = check({ 'a.graphql': `query A { serverInfo { versoin } }\n${lesson}` });
  const found = findings.map((finding) => ({ ...finding, file: 'src/a,b.graphql' }));
  expect(asText({ findings: found, operations, fragments }, 1, 5000).split('\n')).toEqual([
    'src/a,b.graphql:1:24 error: Cannot query field "versoin" on type "ServerInfo". Did you mean "version"?',
    'src/a,b.graphql:2:10 warning: No operation uses the fragment Lesson.',
    '0 valid operations and 1 fragment in 1 file: 1 error, 1 warning.',
  ]);
  expect(asAnnotations(found)).toEqual([
    '::error file=src/a%2Cb.graphql,line=1,col=24::Cannot query field "versoin" on type "ServerInfo". Did you mean "version"?',
    '::warning file=src/a%2Cb.graphql,line=2,col=10::No operation uses the fragment Lesson.',
  ]);
});

it('is a command with exit codes, which needs nothing and creates nothing', async () => {
  using folder = temporaryFolder();
  write(folder.path, { 'good.graphql': `${search}\n${lesson}`, 'bad.graphql': 'query Bad { nothing }' });
  const at = async (...args: string[]) => {
    const child = start(['check-operations', ...args], { CQ_DB_PATH: '/nothing/there.db', CQ_PORT: 'none' });
    const { code, stdout, stderr } = await finished(child);
    return [code, stdout, stderr];
  };
  const [good, bad, missing, both] = await Promise.all([
    at(folder.file('good.graphql')),
    at(folder.file('*.graphql'), '--json'),
    at(folder.file('none/*.graphql')),
    at(folder.file('good.graphql'), '--json', '--github'),
  ]);
  expect(good).toEqual([
    0,
    expect.stringMatching(
      /^1 valid operation and 1 fragment in 1 file: 0 errors, 0 warnings\. The dearest costs \d+ of 5000 points: Search\.\n$/,
    ),
    '',
  ]);
  expect([bad[0], bad[2]]).toEqual([3, '']);
  expect(JSON.parse(String(bad[1]))).toMatchObject({
    files: 2,
    maxCost: 5000,
    fragments: 1,
    findings: [{ rule: 'schema', severity: 'error', line: 1, column: 13, file: folder.file('bad.graphql') }],
    operations: [{ name: 'Search' }],
  });
  expect([missing[0], missing[1]]).toEqual([78, '']);
  expect(missing[2]).toMatch(/matches no file/);
  expect([both[0], both[2]]).toEqual([2, expect.stringContaining('--json and --github do not go together')]);
});
