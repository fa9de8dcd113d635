import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import BetterSqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { finished, program, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The package, as it is built of these sources. */
const built = () => join(dirname(program()), '..');

/** A project that has the package, and runs a file of this text. */
async function runIn(text: string, ...args: string[]) {
  using folder = temporaryFolder();
  mkdirSync(folder.file('node_modules'));
  symlinkSync(built(), folder.file('node_modules/cq-server'), 'junction');
  writeFileSync(folder.file('package.json'), '{ "type": "module" }');
  writeFileSync(folder.file('file.test.ts'), text);
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...env } = process.env;
  return await finished(spawn(process.execPath, [...args, 'file.test.ts'], { cwd: folder.path, env }));
}

it('the example of docs/testing.md runs as it is written there', async () => {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const { code, stdout, stderr } = await runIn(example, '--test', '--test-reporter=tap');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^# pass 2$/m);
});

it('leaves its process as it was, prints nothing, and lets it end', async () => {
  const { code, stdout, stderr } = await runIn(`
    import { startTestServer } from 'cq-server/testing';
    const state = () => JSON.stringify([process.env, process.cwd(), process.title, process.exitCode ?? null,
      process.eventNames().map((name) => [String(name), process.listenerCount(name)])]);
    const before = state();
    process.env.CQ_PUBLIC_READ = 'off';
    process.env.CQ_HOST = '0.0.0.0';
    const servers = await Promise.all([startTestServer(), startTestServer()]);
    delete process.env.CQ_PUBLIC_READ;
    delete process.env.CQ_HOST;
    const answers = await Promise.all(servers.map(async ({ url }) =>
      (await fetch(url + '/graphql?query={knowledgeUnits{totalCount}}')).json()));
    await fetch(servers[0].url + '/graphql?query={nothing}');
    await servers[1].reset();
    const during = state();
    await Promise.all(servers.map((server) => server.stop()));
    const left = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    console.log(JSON.stringify({ left, same: before === during && during === state(), answers, hosts: servers.map(({ url }) => new URL(url).hostname) }));
  `);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual({
    left: [],
    same: true,
    answers: Array.from({ length: 2 }, () => ({ data: { knowledgeUnits: { totalCount: 0 } } })),
    hosts: ['127.0.0.1', '127.0.0.1'],
  });
});

it('begins with the schema that the migrations make, to the last index', async () => {
  await using stack = new AsyncDisposableStack();
  const migrated = await SqliteStore.openInMemory({});
  stack.defer(() => migrated.close());
  const shipped = stateOf(gunzipSync(readFileSync(join(built(), 'dist/empty-database.gz'))));
  expect(shipped.schema.length).toBeGreaterThan(50);
  expect(shipped).toEqual(stateOf(SqliteStore.imageOf(migrated)));
});

/** All that a database is: what it was made by, the rows of each table, and what its header says. */
function stateOf(image: Uint8Array) {
  const database = new BetterSqlite(Buffer.from(image));
  try {
    const schema = database.prepare('select type, name, tbl_name, sql from sqlite_schema order by type, name').all();
    const tables = database
      .prepare<[], { name: string }>(
        `select name from sqlite_schema where type = 'table' and sql not like 'create virtual%'`,
      )
      .all();
    const rows = tables.map(({ name }): [string, unknown[]] => [
      name,
      database.prepare(`select * from "${name}"`).all(),
    ]);
    const header = ['user_version', 'application_id', 'auto_vacuum', 'encoding', 'page_size', 'integrity_check'];
    return {
      schema,
      // but when each migration ran
      rows: rows.map(([name, all]) => [name, all.map((row) => ({ ...(row as object), executed_at: null }))]),
      header: header.map((name) => [name, database.pragma(name, { simple: true })]),
    };
  } finally {
    database.close();
  }
}

it('nothing of it is within reach of a server in production', () => {
  const importing = globSync('{src,migrations}/**/*.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('src/testing/'))
    .filter((file) =>
      /\btesting\//.test(readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    );
  expect(importing).toEqual([]);
  // nor does a bundler put it there
  const folder = join(built(), 'dist/server');
  const reached = new Set<string>();
  const reach = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, next = ''] of text.matchAll(/(?:from|import)\s*\(?\s*"\.\/([\w.-]+\.js)"/g)) reach(next);
  };
  reach('cli.js');
  expect(reached.size).toBeGreaterThan(10);
  expect(
    [...reached].filter((file) => /startTestServer|memoryCost: 8\b/.test(readFileSync(join(folder, file), 'utf8'))),
  ).toEqual([]);
});
