import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { storeForReads } from '../../src/domain/read-routing.ts';
import { confidence } from '../../src/domain/rules.ts';
import { anonymous, type KnownViewer, type Viewer } from '../../src/domain/viewer.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { administer } from '../postgres/administer.ts';
import { configOf } from '../postgres/databases.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { post, type Running, startProcess } from '../process.ts';
import { later, noon } from '../store/conformance/fixture.ts';
import { type Commons, eventually, foundCommons } from './commons.ts';

const unit = 'query ($id: ID!) { knowledgeUnit(id: $id) { evidence { confirmations } } }';
const confirm =
  'mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { knowledgeUnit { evidence { confirmations } } } }';

let primary: EmbeddedServer;
let standby: EmbeddedServer;
let commons: Commons;
let servers: readonly [Running, Running];

beforeAll(async () => {
  primary = await startEmbedded();
  commons = await foundCommons(primary.url);
  await primary.stop();
  standby = await primary.standby();
  await Promise.all([primary.start(), standby.start()]);
  const environment = { ...commons.environment, CQ_DATABASE_REPLICA_URLS: standby.url };
  servers = await Promise.all([startProcess(environment), startProcess(environment)]);
});
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
  await standby?.[Symbol.asyncDispose]();
  await primary?.[Symbol.asyncDispose]();
});

/** How many confirmations a caller sees; without a credential, a stranger. */
async function seen(server: Running, credential?: string): Promise<number> {
  const { data, errors } = await post(server.url, unit, { id: commons.unitId }, credential);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.knowledgeUnit.evidence.confirmations;
}

/** The same by REST. */
async function seenByRest(server: Running, credential?: string): Promise<number> {
  const headers: Record<string, string> = credential ? { authorization: `Bearer ${credential}` } : {};
  const response = await fetch(`${server.url}/api/v1/knowledge?domains=api&limit=50`, { headers });
  const { data }: { data: { id: string; evidence: { confirmations: number } }[] } = await response.json();
  return data.find(({ id }) => id === commons.unitId)?.evidence.confirmations ?? 0;
}

async function confirmAt(server: Running): Promise<number> {
  const { data } = await post(server.url, confirm, { id: commons.unitId }, commons.key);
  return data.confirmKnowledgeUnit.knowledgeUnit.evidence.confirmations;
}

/** How many sessions of the standby have read a unit since `since`. */
async function readsOfStandby(since: Date): Promise<number> {
  const text = `select from pg_stat_activity where query like '%from "knowledge_units"%' and query_start >= $1
    and application_name = 'cq-server'`;
  return (await administer(standby.url, text, [since])).length;
}

/** Waits until a stranger's question at this server is answered by the standby. */
async function standbyInUse(server: Running) {
  const ask = async () => {
    const [row] = await administer<{ now: Date }>(standby.url, 'select clock_timestamp() as now');
    await seen(server);
    return readsOfStandby(row?.now as Date);
  };
  await eventually(ask, (reads) => reads > 0);
}

describe('a read replica', () => {
  it('answers strangers; who writes sees it at once, in every process; what is too old is not read', async () => {
    const [here, there] = servers;
    await standbyInUse(here);
    await standbyInUse(there);
    let written = 0;
    const old = async () => {
      await administer(standby.url, 'select pg_wal_replay_resume()');
      await standbyInUse(here);
      await administer(standby.url, 'select pg_wal_replay_pause()');
      written = await confirmAt(here);
      expect([await seen(here, commons.key), await seen(there, commons.key)]).toEqual([written, written]);
      expect(await seenByRest(there, commons.key)).toBe(written);
      return { strangers: [await seen(here), await seenByRest(here)] };
    };
    // more than once only where all this takes longer than the replica may be behind
    await eventually(old, ({ strangers }) => strangers.every((stranger) => stranger < written));
    for (const server of servers)
      await eventually(
        () => seen(server),
        (stranger) => stranger === written,
      );
    await administer(standby.url, 'select pg_wal_replay_resume()');
    for (const server of servers) await standbyInUse(server);
    expect(await seen(there)).toBe(written);
  });

  it('that is killed takes no answer along, and is read again when it is back', async () => {
    for (const server of servers) await standbyInUse(server);
    let done = false;
    const readers = Array.from({ length: 6 }, async (_, index) => {
      let answers = 0;
      for (; !done; answers++) await seen(servers[index % 2] as Running);
      return answers;
    });
    await standby.kill();
    for (let count = 0; count < 50; count++) for (const server of servers) await seen(server);
    done = true;
    for (const answers of await Promise.all(readers)) expect(answers).toBeGreaterThan(0);
    expect(await confirmAt(servers[0])).toBeGreaterThan(1);
    await standby.start();
    for (const server of servers) await standbyInUse(server);
  });
});

describe('a store', () => {
  it('with a replica reads there for strangers, and for others ten seconds after they did something', async () => {
    const store = await openStore(configWithReplica(), { migrate: false });
    try {
      // whether a replica will do now: it may fall behind at any moment, and come back
      const usesReplica = async (viewer: Viewer, now?: Date) => {
        const ask = async () => ({
          offered: store.replica !== store,
          chosen: (await storeForReads(store, viewer, now)) !== store,
        });
        return (await eventually(ask, ({ offered }) => offered)).chosen;
      };
      const mia = await viewerOf(store, 'mia');
      await store.units.confirm(commons.unitId, 'mia', noon, confidence.confirmed);
      expect(await usesReplica(anonymous)).toBe(true);
      expect(await usesReplica({ ...mia, user: { ...mia.user, username: 'zoe' } }, noon)).toBe(true);
      expect(await usesReplica(mia, later(0))).toBe(false);
      expect(await usesReplica(mia, later(9_999))).toBe(false);
      expect(await usesReplica(mia, later(10_000))).toBe(true);
      await store.transaction(async (tx) => expect(tx.replica).toBe(tx));
    } finally {
      await store.close();
    }
  });

  it('without one is itself what everybody reads, and nobody is looked up for it', async () => {
    const store = await openStore(configOf(primary.url), { migrate: false });
    const mia = await viewerOf(store, 'mia');
    await store.close();
    expect(await storeForReads(store, mia)).toBe(store);
    expect(await storeForReads(store, anonymous)).toBe(store);
  });
});

const configWithReplica = () => readConfig({ ...commons.environment, CQ_DATABASE_REPLICA_URLS: standby.url }).database;

async function viewerOf(store: Store, username: string): Promise<KnownViewer> {
  const user = await store.users.findByName(username);
  if (!user) throw new Error(`there is no ${username}`);
  return { kind: 'person', user };
}
