import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OutcomeUnknownError, UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { migrationLock } from '../../src/store/postgres/migration-lock.ts';
import { connectionsOf } from '../../src/store/postgres/pool-connections.ts';
import { campaign } from '../campaign.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { finished, type Running, start, startProcess } from '../process.ts';
import {
  type Commons,
  environmentOf,
  eventually,
  foundCommons,
  operations,
  send,
  statusOf,
  unavailable,
} from './commons.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

// No case measures how long anything takes: without limits of ours each would wait for TCP, a quarter of an hour, and so fail.

const limits = { CQ_DATABASE_STATEMENT_TIMEOUT_MS: '1500', CQ_DATABASE_CONNECT_TIMEOUT_MS: '3000' };

/** As it is sent; the settings of a session hold the word too. */
const commit = 'commit\0';

let database: TestDatabase;
let commons: Commons;
let proxy: TcpProxy;
beforeAll(async () => {
  database = await createDatabase();
  commons = await foundCommons(database.url);
  proxy = await startProxy();
});
afterEach(() => proxy.mend());
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

const propose = `mutation ($key: String!) {
  proposeKnowledgeUnit(input: {
    domains: ["a"], insight: { summary: "s", detail: "d", action: "a" }, idempotencyKey: $key
  }) { knowledgeUnit { id } }
}`;

