import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from '../faults/tcp-proxy.ts';
import { databaseUrl } from '../postgres/administer.ts';
import { createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { createDividedDatabase } from '../postgres/roles.ts';
import { freePort } from '../process.ts';
import { engines } from '../processes/start-databases.ts';
import { doctor, findingOf, secrets, wrongIn } from './doctor.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  await database.query(
    "insert into users (username, password_hash, role, created_at) values ('ann', 'none', 'admin', now())",
  );
});
afterAll(() => database[Symbol.asyncDispose]());

const look = (changes: Record<string, string> = {}, options: Parameters<typeof doctor>[1] = {}) =>
  doctor({ ...secrets, CQ_DATABASE_URL: database.url, ...changes }, options);

/** Breaks the database for the time of a look, and makes it well again. */
async function broken(breaking: string, mending: string, changes: Record<string, string> = {}) {
  await database.query(breaking);
  try {
    return await look(changes);
  } finally {
    await database.query(mending);
  }
}

/** A server that says this to whoever logs in, as PostgreSQL does. */
async function startRefusing(code: string, message: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const refusal = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(refusal.length + 4, 1);
  const server: Server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      // the request for TLS has eight bytes
      if (data.length === 8) socket.write('N');
      else socket.end(Buffer.concat([head, refusal]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `postgresql://cq:hush@127.0.0.1:${(server.address() as AddressInfo).port}/cq`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

it('a healthy installation on PostgreSQL has nothing to tell of', async () => {
  const findings = await look();
  expect(wrongIn(findings)).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual([
    ...['node', 'configuration', 'secrets'],
    ...['database.server', 'database.schema', 'database.pooler', 'database.extension', 'database.connections'],
    ...['clock', 'database.autovacuum', 'database.rights', 'database.indexes', 'database.rows', 'database.words'],
    ...['accounts', 'api-keys', 'memory', 'port'],
  ]);
});

describe('a broken installation on PostgreSQL is named', () => {
  it('secrets that are missing', async () => {
    const findings = await look({ CQ_JWT_SECRET: '', CQ_API_KEY_PEPPER: '' });
    expect(wrongIn(findings)).toEqual(['problem secrets']);
    expect(findingOf(findings, 'secrets').found + findingOf(findings, 'secrets').advice).toContain('CQ_JWT_SECRET');
  });

  it('a wrong password', async () => {
    await using server = await startRefusing('28P01', 'password authentication failed for user "cq"');
    const findings = await look({ CQ_DATABASE_URL: server.url });
    expect(wrongIn(findings)).toEqual(['problem database']);
    expect(findingOf(findings, 'database')).toMatchObject({
      found: expect.stringMatching(
        /names a role whose password is another one, or a role that is not there \(password authentication failed for user "cq"\)\.$/,
      ),
      advice: 'Correct user and password.',
    });
  });

  it('a database that is not there, or a server that is away', async () => {
    const none = await look({ CQ_DATABASE_URL: databaseUrl(database.url, 'none_of_that_name') });
    expect(findingOf(none, 'database').advice).toBe('Correct its name, or create it.');
    const away = await look({ CQ_DATABASE_URL: `postgresql://cq:hush@127.0.0.1:${await freePort()}/cq` });
    expect(wrongIn(away)).toEqual(['problem database']);
    expect(findingOf(away, 'database').found).toMatch(/^There is no answer: CQ_DATABASE_URL .*ECONNREFUSED/);
  });

  it('a server that does not answer, in a bounded time', async () => {
    await using proxy = await startProxy();
    const through = { CQ_DATABASE_URL: proxy.through(database.url) };
    proxy.cut();
    const begun = performance.now();
    const findings = await look(through, { limitMs: 1000 });
    expect(wrongIn(findings)).toContain('problem database');
    // three looks at most; the rest is what a busy machine takes
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  it('an empty database, one of the Python server, and one of something else', async () => {
    await using empty = await createDatabase({ empty: true });
    const environment = { CQ_DATABASE_URL: empty.url };
    const tables = () => empty.query("select tablename from pg_tables where schemaname = 'public'");
    expect(wrongIn(await look(environment))).toEqual(['warning database.schema']);
    expect(wrongIn(await look({ ...environment, CQ_MIGRATE: 'off' }))).toEqual(['problem database.schema']);
    expect(await tables()).toEqual([]);
    await empty.query('create table knowledge_units (id text primary key, data text not null)');
    expect(findingOf(await look(environment), 'database.schema').found).toContain('as the Python server left it');
    expect(await tables()).toHaveLength(1);
    await empty.query('alter table knowledge_units drop column data');
    expect(wrongIn(await look(environment))).toEqual(['problem database.schema']);
    expect(wrongIn(await look({ ...environment, CQ_DATABASE_SCHEMA: 'another' }))).toEqual(['warning database.schema']);
  });

  it('a database of an older and of a newer release', async () => {
    await using old = await (engines.PostgreSQL as NonNullable<typeof engines.PostgreSQL>)();
    await old.migrateTo('0005-drop-baseline');
    const findings = await doctor({ ...old.environment });
    expect(wrongIn(findings)).toEqual(['warning database.schema']);
    expect(findingOf(findings, 'database.schema').found).toMatch(/is \d+ migrations behind this release/);
    const newer = await broken(
      "insert into cq_migrations (name) values ('9999-later')",
      "delete from cq_migrations where name = '9999-later'",
    );
    expect(wrongIn(newer)).toEqual(['problem database.schema']);
  });

  it('a role that lacks rights, by the statements that grant them, and a database without pgvector', async () => {
    await using divided = await createDividedDatabase();
    const { openStore } = await import('../../src/store/open.ts');
    const { configOf } = await import('../postgres/databases.ts');
    await (await openStore(configOf(divided.owner.url), { migrate: true })).close();
    const environment = { ...secrets, CQ_DATABASE_URL: divided.app.url, CQ_MIGRATE: 'off' };
    await divided.query(
      `revoke insert, update on knowledge_units from ${divided.app.name}; revoke usage on sequence events_id_seq from ${divided.app.name}`,
    );
    const findings = await doctor(environment);
    const found = findingOf(findings, 'database.rights');
    expect(found).toMatchObject({
      level: 'problem',
      found: expect.stringMatching(/lacks rights: usage on events_id_seq; insert, update on knowledge_units\.$/),
    });
    await divided.query(/: (grant .*)$/.exec(found.advice ?? '')?.[1] ?? '');
    expect(wrongIn(await doctor(environment))).toEqual(['warning accounts']);

    // and pgvector that is missing, where vectors are wanted
    await divided.query('drop extension if exists vector cascade');
    expect(wrongIn(await doctor(environment))).toEqual(['warning accounts']);
    const wanted = await doctor({ ...environment, CQ_EMBEDDING_PROVIDER: 'hash' });
    expect(wrongIn(wanted)).toEqual(['warning database.extension', 'warning accounts']);
    expect(findingOf(wanted, 'database.extension').advice).toMatch(/create extension vector|install it there/i);
  });

  it('indexes that are invalid or missing, by the statements that mend them', async () => {
    const invalid = "update pg_index set indisvalid = false where indexrelid = 'idx_events_last'::regclass";
    await database.query(invalid);
    await database.query('drop index idx_units_decided');
    const findings = await look();
    expect(wrongIn(findings)).toEqual(['warning database.indexes', 'warning database.indexes']);
    for (const { advice } of findings.filter(({ level }) => level !== 'ok'))
      await database.query(/: ((?:create|reindex) .*)$/.exec(advice ?? '')?.[1] ?? '');
    expect(wrongIn(await look())).toEqual([]);
  });

  it('dead rows, and an autovacuum that is off', async () => {
    await database.query('alter table idempotency_keys set (autovacuum_enabled = off)');
    await database.query(`
      insert into idempotency_keys (username, key, unit_id, created_at)
      select 'ann', i, 'ku', now() from generate_series(1, 30000) i`);
    await database.query('delete from idempotency_keys');
    const rows = async () => (await look()).filter(({ check, level }) => check === 'database.rows' && level !== 'ok');
    // statistics are written a moment later
    await expect.poll(async () => (await rows()).length, { interval: 300 }).toBe(2);
    for (const { advice } of await rows())
      await database.query(/: ((?:alter|vacuum) .*)$/.exec(advice ?? '')?.[1] ?? '');
    await expect.poll(async () => (await rows()).length, { interval: 300 }).toBe(0);
  });

  it('fewer connections than a process opens', async () => {
    const [{ name } = { name: '' }] = await database.query<{ name: string }>('select current_database() as name');
    const findings = await broken(
      `alter database ${name} connection limit 5`,
      `alter database ${name} connection limit -1`,
    );
    expect(wrongIn(findings)).toEqual(['problem database.connections']);
    expect(findingOf(findings, 'database.connections').found).toMatch(
      /^The database \w+ allows 5 connections, of which \d are taken, and a process opens up to 11/,
    );
    expect(wrongIn(await look({ CQ_DATABASE_POOL_SIZE: '1000' }))).toEqual(['problem database.connections']);
  });

  it('a clock that is off', async () => {
    const behind = await look({}, { machine: { now: () => Date.now() - 60_000 } });
    expect(wrongIn(behind)).toEqual(['warning clock']);
    expect(findingOf(behind, 'clock').found).toMatch(
      /^This machine's clock is (59|60|6\d)[.\d]* s behind the database's/,
    );
  });

  it('a migration that runs', async () => {
    const pg = await import('pg');
    const client = new pg.default.Client(database.url);
    await client.connect();
    try {
      await client.query(`select pg_advisory_lock(${0x63715f6d})`);
      const findings = await look();
      expect(wrongIn(findings)).toEqual(['warning database.migration']);
      expect(findingOf(findings, 'database.migration').advice).toMatch(/select pg_terminate_backend\(\d+\)/);
    } finally {
      await client.end();
    }
  });

  it('a replica that is no standby, and one that is away', async () => {
    const away = `postgresql://cq:hush@127.0.0.1:${await freePort()}/cq`;
    const findings = await look({ CQ_DATABASE_REPLICA_URLS: `${database.url},${away}` });
    expect(wrongIn(findings)).toEqual(['problem replica.1', 'warning replica.2']);
    expect(findingOf(findings, 'replica.1').found).toMatch(/is no replica of the primary: it is no standby/);
    expect(findingOf(findings, 'replica.2').found).toContain('ECONNREFUSED');
  });

  it('a pooler without a way past it, and one that keeps no transactions together', withPgBouncer, async () => {
    await using pooler = await startPgBouncer(database.url, { mode: 'transaction' });
    const through = { CQ_DATABASE_URL: pooler.through(database.url) };
    const findings = await look(through);
    expect(wrongIn(findings)).toEqual(['warning database.pooler']);
    expect(findingOf(findings, 'database.pooler').advice).toContain('CQ_DATABASE_MIGRATION_URL');
    expect(wrongIn(await look({ ...through, CQ_DATABASE_MIGRATION_URL: database.url }))).toEqual([]);
    await using wrong = await startPgBouncer(database.url, { mode: 'statement' });
    const refused = findingOf(await look({ CQ_DATABASE_URL: wrong.through(database.url) }), 'database');
    expect(refused.advice).toMatch(/^Set its pool_mode to transaction, or to session/);
  });
});
