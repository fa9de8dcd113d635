import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../postgres/databases.ts';
import { freePort, run, temporaryFolder } from '../process.ts';

type Folder = ReturnType<typeof temporaryFolder>;

const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };

/** Configurations that no server can start with, and what is said of them. */
const impossible: Readonly<Record<string, readonly [(folder: Folder) => Record<string, string>, RegExp]>> = {
  'a folder as the database': [({ path }) => ({ CQ_DB_PATH: path }), /CQ_DB_PATH \(.+\) is a folder/],
  'a folder as the database of a URL': [
    ({ path }) => ({ CQ_DATABASE_URL: `sqlite:///${path}` }),
    /CQ_DATABASE_URL \(.+\) is a folder/,
  ],
  'a file in the middle of the path': [
    ({ file }) => {
      writeFileSync(file('x'), '');
      return { CQ_DB_PATH: file('x/y/z/cq.db') };
    },
    /CQ_DB_PATH .* is no folder/,
  ],
  'a path below a device': [() => ({ CQ_DB_PATH: '/dev/null/x/cq.db' }), /CQ_DB_PATH .* is no folder/],
  'a path that the system never makes': [() => ({ CQ_DB_PATH: '/proc/x/y/cq.db' }), /CQ_DB_PATH .* cannot be made/],
  'a file that is no database': [
    ({ file }) => {
      writeFileSync(file('cq.db'), 'hello '.repeat(500));
      return { CQ_DB_PATH: file('cq.db') };
    },
    /CQ_DB_PATH .* is no SQLite database/,
  ],
  'no file, and none is made': [
    ({ file }) => ({ CQ_DB_PATH: file('cq.db'), CQ_MIGRATE: 'off' }),
    /CQ_DB_PATH .* run "cq-server migrate"/,
  ],
  'no secrets on PostgreSQL': [
    () => ({ CQ_DATABASE_URL: 'postgresql://cq:hush@127.0.0.1/cq' }),
    /set CQ_JWT_SECRET and CQ_API_KEY_PEPPER/,
  ],
  'secrets that are none': [
    ({ file }) => {
      writeFileSync(file('cq.secrets.json'), '{"jwtSecret": "hush"}');
      return { CQ_DB_PATH: file('cq.db') };
    },
    /cq\.secrets\.json must be a JSON object/,
  ],
  'secrets in a folder': [
    ({ file }) => {
      mkdirSync(file('cq.secrets.json'));
      return { CQ_DB_PATH: file('cq.db') };
    },
    /cq\.secrets\.json cannot be read/,
  ],
  'a host that is none': [() => ({ CQ_HOST: 'not a host' }), /CQ_HOST must be/],
  'an origin with a path': [() => ({ CQ_CORS_ORIGIN: 'https://a.example/' }), /CQ_CORS_ORIGIN must be/],
};

const walk = ({ path }: Folder) => readdirSync(path, { recursive: true, encoding: 'utf8' }).toSorted();

describe('check-config', () => {
  it.for(Object.keys(impossible))('refuses as serve does: %s', async (name) => {
    using folder = temporaryFolder();
    const [prepare, sentence] = impossible[name] as (typeof impossible)[string];
    const environment = { CQ_PORT: '0', CQ_DB_PATH: folder.file('cq.db'), ...prepare(folder) };
    const before = walk(folder);
    const [checked, served, migrated] = await Promise.all([
      run(['check-config'], environment),
      run(['serve'], environment),
      // what never can be made ends by itself, also without check-config
      /no folder|cannot be made/.test(String(sentence)) ? run(['migrate'], environment) : null,
    ]);
    expect(checked).toEqual({ code: 78, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(served).toEqual(checked);
    expect(checked.stderr).toMatch(/^cq-server: [^\n]*\n$/);
    expect(checked.stderr).not.toContain('hush');
    if (migrated) expect([migrated.code, migrated.stderr]).toEqual([78, expect.stringContaining('CQ_DB_PATH')]);
    expect(walk(folder)).toEqual(before);
  });

  it.skipIf(process.geteuid?.() === 0)('refuses a folder that may not be written', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o555);
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    expect(await run(['check-config'], environment)).toMatchObject({ code: 78 });
    chmodSync(folder.path, 0o755);
  });

  it('makes nothing where nothing is wrong', async () => {
    using folder = temporaryFolder();
    const outcome = await run(['check-config', '--connect'], { CQ_DB_PATH: folder.file('new/data/cq.db') });
    expect(outcome).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^database: .* is not there yet; serve makes it\.\n$/),
    });
    expect(walk(folder)).toEqual([]);
  });

  it('warns of unknown variables, as serve does, without their values', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.path, CQ_JWT_SECERT: 'hush-hush' };
    const sentence = 'CQ_JWT_SECERT is not a variable of this server and is ignored; did you mean CQ_JWT_SECRET?';
    const checked = await run(['check-config'], environment);
    expect(checked.stderr).toContain(`cq-server: ${sentence}\n`);
    const served = await run(['serve'], environment);
    expect(JSON.parse(served.stdout.split('\n')[0] ?? '')).toMatchObject({ level: 40, msg: sentence });
    expect(JSON.stringify([checked, served])).not.toContain('hush');
  });
});

