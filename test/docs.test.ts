import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreignVariables, variables } from '../src/config/variables.ts';
import { confidence } from '../src/domain/rules.ts';
import { startServer, type TestServer } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const markdown = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...markdown('docs')];

/**
 * An example. Who runs it is said in a comment before it, `<!-- as: reviewer -->`, with `, refused` where it shows
 * `userErrors`. JSON may follow: variables (the ones that are not there come from the test), and the answer, which is
 * the block that has `data`. Answers are compared by their shape, of lists by that of the first item.
 */
const example = /(?:<!-- as: (\w+)(, refused)? -->\s*)?```graphql\n([\s\S]*?)```((?:\s*```json\n[\s\S]*?```)*)/g;
const examples = ['README.md', 'docs/api.md'].flatMap((file) =>
  [...read(file).matchAll(example)].map(([, as, refused, query = '', blocks = '']) => {
    const json = [...blocks.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']): object => JSON.parse(text));
    return {
      file,
      as,
      refused: refused !== undefined,
      query,
      given: json.find((block) => !('data' in block)) ?? {},
      answer: json.find((block) => 'data' in block),
    };
  }),
);

describe('the examples', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CQ_RATE_LIMIT: '60000' });
    await server.unit({ domains: ['api', 'http'], context: { languages: ['go'] } });
    // one that needs attention
    const long = new Date('2024-03-01T12:00:00Z');
    const evidence = { confidence: 0.5, confirmations: 0, firstObservedAt: long, lastConfirmedAt: null };
    await server.unit({ createdAt: long, evidence });
    // something for the feed of activity to show
    const { id } = await server.unit();
    await server.store.units.confirm(id, 'rob', new Date(), confidence.confirmed);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.for(['README.md', 'docs/api.md'])('of %s are all found', (page) => {
    expect(examples.filter(({ file }) => file === page)).toHaveLength(read(page).split('```graphql').length - 1);
    expect(examples.filter(({ file }) => file === page).length).toBeGreaterThan(5);
  });

  it('of docs/api.md all show their answer', () => {
    const silent = examples.filter(({ file, answer }) => file === 'docs/api.md' && !answer);
    expect(silent.map(({ query }) => query)).toEqual([]);
  });

  it.for(examples)('$file: $query', async ({ as, refused, query, given, answer }) => {
    const { status, body } = await server.send({ query, variables: await variablesOf(query, given) }, credential(as));
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
    const payloads = Object.values<{ userErrors?: unknown[] } | null>(body.data);
    expect(payloads.some((payload) => (payload?.userErrors ?? []).length > 0)).toBe(refused);
    if (answer) expect(shapeOf(body)).toEqual(shapeOf(answer));
  });

  function credential(as: string | undefined): string | undefined {
    if (as === undefined) return undefined;
    const { member, reviewer, admin } = server.people;
    const credentials = new Map(Object.entries({ agent: member.key, reviewer: reviewer.token, admin: admin.token }));
    if (!credentials.has(as)) throw new Error(`there is no caller ${as} here`);
    return credentials.get(as);
  }

  async function variablesOf(query: string, given: object): Promise<object> {
    const ids = {
      id: (await server.unit()).id,
      other: (await server.unit()).id,
      pending: (await server.unit({ status: 'pending' })).id,
    };
    return Object.fromEntries(Object.entries({ ...ids, ...given }).filter(([name]) => query.includes(`$${name}:`)));
  }
});

describe('the pages', () => {
  it('name every variable in the table of docs/configuration.md, and no other', () => {
    const named = [...read('docs/configuration.md').matchAll(/^\| `((?:CQ|OTEL)_[A-Z_]+)`/gm)].map(([, name]) => name);
    expect(named).toEqual(Object.keys(variables));
  });

  it('tell the default of every variable', () => {
    const rows = [...read('docs/configuration.md').matchAll(/^\| `((?:CQ|OTEL)_[A-Z_]+)`\s*\|[^|]*\|([^|]*)\|/gm)];
    const told = rows.map(([, name, standard = '']) => [name, /`([^`]*)`/.exec(standard)?.[1] ?? null]);
    // one that is on or off reads as true or false
    const shown = (value: unknown) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
    const standards = Object.entries(variables).map(([name, form]) => {
      const value = form.safeParse(undefined).data;
      return [name, value === undefined || value === '' ? null : shown(value)];
    });
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(standards));
  });

  it.for(pages)('%s names only variables that exist', (page) => {
    const unknown = (read(page).match(/\bCQ_[A-Z_]*[A-Z]\b/g) ?? []).filter(
      // those of cq's clients and of the tests, which are no variables of ours
      (name) => !(name in variables) && !foreignVariables.includes(name) && !/^CQ_TEST_(POSTGRES_URL|ONLY)$/.test(name),
    );
    expect(unknown).toEqual([]);
  });

  it.for(pages)('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)];
    const broken = links.filter(([, path, anchor]) => {
      const target = path ? join(dirname(page), path) : page;
      return !existsSync(join(root, target)) || (anchor && !anchors(target).includes(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it.for(pages)('%s names npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...read(page).matchAll(/\bnpm (?:run ([a-z:]+)|(test|start)\b)/g)].map(([, run, own]) => run ?? own);
    expect(named.filter((name) => !(String(name) in scripts))).toEqual([]);
  });

  it('have every folder of the sources in the table of docs/architecture.md', () => {
    const listed = [...read('docs/architecture.md').matchAll(/^\| `(src\/[^`]*)\/`/gm)].map(([, folder]) => folder);
    const folders = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'));
    expect(listed.toSorted()).toEqual(folders.toSorted());
  });

  it('have a row in that table for every rule of biome.json over imports', () => {
    const { overrides }: { overrides: { includes: string[]; linter: { rules: { style?: object } } }[] } = JSON.parse(
      read('biome.json'),
    );
    const ruled = overrides
      .filter(({ linter }) => 'noRestrictedImports' in (linter.rules.style ?? {}))
      .flatMap(({ includes }) => includes.map((pattern) => pattern.replace('**', '')));
    const table = read('docs/architecture.md');
    expect(ruled.length).toBeGreaterThan(5);
    expect(ruled.filter((path) => !table.includes(`\n| \`${path}\``))).toEqual([]);
  });
});

/** Names and types without the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** Where a link into a page may point: its headings, as forges write them. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
