import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startProcess, temporaryFolder } from '../process.ts';

/** Writes down which files Node loads. */
const hook = (file: string) => `
  import { appendFileSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) appendFileSync(${JSON.stringify(file)}, url + '\\n');
      return next(url, context);
    },
  });`;

/** The packages of which a server has loaded something when it is ready: out of the bundle, which names the file that each part is of, or beside it. */
async function loadedBy(environment: Record<string, string>): Promise<Set<string>> {
  using folder = temporaryFolder();
  const [list, hooks] = [folder.file('loaded.txt'), folder.file('hooks.mjs')];
  writeFileSync(hooks, hook(list));
  const server = await startProcess({
    CQ_DB_PATH: folder.file('cq.db'),
    CQ_LOG_FORMAT: 'json',
    NODE_OPTIONS: `--import ${pathToFileURL(hooks).href}`,
    ...environment,
  });
  expect((await server.stop()).code).toBe(0);
  const files = [...new Set(readFileSync(list, 'utf8').trim().split('\n'))].map((url) => fileURLToPath(url));
  return new Set(
    files.flatMap((file) => {
      const [, beside] = /.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(file) ?? [];
      if (beside !== undefined) return [beside.replaceAll('\\', '/')];
      if (!file.endsWith('.js')) return [];
      return [...readFileSync(file, 'utf8').matchAll(/^\/\/ node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map(
        ([, name = '']) => name,
      );
    }),
  );
}

/** What is loaded when it is first needed: PostgreSQL's driver, the page of GraphiQL, the rules of secrets, lines for people, prompts, metrics, YAML. */
const notNeeded = [
  'pg',
  'pgvector',
  '@graphql-yoga/render-graphiql',
  '@secretlint/secretlint-rule-preset-recommend',
  'pino-pretty',
  '@inquirer/password',
  'prom-client',
  'yaml',
];

it('a server loads what its configuration needs, and nothing else', async () => {
  const loaded = await loadedBy({ CQ_MCP: 'off' });
  expect([...loaded]).toEqual(expect.arrayContaining(['graphql', '@mikro-orm/sqlite', 'better-sqlite3', 'zod']));
  expect([...notNeeded, '@modelcontextprotocol/server'].filter((name) => loaded.has(name))).toEqual([]);
});

it('MCP is loaded where it is on', async () => {
  const loaded = await loadedBy({});
  expect(loaded).toContain('@modelcontextprotocol/server');
  expect(notNeeded.filter((name) => loaded.has(name))).toEqual([]);
});
