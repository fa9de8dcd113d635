import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administer } from '../postgres/administer.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { type Running, startProcess } from '../process.ts';
import {
  type Commons,
  eventually,
  foundCommons,
  type Outcome,
  operations,
  present,
  send,
  statusOf,
  unavailable,
} from './commons.ts';

let postgres: EmbeddedServer;
let commons: Commons;
beforeAll(async () => {
  postgres = await startEmbedded();
  commons = await foundCommons(postgres.url);
});
afterAll(() => postgres?.[Symbol.asyncDispose]());

/** A server with these settings, for as long as `work` takes. */
async function serving(environment: Record<string, string>, work: (server: Running) => Promise<void>) {
  const server = await startProcess({ ...commons.environment, ...environment });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

const read = ({ url }: Running) => send(url, operations.read, { id: commons.unitId });
const confirm = ({ url }: Running) => send(url, operations.confirm, { id: commons.unitId }, commons.key);

/** Somebody else in the database who keeps what these statements lock, until told to let go. */
async function holding(...statements: string[]) {
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query('begin');
  for (const statement of statements) await client.query(statement);
  return () => client.end();
}

/** Waits until a session of a server waits for a lock. */
const untilBlocked = () =>
  eventually(
    () =>
      administer(
        postgres.url,
        "select from pg_stat_activity where application_name = 'cq-server' and wait_event_type = 'Lock'",
      ),
    (sessions) => sessions.length > 0,
  );

describe('PostgreSQL', () => {
  it('that is killed under load is away until it is back, and has what was acknowledged', async () => {
    await serving({ CQ_DATABASE_CONNECT_TIMEOUT_MS: '2000' }, async (server) => {
      const load = startLoad(server);
      await eventually(load.successes, (count) => count > 30);
      await postgres.kill();
      await eventually(
        () => statusOf(`${server.url}/readyz`),
        (status) => status === 503,
      );
      expect(await statusOf(`${server.url}/livez`)).toBe(200);
      for (const ask of [read, confirm]) expect(await ask(server)).toMatchObject(unavailable);
      await postgres.start();
      await eventually(
        () => statusOf(`${server.url}/readyz`),
        (status) => status === 200,
      );
      const before = await load.successes();
      await eventually(load.successes, (count) => count > before + 30);
      const { outcomes, acknowledged } = await load.stop();
      const failed = outcomes.filter(({ status }) => status !== 200);
      expect(failed.length).toBeGreaterThan(0);
      for (const { status, codes } of failed) expect({ status, codes }).toEqual(unavailable);
      expect(outcomes.filter(({ status, codes }) => status === 200 && codes.length > 0)).toEqual([]);
      expect(await present(server.url, acknowledged, commons.key)).toEqual(acknowledged);
    });
  });

  it('that ends all connections is there for the next request', async () => {
    await serving({}, async (server) => {
      await Promise.all(Array.from({ length: 10 }, () => confirm(server)));
      const ours = "from pg_stat_activity where application_name = 'cq-server'";
      const ended = await administer<{ pid: number }>(postgres.url, `select pid, pg_terminate_backend(pid) ${ours}`);
      expect(ended.length).toBeGreaterThan(1);
      const left = () => administer(postgres.url, `select ${ours} and pid = any($1)`, [ended.map(({ pid }) => pid)]);
      await eventually(left, (sessions) => sessions.length === 0);
      expect(await confirm(server)).toMatchObject({ status: 200, codes: [] });
      expect(await read(server)).toMatchObject({ status: 200, codes: [] });
    });
  });

  it.for(['1', '10'])(
    'with %s connections, whose writers all wait for a row, goes on for who reads',
    async (poolSize) => {
      const environment = {
        CQ_DATABASE_POOL_SIZE: poolSize,
        CQ_DATABASE_CONNECT_TIMEOUT_MS: '2000',
        CQ_DATABASE_LOCK_TIMEOUT_MS: '2000',
      };
      await serving(environment, async (server) => {
        const letGo = await holding(`select from knowledge_units where id = '${commons.unitId}' for update`);
        const outcomes: Outcome[] = [];
        const writing = Array.from({ length: 15 }, async () => outcomes.push(await confirm(server)));
        await untilBlocked();
        let reads = 0;
        for (; outcomes.length < 15; reads++) {
          expect(await read(server)).toMatchObject({ status: 200, codes: [] });
          expect(await send(server.url, operations.search, {}, commons.key)).toMatchObject({ status: 200, codes: [] });
          expect(await statusOf(`${server.url}/readyz`)).toBe(200);
        }
        await Promise.all(writing);
        expect(reads).toBeGreaterThan(3);
        for (const outcome of outcomes) expect(outcome).toMatchObject(unavailable);
        await letGo();
        const after = await Promise.all(Array.from({ length: 15 }, () => confirm(server)));
        for (const outcome of after) expect(outcome).toMatchObject({ status: 200, codes: [] });
      });
    },
  );

  it('has no more connections of a server than it may, and one that says whether it is there', async () => {
    const ours = () => administer(postgres.url, "select from pg_stat_activity where application_name = 'cq-server'");
    await eventually(ours, (sessions) => sessions.length === 0);
    await serving({ CQ_DATABASE_POOL_SIZE: '4', CQ_DATABASE_CONNECT_TIMEOUT_MS: '60000' }, async (server) => {
      for (let round = 0; round < 3; round++) {
        const asked = Array.from({ length: 60 }, (_, index) => (index % 2 ? read : confirm)(server));
        const probes = Array.from({ length: 20 }, () => statusOf(`${server.url}/readyz`));
        for (const outcome of await Promise.all(asked)) expect(outcome).toMatchObject({ status: 200, codes: [] });
        expect(new Set(await Promise.all(probes))).toEqual(new Set([200]));
      }
      expect(await ours()).toHaveLength(4);
    });
  });

  it('that takes too long for a statement is away', async () => {
    await serving({ CQ_DATABASE_STATEMENT_TIMEOUT_MS: '300' }, async (server) => {
      const letGo = await holding('lock table knowledge_units in access exclusive mode');
      for (const ask of [read, confirm]) expect(await ask(server)).toMatchObject(unavailable);
      await letGo();
      for (const ask of [read, confirm]) expect(await ask(server)).toMatchObject({ status: 200, codes: [] });
    });
  });
});

/** Writers and readers who ask without pause. */
function startLoad({ url }: Running) {
  let done = false;
  const outcomes: Outcome[] = [];
  const acknowledged: string[] = [];
  const repeat = async (ask: () => Promise<Outcome>) => {
    for (; !done; ) {
      const outcome = await ask();
      outcomes.push(outcome);
      const id = outcome.data?.proposeKnowledgeUnit?.knowledgeUnit?.id;
      if (id) acknowledged.push(id);
    }
  };
  const workers = [
    () => send(url, operations.propose, { detail: 'under load' }, commons.key),
    () => send(url, operations.confirm, { id: commons.unitId }, commons.key),
    () => send(url, operations.read, { id: commons.unitId }),
    () => send(url, operations.search),
  ].flatMap((ask) => [repeat(ask), repeat(ask)]);
  const all = Promise.all(workers);
  all.catch(() => {});
  return {
    successes: async () => outcomes.filter(({ status }) => status === 200).length,
    async stop() {
      done = true;
      await all;
      return { outcomes, acknowledged };
    },
  };
}