describe('check-config --connect', () => {
  const connect = (environment: Record<string, string>) => run(['check-config', '--connect'], environment);

  it('says what serve would do with a database, and changes nothing', async () => {
    await using database = await createDatabase({ empty: true });
    const environment = { CQ_DATABASE_URL: database.url, ...secrets };
    const tables = () => database.query("select tablename from pg_tables where schemaname = 'public'");
    expect(await connect(environment)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('serve makes its tables'),
    });
    expect(await connect({ ...environment, CQ_MIGRATE: 'off' })).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/^cq-server: database: CQ_DATABASE_URL .*cq-server migrate/),
    });
    expect(await tables()).toEqual([]);
    await database.query('create table knowledge_units (id text primary key, data text not null)');
    expect((await connect(environment)).stderr).toContain('serve adopts it');
    expect(await tables()).toHaveLength(1);
    await database.query('alter table knowledge_units drop column data');
    expect(await connect(environment)).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('no cq server made'),
    });
  });

  it('names each that fails, and tells what may pass from what may not', async () => {
    await using database = await createDatabase();
    const away = `postgresql://cq:hush@127.0.0.1:${await freePort()}/cq`;
    const none = new URL(database.url);
    none.pathname = '/none_of_that_name';
    const environment = { CQ_DATABASE_URL: database.url, ...secrets };
    const embedding = { CQ_EMBEDDING_PROVIDER: 'openai', CQ_EMBEDDING_MODEL: 'm', CQ_EMBEDDING_KEY: 'hush' };
    const passing = await connect({
      ...environment,
      ...embedding,
      CQ_DATABASE_REPLICA_URLS: away,
      CQ_EMBEDDING_URL: `http://127.0.0.1:${await freePort()}/v1`,
    });
    expect(passing.code).toBe(69);
    expect(passing.stderr.trimEnd().split('\n')).toEqual([
      // and what keeps vectors out, where there is no pgvector
      expect.stringMatching(/^database: postgresql:.* is up to date\.( It holds no vectors\. .*)?$/),
      expect.stringMatching(/^cq-server: replica 1 of 1: .*Try again later.*CQ_DATABASE_REPLICA_URLS .*ECONNREFUSED/),
      expect.stringMatching(/^cq-server: embedding service: .*127\.0\.0\.1/),
    ]);
    const urls = [away, none.href, database.url];
    const permanent = await connect({ ...environment, CQ_DATABASE_REPLICA_URLS: urls.join() });
    expect(permanent.code).toBe(78);
    expect(permanent.stderr).toMatch(/replica 3 of 3: CQ_DATABASE_REPLICA_URLS .* is no replica .* it is no standby/);
    expect(permanent.stderr).toMatch(/replica 2 of 3: CQ_DATABASE_REPLICA_URLS .* database that is not there/);
    for (const { stdout, stderr } of [passing, permanent]) expect(stdout + stderr).not.toContain('hush');
  });

  it('asks the embedding service for one vector', async () => {
    using folder = temporaryFolder();
    const service = createServer((req, res) => {
      req.resume();
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ data: [{ index: 0, embedding: [3, 4, 0] }] }));
    });
    await using _ = await listening(service);
    const { port } = service.address() as AddressInfo;
    const environment = {
      CQ_DB_PATH: folder.file('cq.db'),
      CQ_EMBEDDING_PROVIDER: 'openai',
      CQ_EMBEDDING_MODEL: 'm',
      CQ_EMBEDDING_URL: `http://127.0.0.1:${port}/v1`,
    };
    expect(await connect(environment)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('embedding service: openai (m) answers with vectors of 3 numbers.\n'),
    });
  });

  it('finds that the secrets of a database with users are lost', async () => {
    using folder = temporaryFolder();
    const file = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], { ...file, ...secrets }, 'a long password');
    expect(walk(folder)).toEqual(['cq.db']);
    expect(await connect(file)).toMatchObject({
      code: 78,
      stderr: expect.stringMatching(/cq\.secrets\.json is missing/),
    });
    expect(await connect({ ...file, ...secrets })).toMatchObject({ code: 0 });
    expect(walk(folder)).toEqual(['cq.db']);
  });
});

async function listening(server: Server): Promise<AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
