import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { migrationLock } from '../../src/store/postgres/migration-lock.ts';
import { makePythonFile, makePythonPostgres } from '../adoption/python-database.ts';
import { cases, secrets } from '../adoption/python-rows.ts';
import { snapshotOfDatabase, snapshotOfFolder } from '../adoption/snapshot.ts';
import { createDatabase } from '../postgres/databases.ts';
import { finished, freePort, run, start, temporaryFolder } from '../process.ts';

const few = cases.slice(0, 3);
const given = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };

interface PythonDatabase extends AsyncDisposable {
  /** What names it to a process, without secrets. */
  readonly environment: Record<string, string>;
  snapshot(): Promise<unknown>;
  /** Keeps every other process from working on it, until it is called again. */
  hold(): Promise<() => Promise<void>>;
}

const databases: readonly { name: string; make: () => Promise<PythonDatabase> }[] = [
  {
    name: 'SQLite',
    async make() {
      const folder = temporaryFolder();
      const file = folder.file('cq.db');
      makePythonFile(file, 'Alembic, with vectors', few);
      return {
        environment: { CQ_DB_PATH: file },
        snapshot: async () => snapshotOfFolder(folder.path),
        async hold() {
          const handle = new BetterSqlite(file);
          handle.exec('begin immediate');
          return async () => void handle.close();
        },
        [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
      };
    },
  },
  {
    name: 'PostgreSQL',
    async make() {
      const database = await createDatabase({ empty: true });
      await makePythonPostgres(database.url, few);
      return {
        environment: { CQ_DATABASE_URL: database.url },
        snapshot: () => snapshotOfDatabase(database.url),
        async hold() {
          const client = new pg.Client(database.url);
          await client.connect();
          await client.query('select pg_advisory_lock($1)', [migrationLock]);
          return () => client.end();
        },
        [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
      };
    },
  },
];

/** A port that another server has. */
async function takenPort(): Promise<AsyncDisposable & { readonly port: string }> {
  const server = createServer((_, res) => void res.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port: String(port),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe.for(databases)('a database of the Python server on $name', ({ make }) => {
  it('stays as it is when the port is taken, or secrets are not there', async () => {
    await using database = await make();
    await using other = await takenPort();
    const before = await database.snapshot();
    const { environment } = database;
    const [taken, bare, key, off] = await Promise.all([
      run(['serve'], { ...environment, ...given, CQ_PORT: other.port }),
      run(['serve'], environment),
      run(['api-key', 'create', '--user', 'alice', '--name', 'x'], environment),
      run(['serve'], { ...environment, ...given, CQ_PORT: '0', CQ_MIGRATE: 'off' }),
    ]);
    expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining(`port ${other.port} is in use`)]);
    for (const { code, stderr } of [bare, key])
      expect([code, stderr]).toEqual([78, expect.stringMatching(/CQ_JWT_SECRET/)]);
    expect([off.code, off.stderr]).toEqual([78, expect.stringContaining('cq-server migrate')]);
    expect(await database.snapshot()).toEqual(before);
  });

  it('stays as it is when the server is told to stop before it has it; meanwhile probes are answered', async () => {
    await using database = await make();
    const before = await database.snapshot();
    const release = await database.hold();
    const port = String(await freePort());
    const child = start(['serve'], { ...database.environment, ...given, CQ_PORT: port });
    const outcome = finished(child);
    const url = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${url}/livez`).catch(() => null))) {
      if (child.exitCode !== null) throw new Error(`the server stopped: ${(await outcome).stderr}`);
      await delay(50);
    }
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'starting' }]);
    for (const path of ['/graphql', '/api/v1/knowledge', '/mcp', '/', '/nothing']) {
      const answer = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.json()).toMatchObject({
        errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
        detail: expect.stringContaining('starting'),
      });
    }
    child.kill('SIGTERM');
    const { code, stdout } = await outcome;
    expect([code, stdout]).toEqual([0, expect.stringContaining('stopped before it was ready')]);
    await release();
    expect(await database.snapshot()).toEqual(before);
  });
});

describe('a file of the Python server', () => {
  it('in WAL mode stays as it is, without a log beside it, when the secrets are missing or cannot be read', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_PORT: '0' };
    makePythonFile(folder.file('cq.db'), 'Alembic', few);
    const handle = new BetterSqlite(folder.file('cq.db'));
    handle.pragma('journal_mode = WAL');
    handle.close();
    const before = snapshotOfFolder(folder.path);
    const missing = await run(['serve'], environment);
    expect([missing.code, missing.stderr]).toEqual([78, expect.stringMatching(/cq\.secrets\.json is missing/)]);
    expect(snapshotOfFolder(folder.path)).toEqual(before);
    writeFileSync(folder.file('cq.secrets.json'), '{}');
    const malformed = await run(['serve'], environment);
    expect([malformed.code, malformed.stderr]).toEqual([78, expect.stringMatching(/must be a JSON object/)]);
    rmSync(folder.file('cq.secrets.json'));
    expect(snapshotOfFolder(folder.path)).toEqual(before);
  });
});

it('where nothing was, a port that is taken leaves nothing', async () => {
  using folder = temporaryFolder();
  await using other = await takenPort();
  const { code } = await run(['serve'], { CQ_DB_PATH: folder.file('new/cq.db'), CQ_PORT: other.port });
  expect([code, existsSync(folder.file('new'))]).toEqual([1, false]);
});
