import { connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresConfig } from '../../src/config/database.ts';
import { UnavailableError, UnusableDatabaseError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { freePort, temporaryFolder } from '../process.ts';

let database: TestDatabase;
/** Takes connections, and never says a word. */
let silent: Server;
let silentHost: string;
let refusingHost: string;
let goodHost: string;
let connections = 0;

beforeAll(async () => {
  database = await createDatabase();
  silent = createServer(() => connections++);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  silentHost = `127.0.0.1:${(silent.address() as { port: number }).port}`;
  refusingHost = `127.0.0.1:${await freePort()}`;
  goodHost = new URL(database.url).host;
});
afterAll(async () => {
  silent?.close();
  await database?.[Symbol.asyncDispose]();
});

function configAt(hosts: readonly string[], parameters = '', changes: Partial<PostgresConfig> = {}) {
  const { host } = new URL(database.url);
  return configOf(`${database.url.replace(host, hosts.join(','))}?${parameters}`, changes);
}

async function withPool<T>(
  config: PostgresConfig,
  work: (pool: ReturnType<typeof openPool>) => Promise<T>,
): Promise<T> {
  const pool = openPool(config.primary, config);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

const isReached = (config: PostgresConfig) =>
  withPool(config, async (pool) => (await pool.query('select 1 as one')).rows[0].one === 1);

/** What a caller of the Store would get. */
const refusalOf = (config: PostgresConfig) =>
  withPool(config, async (pool) => {
    try {
      await sql`select 1`.execute(queries(pool));
    } catch (error) {
      return error as Error;
    }
    throw new Error('it is reached');
  });

describe('several hosts', () => {
  it('are tried in order, whatever is wrong with the first ones', async () => {
    const hosts = [refusingHost, 'no-such-host.invalid', '%2Fno%2Fsuch%2Ffolder', goodHost];
    expect(await isReached(configAt(hosts))).toBe(true);
  });

  it('are tried in order by a store and by its migrations', async () => {
    const store = await openStore(configAt([refusingHost, goodHost]), { migrate: true });
    await store.ping();
    await store.close();
  });

  it('have their own time each, and one that was silent is tried last for a while', async () => {
    const config = configAt([silentHost, goodHost], '', { connectTimeoutMs: 300 });
    await withPool(config, async (pool) => {
      const before = connections;
      const first = await pool.connect();
      expect(connections).toBe(before + 1);
      const second = await pool.connect();
      expect(connections).toBe(before + 1);
      for (const client of [first, second]) client.release();
    });
  });

  it('that are all away are named, and may be back', async () => {
    const error = await refusalOf(configAt([refusingHost, silentHost], '', { connectTimeoutMs: 200 }));
    expect(error.constructor).toBe(UnavailableError);
    expect((error.cause as Error).message).toMatch(
      new RegExp(`${refusingHost}: connect ECONNREFUSED .*; ${silentHost}: timeout expired`),
    );
  });

  it('that no name server knows are permanently wrong', async () => {
    const error = await refusalOf(configAt(['one.invalid', 'two.invalid']));
    expect(error).toBeInstanceOf(UnusableDatabaseError);
    expect((error.cause as Error).message).toMatch(/one\.invalid:5432: .*; two\.invalid:5432: /);
  });

  it('are not tried after one that refuses the login', async () => {
    const before = connections;
    const error = await refusalOf(configAt([goodHost, silentHost], 'dbname=cq_no_such_database'));
    expect(error).toBeInstanceOf(UnusableDatabaseError);
    expect((error.cause as Error).message).toMatch(`${goodHost}: database "cq_no_such_database" does not exist`);
    expect(connections).toBe(before);
  });

  it.for(['random', 'disable'])('are all tried with load_balance_hosts=%s', async (order) => {
    const config = configAt([refusingHost, goodHost], `load_balance_hosts=${order}`);
    for (let count = 0; count < 5; count++) expect(await isReached(config)).toBe(true);
  });
});

describe('a Unix socket', () => {
  it('is reached through its folder, wherever the URL has it', async () => {
    using folder = temporaryFolder();
    const { username, password, hostname, port, pathname } = new URL(database.url);
    const relay = createServer((socket) => void pipeline(socket, connect(Number(port), hostname), socket, () => {}));
    await new Promise<void>((resolve) => relay.listen(folder.file('.s.PGSQL.5433'), resolve));
    const path = dirname(folder.file('.s.PGSQL.5433'));
    try {
      for (const [authority, query] of [
        [`${encodeURIComponent(path)}:5433`, ''],
        ['', `host=${path}&port=5433`],
        ['', `host=${encodeURIComponent(path)}&port=5433&sslmode=verify-full`],
      ])
        expect(await isReached(configOf(`postgresql://${username}:${password}@${authority}${pathname}?${query}`))).toBe(
          true,
        );
    } finally {
      relay.close();
    }
  });
});

describe('target_session_attrs', () => {
  const readOnly = 'options=-c%20default_transaction_read_only%3Don';

  it.for<[attributes: string, others: string, reached: boolean]>([
    ['any', '', true],
    ['read-write', '', true],
    ['read-only', '', false],
    ['primary', '', true],
    ['standby', '', false],
    ['prefer-standby', '', true],
    ['any', readOnly, true],
    ['read-write', readOnly, false],
    ['read-only', readOnly, true],
    ['primary', readOnly, true],
  ])('%s %s on a primary', async ([attributes, others, reached]) => {
    const config = configAt([goodHost], `target_session_attrs=${attributes}&${others}`);
    if (reached) return expect(await isReached(config)).toBe(true);
    const error = await refusalOf(config);
    expect(error.constructor).toBe(UnavailableError);
    expect((error.cause as Error).message).toMatch(/^the (session|server) is /);
  });

  it('read-write is no obstacle to a store that only reads', async () => {
    const store = await openStore(configAt([goodHost], 'target_session_attrs=read-write'), {
      migrate: false,
      readonly: true,
    });
    expect(await store.units.count({})).toBe(0);
    await store.close();
  });
});

it('a connection on which a write was refused as read-only is not used again', async () => {
  await withPool(configAt([goodHost]), async (pool) => {
    const client = await pool.connect();
    await client.query('begin read only');
    await expect(client.query('delete from users')).rejects.toMatchObject({ code: '25006' });
    client.release();
    expect(await pool.connect().then((next) => [next === client, next.release()])).toEqual([false, undefined]);
  });
});
