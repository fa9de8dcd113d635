import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variables } from '../src/config.ts';
import { startServer, type TestServer } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** An example: who runs it is said in a comment before it, `<!-- as: reviewer -->`, and variables may follow as JSON. */
const example = /(?:<!-- as: (\w+) -->\s*)?```graphql\n([\s\S]*?)```(?:\s*```json\n([\s\S]*?)```)?/g;
const examples = ['README.md', 'docs/api.md'].flatMap((file) =>
  [...read(file).matchAll(example)].map(([, as, query = '', json]) => ({ file, as, query, json })),
);

describe('the examples', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ CQ_RATE_LIMIT: '60000' });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('are there', () => expect(examples.length).toBeGreaterThan(15));

  it.for(examples)('$file: $query', async ({ as, query, json }) => {
    const { people } = server;
    const credentials: Record<string, string> = { agent: people.member.key, reviewer: people.reviewer.token };
    const given = json
      ? JSON.parse(json)
      : {
          id: (await server.unit()).id,
          other: (await server.unit()).id,
          pending: (await server.unit({ status: 'pending' })).id,
        };
    const used = Object.fromEntries(Object.entries(given).filter(([name]) => query.includes(`$${name}`)));
    const { status, body } = await server.send({ query, variables: used }, as && credentials[as]);
    expect(body.errors).toBeUndefined();
    expect(status).toBe(200);
  });
});

describe('the pages', () => {
  it('name every variable, and no other', () => {
    const named = new Set(read('docs/configuration.md').match(/\bCQ_[A-Z_]+\b/g));
    expect([...named].sort()).toEqual(Object.keys(variables).sort());
  });

  it.for(pages)('%s names only variables that exist', (page) => {
    const unknown = (read(page).match(/\bCQ_[A-Z_]*[A-Z]\b/g) ?? []).filter((name) => !(name in variables));
    expect(unknown).toEqual([]);
  });

  it.for(pages)('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)].map(([, path]) => path ?? '');
    expect(links.filter((path) => path !== '' && !existsSync(join(root, dirname(page), path)))).toEqual([]);
  });

  it.for(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md'])('%s names npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...read(page).matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('show every folder of the sources', () => {
    const folders = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `\`${join(entry.parentPath, entry.name).slice(root.length)}/\``);
    const table = read('docs/architecture.md');
    expect(folders.filter((folder) => !table.includes(folder))).toEqual([]);
  });
});
