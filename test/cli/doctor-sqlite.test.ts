import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import BetterSqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store, Webhook } from '../../src/store/store.ts';
import { version } from '../../src/version.ts';
import { makePythonFile } from '../adoption/python-database.ts';
import { cases } from '../adoption/python-rows.ts';
import { embedding } from '../embedding/both-databases.ts';
import { serverModel, startEmbeddingServer } from '../embedding/openai-server.ts';
import { aUnit, startServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';
import { engines } from '../processes/start-databases.ts';
import { contentsOf, doctor, findingOf, secrets, wrongIn } from './doctor.ts';

const template = temporaryFolder();

/** Opens a file as a server does. */
async function withStore<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const database = { engine: 'sqlite', variable: 'CQ_DB_PATH', file, label: file } as const;
  const store = await openStore(database, { migrate: true });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

beforeAll(() =>
  withStore(template.file('cq.db'), async (store) => {
    await store.users.insert({ username: 'ann', passwordHash: 'none', role: 'admin', createdAt: new Date() });
    for (let at = 0; at < 300; at++) await store.units.restore(aUnit({ domains: [`d${at}`] }), []);
  }),
);
afterAll(() => template[Symbol.dispose]());

/** An installation that is well: an administrator, and a few units. */
function installation() {
  const folder = temporaryFolder();
  const file = folder.file('cq.db');
  copyFileSync(template.file('cq.db'), file);
  const environment: Record<string, string> = { ...secrets, CQ_DB_PATH: file };
  return {
    folder,
    file,
    environment,
    /** Runs statements in the file. */
    exec(statements: string) {
      const handle = new BetterSqlite(file);
      handle.pragma('foreign_keys = off');
      handle.exec(statements);
      handle.close();
    },
    /** What is found, with nothing changed in the folder. */
    async doctor(changes: Record<string, string> = {}, options: Parameters<typeof doctor>[1] = {}) {
      const before = contentsOf(folder.path);
      const findings = await doctor({ ...environment, ...changes }, options);
      expect(contentsOf(folder.path)).toEqual(before);
      return findings;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function listening(server: Server): Promise<{ readonly port: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: String((server.address() as AddressInfo).port),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a healthy installation on SQLite', () => {
  it('has nothing to tell of', async () => {
    using cq = installation();
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'configuration',
      'database.file',
      'secrets',
      'database.schema',
      'database.size',
      'database.wal',
      'database.extension',
      'database.indexes',
      'database.words',
      'database.integrity',
      'accounts',
      'api-keys',
      'disk',
      'memory',
      'port',
    ]);
    expect(findings.find(({ check }) => check === 'database.words')?.found).toContain('300 units');
  });

  it('has nothing to tell of while a server runs on the file, which is found by its port', async () => {
    using cq = installation();
    await using server = await startServer(cq.environment);
    const findings = await doctor({ ...cq.environment, CQ_PORT: new URL(server.url).port });
    expect(wrongIn(findings)).toEqual([]);
    expect(findings.filter(({ check }) => /^(port|server)/.test(check)).map(({ found }) => found)).toEqual([
      expect.stringMatching(/^A cq server has port \d+ at 127\.0\.0\.1\.$/),
      `${server.url} is ready.`,
      `${server.url} is of this release, ${version}.`,
      expect.stringMatching(/apart\.$/),
    ]);
    // and writes on
    await server.unit();
  });

  it('has nothing to tell of while a server runs with metrics, which say whether it asks the embedding service', async () => {
    using cq = installation();
    await using service = await startEmbeddingServer();
    const token = { CQ_METRICS_TOKEN: 'hush-token'.repeat(4) };
    await using server = await startServer({ ...cq.environment, ...embedding(service), ...token });
    const environment = { ...cq.environment, ...embedding(service), CQ_PORT: new URL(server.url).port };
    const metricsIn = async (changes: Record<string, string>) =>
      (await doctor({ ...environment, ...changes }))
        .filter(({ check }) => check === 'metrics' || check === 'embedding.circuit')
        .map(({ level, check }) => `${level} ${check}`);
    expect(await metricsIn(token)).toEqual(['ok metrics', 'ok embedding.circuit']);
    expect(await metricsIn({ CQ_METRICS_TOKEN: 'hush-other'.repeat(4) })).toEqual(['warning metrics']);
    expect(await metricsIn({})).toEqual([]);
  });

  it('is told of before there is anything', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('data/new/cq.db') };
    const findings = await doctor(environment);
    expect(wrongIn(findings)).toEqual(['warning database.schema']);
    expect(findingOf(findings, 'database.schema').found).toMatch(/data\/new\/cq\.db is not there/);
    expect(wrongIn(await doctor({ ...environment, CQ_MIGRATE: 'off' }))).toEqual(['problem database.file']);
    expect(wrongIn(await doctor({ CQ_DB_PATH: ':memory:' }))).toEqual(['warning database.file']);
    expect(contentsOf(folder.path)).toEqual({});
  });
});

