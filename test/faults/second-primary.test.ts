import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresAddress } from '../../src/config/database.ts';
import { knownPrimariesOf } from '../../src/store/postgres/primaries.ts';
import { administer } from '../postgres/administer.ts';
import { configOf } from '../postgres/databases.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { type Running, startProcess } from '../process.ts';
import { type Commons, eventually, foundCommons, operations, present, send } from './commons.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

let first: EmbeddedServer;
let second: EmbeddedServer;
let commons: Commons;
/** The way to the first one. */
let proxy: TcpProxy;
let environment: Record<string, string>;

beforeAll(async () => {
  first = await startEmbedded();
  commons = await foundCommons(first.url);
  await first.stop();
  second = await first.standby();
  await Promise.all([first.start(), second.start()]);
  proxy = await startProxy();
  const url = proxy.through(first.url);
  const { host } = new URL(url);
  environment = {
    ...commons.environment,
    CQ_DATABASE_URL: `${url.replace(host, `${host},${new URL(second.url).host}`)}?target_session_attrs=read-write`,
    CQ_DATABASE_REPLICA_URLS: second.url,
    CQ_DATABASE_STATEMENT_TIMEOUT_MS: '2000',
    CQ_DATABASE_CONNECT_TIMEOUT_MS: '3000',
  };
});
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
  await first?.[Symbol.asyncDispose]();
});

const propose = async (server: Running, detail: string): Promise<string | null> => {
  const { data } = await send(server.url, operations.propose, { detail }, commons.key);
  return data?.proposeKnowledgeUnit?.knowledgeUnit?.id ?? null;
};

const savedAt = ({ url }: EmbeddedServer, ids: readonly (string | null)[]) =>
  administer(url, 'select from knowledge_units where id = any($1)', [ids]);

describe('a primary with several hosts', () => {
  it('that vanished is followed without a restart, and it gets no write when it is back as a second one', async () => {
    const server = await startProcess(environment);
    try {
      expect(await savedAt(first, [await propose(server, 'before')])).toHaveLength(1);
      proxy.cut();
      expect(await propose(server, 'while there is none')).toBeNull();
      await administer(second.url, 'select pg_promote()');
      const saved = [await eventually(() => propose(server, 'at the new one'), Boolean)];
      await server.said('the primary has changed: its timeline is 2 now');
      await server.said('is left out: it is no standby');

      proxy.mend();
      await server.said('is not written to: the server was left behind by a failover: its timeline is 1');
      // so that all connections are new, which try the first host first
      await administer(
        second.url,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cq-server'`,
      );
      for (let count = 0; count < 10; count++)
        saved.push(...(await Promise.all([1, 2, 3].map(() => eventually(() => propose(server, 'after'), Boolean)))));
      // a process that knows nothing asks all hosts before it writes
      const young = await startProcess(environment);
      try {
        saved.push(await propose(young, 'by a new process'));
        expect(await present(young.url, saved as string[], commons.key)).toEqual(saved);
      } finally {
        await young.stop();
      }
      expect(await savedAt(second, saved)).toHaveLength(saved.length);
      expect(await savedAt(first, saved)).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

describe('what is known of the primaries of some hosts', () => {
  const addressOf = (attributes: string): PostgresAddress =>
    configOf(`postgresql://u@a,b/db?target_session_attrs=${attributes}`).primary;

  it('is the one with the highest timeline of one cluster', () => {
    const address = addressOf('primary');
    const primaries = knownPrimariesOf(address);
    if (!primaries) throw new Error('nothing is known');
    expect(knownPrimariesOf({ ...address, options: '-c jit=off' })).toBe(primaries);
    const found: number[] = [];
    primaries.onFailover(({ timeline }) => found.push(timeline));
    const admit = (timeline: number, system: string | null = '7') => primaries.admit({ timeline, system });
    expect(admit(2)).toBeNull();
    expect(admit(2)).toBeNull();
    expect(admit(1)).toMatch(/left behind by a failover: its timeline is 1, another host has reached 2/);
    expect(admit(9, '8')).toMatch(/another cluster, with the system identifier 8 in place of 7/);
    expect(admit(3, null)).toBeNull();
    expect(primaries.current).toEqual({ timeline: 3, system: '7' });
    expect(found).toEqual([3]);
  });

  it.for(['any', 'standby', 'prefer-standby', 'read-only'])('is nothing where a %s will do', (attributes) => {
    expect(knownPrimariesOf(addressOf(attributes))).toBeNull();
  });

  it('is nothing where there is one host, whose name may come to mean another server', () => {
    expect(knownPrimariesOf(configOf('postgresql://u@a/db?target_session_attrs=primary').primary)).toBeNull();
  });
});