describe('a server whose database vanishes from the network', () => {
  let server: Running;
  beforeAll(async () => {
    server = await startProcess({ ...commons.environment, ...limits, CQ_DATABASE_URL: proxy.through(database.url) });
  });
  afterAll(async () => {
    await server?.stop();
  });

  const asked = () =>
    Promise.all([
      send(server.url, operations.read, { id: commons.unitId }),
      send(server.url, operations.search, {}, commons.key),
      send(server.url, operations.confirm, { id: commons.unitId }, commons.key),
      send(server.url, operations.propose, { detail: 'a' }, commons.key),
    ]);
  const works = async () => {
    const outcomes = await asked();
    return outcomes.every(({ status, codes }) => status === 200 && codes.length === 0);
  };

  it.for([{ forget: true }, ...campaign([], [{ forget: false }])])(
    'answers 503 meanwhile, and works again after: %o',
    async (options) => {
      await eventually(works, Boolean);
      proxy.cut();
      for (let round = 0; round < 2; round++)
        for (const outcome of await asked()) expect(outcome).toMatchObject(unavailable);
      expect(await statusOf(`${server.url}/readyz`)).toBe(503);
      expect(await statusOf(`${server.url}/livez`)).toBe(200);
      proxy.mend(options);
      await eventually(
        () => statusOf(`${server.url}/readyz`),
        (status) => status === 200,
      );
      await eventually(works, Boolean);
    },
  );

  it('says that it does not know whether a proposal was saved, which its key tells', async () => {
    await eventually(works, Boolean);
    proxy.cutAfter('in doubt', commit);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${commons.key}` },
      body: JSON.stringify({ query: propose, variables: { key: 'in doubt' } }),
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/did not answer whether this was saved.*idempotency key/),
          extensions: { code: 'SERVICE_UNAVAILABLE', outcome: 'unknown' },
        },
      ],
    });
    proxy.mend();
    const again = await eventually(
      () => send(server.url, propose, { key: 'in doubt' }, commons.key),
      ({ status }) => status === 200,
    );
    const saved = await database.query<{ id: string }>("select id from knowledge_units where detail = 'd'");
    expect(saved).toEqual([{ id: again.data.proposeKnowledgeUnit.knowledgeUnit.id }]);
  });
});

describe('a process that is told to stop', () => {
  it.runIf(campaign(false, true))('ends although its database no longer answers', async () => {
    const server = await startProcess({
      ...commons.environment,
      CQ_DATABASE_URL: proxy.through(database.url),
      ...limits,
      CQ_DATABASE_STATEMENT_TIMEOUT_MS: '0',
    });
    await send(server.url, operations.confirm, { id: commons.unitId }, commons.key);
    proxy.cut();
    const pending = send(server.url, operations.confirm, { id: commons.unitId }, commons.key).catch(() => null);
    expect(await server.stop()).toMatchObject({ code: 0 });
    await pending;
  });

  it('closes its store although a statement still waits for an answer', async () => {
    const config = configOf(proxy.through(database.url), { statementTimeoutMs: 0, connectTimeoutMs: 600_000 });
    const store = await openStore(config, { migrate: false });
    await store.users.count();
    proxy.cut();
    const refused = expect(store.users.count()).rejects.toBeInstanceOf(UnavailableError);
    await store.close();
    await refused;
  });
});

describe.runIf(campaign(false, true))('a migration', () => {
  /** Another process that migrates for ever, and the command that waits for it through the proxy. */
  async function waiting(work: (child: ReturnType<typeof start>) => Promise<void>) {
    const other = new pg.Client(database.url);
    await other.connect();
    try {
      await other.query('select pg_advisory_lock($1)', [migrationLock]);
      const child = start(['migrate'], { ...environmentOf(proxy.through(database.url)), ...limits });
      await eventually(
        () => database.query("select from pg_locks where locktype = 'advisory' and not granted"),
        (locks) => locks.length > 0,
      );
      await work(child);
    } finally {
      proxy.mend();
      await other.end();
    }
  }

  it('waits for longer than any statement of a request, and fails when the database vanishes', async () => {
    await waiting(async (child) => {
      const outcome = finished(child);
      // longer than a statement may take; were the limit the wrong one, it would fail now or later
      await delay(4000);
      expect(child.exitCode).toBe(null);
      proxy.cut();
      expect(await outcome).toMatchObject({ code: 69, stderr: expect.stringContaining('no longer answers') });
    });
  });
});

describe('a connection', () => {
  const open = (changes = {}) => {
    const config = configOf(proxy.through(database.url), {
      statementTimeoutMs: 1500,
      ...changes,
    });
    const pool = openPool(config.primary, { ...config, poolSize: 3 });
    return { pool, db: queries(pool), [Symbol.asyncDispose]: () => pool.end() };
  };
  const backend = sql<{ pid: number }>`select pg_backend_pid() as pid`;

  it('that timed out is not used again, nor are those that idle beside it', async () => {
    await using opened = open();
    const pids = await Promise.all([1, 2, 3].map(async () => (await backend.execute(opened.db)).rows[0]?.pid));
    expect(new Set(pids).size).toBe(3);
    proxy.cut();
    await expect(backend.execute(opened.db)).rejects.toBeInstanceOf(UnavailableError);
    await eventually(
      async () => opened.pool.totalCount,
      (count) => count === 0,
    );
    proxy.mend();
    expect(pids).not.toContain((await backend.execute(opened.db)).rows[0]?.pid);
  });

  it.runIf(campaign(false, true))('has the limit of its session, also after a transaction without one', async () => {
    await using opened = open();
    const slow = sql`select pg_sleep(3.5)`;
    await opened.db.transaction().execute(async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx);
      await slow.execute(tx);
    });
    proxy.cut();
    await expect(backend.execute(opened.db)).rejects.toMatchObject({ cause: { message: 'no answer within 2500 ms' } });
    proxy.mend();
  });

  it('tells a COMMIT without an answer from one that was refused or never sent', async () => {
    await using opened = open();
    const { db, pool } = opened;
    const inTransaction = (work: () => Promise<unknown>) =>
      db.transaction().execute(async (tx) => {
        await sql`create temporary table if not exists t (n integer unique deferrable initially deferred)`.execute(tx);
        await sql`insert into t values (1), (1)`.execute(tx);
        await work();
      });
    await expect(inTransaction(async () => {})).rejects.toMatchObject({ code: '23505' });
    const lost = inTransaction(async () => {
      connectionsOf(pool).dropAll();
      await delay(50);
    });
    await expect(lost).rejects.toBeInstanceOf(UnavailableError);
    await expect(lost).rejects.not.toBeInstanceOf(OutcomeUnknownError);
    proxy.cutAfter(commit);
    await expect(db.transaction().execute((tx) => backend.execute(tx))).rejects.toBeInstanceOf(OutcomeUnknownError);
    proxy.mend();
  });

  it('to a server that has become read-only is given up', async () => {
    await using opened = open();
    const { db, pool } = opened;
    const [{ pid } = { pid: 0 }] = (await backend.execute(db)).rows;
    await sql`set default_transaction_read_only = on`.execute(db);
    const write = db.transaction().execute((tx) => sql`create table t (n integer)`.execute(tx));
    await expect(write).rejects.toMatchObject({ cause: { code: '25006' } });
    await eventually(
      async () => pool.totalCount,
      (count) => count === 0,
    );
    expect((await backend.execute(db)).rows[0]?.pid).not.toBe(pid);
  });
});