describe('a broken installation on SQLite is named', () => {
  it('an invalid configuration, with each of its problems', async () => {
    const findings = await doctor({ CQ_PORT: 'http', CQ_WEB: 'maybe', CQ_JWT_SECERT: 'hush' });
    expect(wrongIn(findings)).toEqual(['warning configuration', 'problem configuration', 'problem configuration']);
    expect(findingOf(findings, 'configuration').found).toContain('did you mean CQ_JWT_SECRET?');
    using cq = installation();
    const { path } = cq.folder;
    writeFileSync(`${path}/cq.yaml`, 'CQ_JWT_SECRET: hush-hush\nCQ_PORT: x', { mode: 0o644 });
    const ofFile = await cq.doctor({ CQ_CONFIG: `${path}/cq.yaml`, CQ_PORT: '' });
    expect(wrongIn(ofFile)).toEqual(['warning configuration', 'problem configuration']);
    expect(findingOf(ofFile, 'configuration').advice).toBe(`Run: chmod o-rwx ${path}/cq.yaml`);
    expect(ofFile.at(-1)?.found).toMatch(/^CQ_PORT \(.*cq\.yaml, line 2\) must be a whole number/);
  });

  it('documents that are not valid', async () => {
    using cq = installation();
    writeFileSync(cq.folder.file('documents.json'), '{"a": "{ nonsense }"}');
    const findings = await cq.doctor({ CQ_TRUSTED_DOCUMENTS: cq.folder.file('documents.json') });
    expect(wrongIn(findings)).toEqual(['problem trusted-documents']);
  });

  it('secrets that are lost, short, or for everybody to read', async () => {
    using cq = installation();
    const lost = await cq.doctor({ CQ_JWT_SECRET: '', CQ_API_KEY_PEPPER: '' });
    expect(wrongIn(lost)).toEqual(['problem secrets']);
    expect(findingOf(lost, 'secrets')).toMatchObject({
      found: expect.stringMatching(/cq\.secrets\.json is missing, and the database has users\.$/),
      advice: expect.stringMatching(/^Put it back, or set CQ_JWT_SECRET and CQ_API_KEY_PEPPER/),
    });
    expect(findingOf(await cq.doctor({ CQ_API_KEY_PEPPER: 'hush' }), 'secrets').found).toMatch(
      /^CQ_API_KEY_PEPPER is shorter/,
    );
    const file = cq.folder.file('jwt');
    writeFileSync(file, 'hush'.repeat(10));
    chmodSync(file, 0o644);
    const open = await cq.doctor({ CQ_JWT_SECRET: '', CQ_JWT_SECRET_FILE: file });
    expect(wrongIn(open)).toEqual(['warning secrets']);
    expect(findingOf(open, 'secrets').advice).toContain(`chmod o-rwx ${file}`);
    chmodSync(cq.file, 0o644);
    expect(findingOf(await cq.doctor(), 'database.file').advice).toBe(`Run: chmod go-rwx ${cq.file}`);
  });

  it('keys that hang on another pepper', async () => {
    using cq = installation();
    cq.exec(`
      insert into api_keys (id, user_id, name, labels, key_prefix, key_hash, ttl, expires_at, created_at, pepper)
      values ('k', 1, 'n', '[]', 'p', 'h', '1d', '2999-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'another')`);
    expect(wrongIn(await cq.doctor())).toEqual(['warning api-keys']);
  });

  it('a place that cannot be written, or is a folder', async () => {
    const never = await doctor({ ...secrets, CQ_DB_PATH: '/proc/x/y/cq.db' });
    expect(wrongIn(never)).toEqual(['problem database.file']);
    expect(findingOf(never, 'database.file').advice).toMatch(/^Let this process write there, or name another place/);
    using folder = temporaryFolder();
    const found = findingOf(await doctor({ ...secrets, CQ_DB_PATH: folder.path }), 'database.file');
    expect(found).toMatchObject({
      level: 'problem',
      found: expect.stringMatching(/is a folder\.$/),
      advice: 'Name a file.',
    });
  });

  it.skipIf(process.geteuid?.() === 0)('a folder that may not be written', async () => {
    using cq = installation();
    chmodSync(cq.folder.path, 0o500);
    expect(wrongIn(await doctor(cq.environment))).toEqual(['problem database.file']);
    chmodSync(cq.folder.path, 0o700);
  });

  it('a file that is no database', async () => {
    using cq = installation();
    writeFileSync(cq.file, 'hello '.repeat(500));
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(['problem database.file']);
    expect(findingOf(findings, 'database.file').found).toMatch(/is no SQLite database/);
    // nor is a device, or a named pipe, which would be waited for
    const device = await cq.doctor({ CQ_DB_PATH: '/dev/null' });
    expect(wrongIn(device)).toEqual(['problem database.file']);
    expect(findingOf(device, 'database.file').found).toMatch(/is no regular file/);
  });

  it('a database of a newer release', async () => {
    using cq = installation();
    cq.exec("insert into cq_migrations (name) values ('9999-later')");
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(['problem database.schema']);
    expect(findingOf(findings, 'database.schema').found).toContain(
      'newer than this release: it has the migration 9999-later',
    );
  });

  it('a database of an older release, which stays as it is', async () => {
    await using old = await (engines.SQLite as NonNullable<typeof engines.SQLite>)();
    await old.migrateTo('0005-drop-baseline');
    const folder = old.environment.CQ_DB_PATH?.replace(/\/[^/]*$/, '') ?? '';
    const before = contentsOf(folder);
    const findings = await doctor(old.environment);
    expect(findingOf(findings, 'database.schema')).toMatchObject({
      level: 'warning',
      found: expect.stringMatching(/is \d+ migrations behind this release\. The next start migrates it\.$/),
    });
    const off = await doctor({ ...old.environment, CQ_MIGRATE: 'off' });
    expect(findingOf(off, 'database.schema').level).toBe('problem');
    expect(contentsOf(folder)).toEqual(before);
  });

  it('a database of the Python server, which stays as it is, and an adoption that was interrupted', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    makePythonFile(file, 'the version with tiers', cases.slice(0, 3));
    chmodSync(file, 0o600);
    writeFileSync(`${file}.backup.partial`, 'half');
    const before = contentsOf(folder.path);
    const findings = await doctor({ ...secrets, CQ_DB_PATH: file });
    expect(wrongIn(findings)).toEqual(['warning database.schema', 'warning database.adoption']);
    expect(findingOf(findings, 'database.schema').found).toContain('as the Python server left it');
    expect(contentsOf(folder.path)).toEqual(before);
  });

  it('tables that no cq server made', async () => {
    using folder = temporaryFolder();
    const handle = new BetterSqlite(folder.file('cq.db'));
    handle.exec('create table shopping (item)');
    handle.close();
    chmodSync(folder.file('cq.db'), 0o600);
    expect(wrongIn(await doctor({ ...secrets, CQ_DB_PATH: folder.file('cq.db') }))).toEqual([
      'problem database.schema',
    ]);
  });

  it('a file that is damaged', async () => {
    using cq = installation();
    const handle = new BetterSqlite(cq.file);
    const page = handle
      .prepare<[], number>(`select rootpage from sqlite_schema where name = 'idx_domains_best'`)
      .pluck()
      .get();
    handle.close();
    const { openSync, writeSync, closeSync } = await import('node:fs');
    const descriptor = openSync(cq.file, 'r+');
    writeSync(descriptor, randomBytes(4000), 0, 4000, ((page ?? 1) - 1) * 4096 + 8);
    closeSync(descriptor);
    const findings = await cq.doctor();
    expect(findingOf(findings, 'database.integrity')).toMatchObject({
      level: 'problem',
      found: expect.stringMatching(/^The file is damaged: /),
      advice: expect.stringContaining('cq-server backup'),
    });
  });

  it('rows whose counterparts are gone', async () => {
    using cq = installation();
    cq.exec("delete from users where username = 'ann'; insert into sessions select * from sessions");
    cq.exec("update knowledge_unit_domains set unit_id = 'gone' where domain = 'd7'");
    const findings = await cq.doctor();
    expect(findingOf(findings, 'database.integrity').found).toContain('1 of knowledge_unit_domains');
    expect(findingOf(findings, 'accounts').advice).toBe('Run: cq-server user add NAME --role admin');
  });

  it('a check of the whole file that takes too long', async () => {
    using cq = installation();
    const { diagnoseIntegrity } = await import('../../src/store/sqlite/diagnosis/integrity.ts');
    expect(await diagnoseIntegrity(cq.file, 1)).toMatchObject({ check: 'database.integrity', level: 'warning' });
  });

  it('a log that has grown huge', async () => {
    using cq = installation();
    const handle = new BetterSqlite(cq.file);
    handle.exec("update users set role = 'admin'");
    chmodSync(`${cq.file}-wal`, 0o600);
    // the rest of a log is what nobody has written yet
    truncateSync(`${cq.file}-wal`, 200 * 2 ** 20);
    const findings = await doctor(cq.environment);
    expect(wrongIn(findings)).toEqual(['warning database.wal']);
    expect(findingOf(findings, 'database.wal').found).toContain('200 MiB');
    truncateSync(`${cq.file}-wal`, 2 * 2 ** 30);
    expect(wrongIn(await doctor(cq.environment))).toEqual(['problem database.wal']);
    handle.close();
  });

  it('what an interrupted transaction has left, which is not rolled back', async () => {
    using cq = installation();
    writeFileSync(`${cq.file}-journal`, randomBytes(1000));
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(['warning database.journal']);
  });

  it('an index that is missing, by the statement that makes it', async () => {
    using cq = installation();
    for (const name of ['idx_events_last', 'idx_units_decided', 'idx_domains_best']) cq.exec(`drop index ${name}`);
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(Array(3).fill('warning database.indexes'));
    const statements = findings
      .filter(({ level, check }) => level !== 'ok' && check === 'database.indexes')
      .map(({ advice }) => /: (create .*)$/.exec(advice ?? '')?.[1]);
    cq.exec(statements.join(';'));
    expect(wrongIn(await cq.doctor())).toEqual([]);
  });

  it('an index of words that is behind', async () => {
    using cq = installation();
    cq.exec("update search_documents set analyser = 0 where id < 5; insert into search_packs values (1, 2, x'00')");
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(['warning database.words', 'warning database.words']);
    expect(findingOf(findings, 'database.words').found).toMatch(
      /^4 of 300 units are indexed as an earlier release did/,
    );
    cq.exec('delete from search_documents where id = 9');
    expect(findingOf(await cq.doctor(), 'database.words')).toMatchObject({
      level: 'problem',
      found: expect.stringMatching(/^1 of 300 units are not in the index of words/),
    });
    // documents that a chunk does not have yet
    cq.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 33000)
             insert into search_changes (document) select 1 from n`);
    expect((await cq.doctor()).map(({ found }) => found).join()).toMatch(/3\d{4} changes wait to be merged/);
  });

  it('rows in quarantine, and what waits after an erasure', async () => {
    using cq = installation();
    cq.exec(`insert into quarantine (source, source_id, content, reason, at)
      values ('knowledge_units', 'x', 'hush', 'no reason', '2026-01-01T00:00:00.000Z');
      insert into erased_units (id, erased_at, reason, waits_for) values ('ku_1', '2026-01-01T00:00:00.000Z', 'r', 'The disk is full.')`);
    const findings = await cq.doctor();
    expect(wrongIn(findings)).toEqual(['warning quarantine', 'warning erasures']);
    expect(findingOf(findings, 'erasures')).toMatchObject({
      found: expect.stringContaining('The disk is full.'),
      advice: expect.stringContaining('cq-server unit erasures --finish'),
    });
  });

  it('webhooks that fail, or were switched off for it', async () => {
    using cq = installation();
    const at = new Date('2026-01-01T00:00:00Z');
    const webhook = (id: string, changes: Partial<Webhook>): Webhook => ({
      ...{ id: id.repeat(32), userId: 1, name: `of ${id}`, url: 'https://example.com/?hush', format: 'standard' },
      ...{
        document: 'subscription { a }',
        variables: '{}',
        secret: 'hush',
        previousSecret: null,
        previousSecretUntil: null,
      },
      ...{ createdAt: at, activeSince: at, offSince: null, offReason: null, failingSince: null },
      ...changes,
    });
    await withStore(cq.file, async ({ webhooks }) => {
      await webhooks.insert(webhook('a', {}), 9);
      await webhooks.insert(webhook('b', { failingSince: at }), 9);
      await webhooks.insert(webhook('c', { offSince: at, offReason: 'gone', failingSince: at }), 9);
      await webhooks.insert(webhook('d', { offSince: at, offReason: 'switched' }), 9);
    });
    const findings = (await cq.doctor()).filter(({ check }) => check === 'webhooks');
    expect(findings.map(({ level, found }) => [level, found.slice(12, 14)]).toSorted()).toEqual([
      ['warning', 'bb'],
      ['warning', 'cc'],
    ]);
    expect(findings.map(({ advice }) => advice).join()).toContain(`cq-server webhook on ${'c'.repeat(32)}`);
  });
});

describe('a machine that does not do is named', () => {
  const disk = (changes: object) => ({ disk: () => ({ free: 2 ** 40, size: 2 ** 41, type: 0xef53, ...changes }) });

  it('a disk that is nearly full', async () => {
    using cq = installation();
    const full = await cq.doctor({}, { machine: disk({ free: 50 * 2 ** 20 }) });
    expect(wrongIn(full)).toEqual(['problem disk']);
    expect(findingOf(full, 'disk').found).toContain('has 50 MiB of 2 TiB left');
    using large = installation();
    const handle = new BetterSqlite(large.file);
    handle.exec("update users set role = 'admin'");
    truncateSync(`${large.file}-wal`, 120 * 2 ** 20);
    chmodSync(`${large.file}-wal`, 0o600);
    const short = await doctor(large.environment, { machine: disk({ free: 110 * 2 ** 20 }) });
    expect(wrongIn(short)).toEqual(['warning disk']);
    handle.close();
  });

  it('a file system over a network', async () => {
    using cq = installation();
    const findings = await cq.doctor({}, { machine: disk({ type: 0x6969 }) });
    expect(wrongIn(findings)).toEqual(['problem disk.network']);
    expect(findingOf(findings, 'disk.network').found).toContain('on NFS');
  });

  it('too little memory, and a heap that may grow beyond it', async () => {
    using cq = installation();
    const mebibytes = (count: number) => count * 2 ** 20;
    const small = await cq.doctor({}, { machine: { memory: mebibytes(256), heapLimit: mebibytes(128) } });
    expect(wrongIn(small)).toEqual(['warning memory']);
    expect(findingOf(small, 'memory').found).toMatch(/^There are 256 MiB, and a server may take 408 MiB/);
    const answers = { CQ_MAX_ANSWER_BYTES: '65536' };
    const enough = await cq.doctor(answers, { machine: { memory: mebibytes(384), heapLimit: mebibytes(128) } });
    expect(wrongIn(enough)).toEqual([]);
    const heap = await cq.doctor({}, { machine: { memory: mebibytes(1024), heapLimit: mebibytes(2048) } });
    expect(findingOf(heap, 'memory').advice).toBe('Set NODE_OPTIONS=--max-old-space-size=716');
  });

  it('a Node that is too old', async () => {
    const findings = await doctor({ CQ_DB_PATH: ':memory:' }, { machine: { nodeVersion: 'v22.17.1' } });
    expect(wrongIn(findings)).toContain('problem node');
  });

  it('a port that something else has, or that cannot be had', async () => {
    using cq = installation();
    await using other = await listening(createServer((socket) => socket.end('SSH-2.0\r\n')));
    const used = await cq.doctor({ CQ_PORT: other.port });
    expect(wrongIn(used)).toEqual(['problem port']);
    expect(findingOf(used, 'port').advice).toContain(`ss -ltnp 'sport = :${other.port}'`);
    const nowhere = await cq.doctor({ CQ_HOST: '192.0.2.1', CQ_PORT: '4000' });
    expect(findingOf(nowhere, 'port').found).toContain('192.0.2.1:4000 is no address of this machine');
    expect(wrongIn(await cq.doctor({ CQ_HOST: '192.0.2.1', CQ_PORT: '0' }))).toEqual(['problem port']);
    const metrics = await cq.doctor({ CQ_METRICS_PORT: other.port });
    expect(wrongIn(metrics)).toEqual(['problem metrics']);
    expect(findingOf(metrics, 'metrics').advice).toContain('set CQ_METRICS_PORT');
    // one that takes connections and never answers
    await using silent = await listening(createServer(() => {}));
    expect(wrongIn(await cq.doctor({ CQ_PORT: silent.port }, { limitMs: 2000 }))).toContain('problem port');
  });
});

describe('a running server that is not well is named', () => {
  const reply =
    (changes: Record<string, RequestListener> = {}): RequestListener =>
    (req, res) => {
      const own = changes[req.url ?? ''];
      if (own) own(req, res);
      else if (req.url === '/graphql') res.end(JSON.stringify({ data: { serverInfo: { version } } }));
      else res.end('{"status":"ok"}\n');
    };
  const look = async (answer: RequestListener) => {
    await using server = await listening(createHttpServer(answer));
    const url = `http://127.0.0.1:${server.port}`;
    return await doctor({ CQ_DB_PATH: ':memory:' }, { url, limitMs: 2000 });
  };
  const serverIn = (findings: Awaited<ReturnType<typeof doctor>>) =>
    wrongIn(findings).filter((finding) => finding.includes('server'));

  it('one whose clock is off', async () => {
    const findings = await look((req, res) => {
      res.setHeader('date', new Date(Date.now() + 90_000).toUTCString());
      reply()(req, res);
    });
    expect(serverIn(findings)).toEqual(['warning server.clock']);
    expect(findingOf(findings, 'server.clock').found).toMatch(/is (89|90|91) s ahead of this machine's/);
    expect(serverIn(await look(reply()))).toEqual([]);
  });

  it('one that is not ready', async () => {
    const notReady: RequestListener = (_req, res) => res.writeHead(503).end('{"status":"not ready"}');
    expect(serverIn(await look(reply({ '/readyz': notReady })))).toEqual(['problem server.ready']);
    expect(serverIn(await look(reply({ '/readyz': () => {} })))).toEqual(['problem server.ready']);
  });

  it('one of another release', async () => {
    const other: RequestListener = (_req, res) => res.end('{"data":{"serverInfo":{"version":"99.0.0"}}}');
    expect(findingOf(await look(reply({ '/graphql': other })), 'server.version').found).toContain('99.0.0');
    const silent: RequestListener = (_req, res) => res.writeHead(400).end('<html>');
    expect(serverIn(await look(reply({ '/graphql': silent })))).toEqual([]);
  });

  it('one that has given up on its embedding service', async () => {
    const circuit = (state: string) =>
      ['closed', 'half-open', 'open'].map((each) => `cq_embedding_circuit{state="${each}"} ${each === state ? 1 : 0}`);
    const metrics: RequestListener = (_req, res) => res.end(`# TYPE x gauge\n${circuit('open').join('\n')}\n`);
    await using server = await listening(createHttpServer(reply({ '/metrics': metrics })));
    const environment = { CQ_DB_PATH: ':memory:', CQ_PORT: server.port, CQ_METRICS_TOKEN: 't'.repeat(32) };
    const findings = await doctor(environment);
    expect(findingOf(findings, 'embedding.circuit').found).toContain('(its circuit is open)');
  });

  it('one that is none', async () => {
    expect(serverIn(await look((_req, res) => res.writeHead(404).end('<html>')))).toEqual(['problem server']);
    // a body without an end
    const endless: RequestListener = (_req, res) => {
      const timer = setInterval(() => res.write('x'.repeat(10_000)), 1);
      res.once('close', () => clearInterval(timer));
    };
    expect(serverIn(await look(endless))).toEqual(['problem server']);
    const findings = await doctor({ CQ_DB_PATH: ':memory:' }, { url: 'http://127.0.0.1:9', limitMs: 2000 });
    expect(serverIn(findings)).toEqual(['problem server']);
  });
});

describe('an embedding service that is not well is named', () => {
  it('one that is down, or does not answer, or answers something else', async () => {
    using cq = installation();
    await using service = await startEmbeddingServer();
    expect(wrongIn(await cq.doctor(embedding(service)))).toEqual([]);
    service.mood = 'unauthorised';
    const refused = await cq.doctor({ ...embedding(service), CQ_EMBEDDING_KEY: 'hush' });
    expect(findingOf(refused, 'embedding.service').advice).toMatch(/^Correct the CQ_EMBEDDING_ variables/);
    service.mood = 'slow';
    expect(wrongIn(await cq.doctor(embedding(service), { limitMs: 2000 }))).toEqual(['problem embedding.service']);
    await service.leave();
    const down = await cq.doctor(embedding(service));
    expect(wrongIn(down)).toEqual(['problem embedding.service']);
    expect(findingOf(down, 'embedding.service').advice).toMatch(/^Start the service/);
  });

  it('one with other vectors than those that are stored, and jobs that are parked or that nobody does', async () => {
    using cq = installation();
    await using service = await startEmbeddingServer();
    const add = (dimensions: number) => `
      insert into embedding_models (provider, name, dimensions, document_prefix, state, last_used_at)
      values ('openai', '${serverModel}', ${dimensions}, '', 'active', '2026-01-01T00:00:00.000Z');`;
    const unit = '(select min(id) from knowledge_units)';
    cq.exec(`${add(8)} insert into embedding_jobs (unit_id, model_id, attempts, run_at)
      values (${unit}, 1, 0, '2026-01-01T00:00:00.000Z')`);
    expect(findingOf(await cq.doctor(embedding(service)), 'embedding.queue').found).toMatch(
      /tiny-8 \(active\): 0 vectors, 1 waiting, 0 parked, and no server has worked on them since 2026-01-01/,
    );
    cq.exec("update embedding_jobs set run_at = null, last_error = 'the text is too long'");
    expect(findingOf(await cq.doctor(embedding(service)), 'embedding.queue')).toMatchObject({
      found: expect.stringMatching(
        /1 parked, one of them since: the text is too long$|1 parked, one of them since: the text is too long\.$/,
      ),
      advice: expect.stringContaining('cq-server embeddings retry'),
    });
    cq.exec('delete from embedding_jobs; update embedding_models set dimensions = 512');
    const findings = await cq.doctor(embedding(service));
    expect(wrongIn(findings)).toEqual(['warning embedding.service']);
    expect(findingOf(findings, 'embedding.service').found).toContain('tiny-8), 512 numbers each');
  });
});
