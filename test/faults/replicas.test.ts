import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { PostgresConfig } from '../../src/config/database.ts';
import { storeForReads } from '../../src/domain/read-routing.ts';
import { confidence } from '../../src/domain/rules.ts';
import { anonymous, type KnownViewer, type Viewer } from '../../src/domain/viewer.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { trackReplicas } from '../../src/store/postgres/replicas.ts';
import { type ServerState, serverStateReader, whyNoReplica } from '../../src/store/postgres/server-state.ts';
import type { Client } from '../../src/store/sql/queries.ts';
import type { ServerNotice, Store } from '../../src/store/store.ts';
import { doctor, wrongIn } from '../cli/doctor.ts';
import { aUnit } from '../harness.ts';
import { allTransports, take, transports } from '../live/clients.ts';
import { administer, databaseUrl } from '../postgres/administer.ts';
import { configOf } from '../postgres/databases.ts';
import { type EmbeddedServer, startEmbedded } from '../postgres/embedded.ts';
import { freePort, post, type Running, run, startProcess } from '../process.ts';
import { later, noon } from '../store/conformance/fixture.ts';
import { type Commons, eventually, foundCommons } from './commons.ts';
import { startProxy } from './tcp-proxy.ts';

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
  await administer(primary.url, 'create database other');
  await foundCommons(databaseUrl(primary.url, 'other'));
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
    await here.said('is left out: it has not replayed what the primary had written 5 s ago');
    for (const server of servers)
      await eventually(
        () => seen(server),
        (stranger) => stranger === written,
      );
    await administer(standby.url, 'select pg_wal_replay_resume()');
    for (const server of servers) await standbyInUse(server);
    await here.said('is read from again');
    expect(await seen(there)).toBe(written);
  });

  it('is not read for what a subscription tells, however far behind it is', async () => {
    const [here, there] = servers;
    await standbyInUse(here);
    const query = `subscription ($after: String) {
      knowledgeEvents(after: $after) { activity { knowledgeUnit { evidence { confirmations } } } } }`;
    for (const transport of allTransports) {
      const after = (await post(here.url, '{ eventCursor }')).data.eventCursor;
      await administer(standby.url, 'select pg_wal_replay_pause()');
      try {
        await using stranger = transports[transport](here.url);
        const answers = stranger.iterate({ query, variables: { after } });
        const written = await confirmAt(there);
        const [told] = await take(answers, 1);
        expect(told?.data.knowledgeEvents.activity.knowledgeUnit.evidence.confirmations).toBe(written);
        await answers.return?.();
      } finally {
        await administer(standby.url, 'select pg_wal_replay_resume()');
      }
    }
  });

  it('is what the doctor finds it to be: well as a replica, and a problem in place of the database', async () => {
    const { environment } = commons;
    const findings = await doctor({ ...environment, CQ_DATABASE_REPLICA_URLS: standby.url });
    expect(findings.find(({ check }) => check === 'replica.1')).toMatchObject({
      level: 'ok',
      found: expect.stringContaining('is a standby of the database'),
    });
    const instead = await doctor({ ...environment, CQ_DATABASE_URL: standby.url });
    expect(wrongIn(instead)).toContain('problem database.server');
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

describe('a server named as a replica', () => {
  /** What a store says of a replica while `work` goes on. */
  async function withReplica(
    url: string,
    work: (store: Store, notices: readonly string[]) => Promise<void>,
    changes: Partial<PostgresConfig> = {},
  ) {
    const notices: string[] = [];
    const database = { ...(configWithReplica(url) as PostgresConfig), ...changes };
    const notify = ({ level, message }: ServerNotice) => notices.push(`${level}: ${message}`);
    const store = await openStore(database, { migrate: false, notify });
    try {
      await work(store, notices);
    } finally {
      await store.close();
    }
  }
  const usable = (store: Store) => eventually(async () => store.replica !== store, Boolean);

  it.for([
    ['the primary itself', () => primary.url, /it is no standby/],
    ['another database', () => databaseUrl(standby.url, 'other'), /it holds another database than the primary/],
    [
      'a database of something else',
      () => databaseUrl(standby.url, 'template1'),
      /it holds no database of a cq server/,
    ],
    ['a database that is not there', () => databaseUrl(standby.url, 'nowhere'), /it cannot be read from \(.*nowhere/],
    [
      'nobody',
      async () => `postgresql://u:p@127.0.0.1:${await freePort()}/x`,
      /it cannot be read from \(.*ECONNREFUSED/,
    ],
  ] as const)('is left out with one warning if it is %s', async ([_, url, reason]) => {
    await withReplica(await url(), async (store, notices) => {
      await eventually(
        async () => notices.length,
        (count) => count > 0,
      );
      expect(notices).toEqual([expect.stringMatching(/^warn: replica postgresql:\/\/\S+ is left out: /)]);
      expect(notices[0]).toMatch(reason);
      expect(notices[0]).not.toContain(':p@');
      expect(store.replica).toBe(store);
      await store.ping();
    });
    const check = await run(['check-config', '--connect'], {
      ...commons.environment,
      CQ_DATABASE_REPLICA_URLS: await url(),
    });
    expect(check.stderr).toMatch(/cq-server: replica 1 of 1: /);
    expect(check.stderr).toMatch(/no standby|another database|no database of a cq server|nowhere|ECONNREFUSED/);
    expect([69, 78]).toContain(check.code);
  });

  it('leaves no figures of a unit that was erased, also where it was behind', async () => {
    await withReplica(standby.url, async (store) => {
      await usable(store);
      const { id } = aUnit({ domains: ['zebrafinch'] });
      await store.units.restore(aUnit({ id, domains: ['zebrafinch'] }), []);
      const has = (domains: readonly { domain: string }[]) => domains.some(({ domain }) => domain === 'zebrafinch');
      const counted = async () => has(await store.replica.stats.domainCounts(99));
      const shown = async () => has(await store.replica.stats.recent.domainCounts(99));
      await eventually(counted, Boolean);
      await store.erasures.forget();
      expect(await shown()).toBe(true);
      await administer(standby.url, 'select pg_wal_replay_pause()');
      await store.erasures.erase(id, { erasedAt: new Date(), erasedBy: null, reason: 'r' });
      await store.erasures.forget();
      // as long as the replica may be behind, or from the primary
      await shown();
      await administer(standby.url, 'select pg_wal_replay_resume()');
      await eventually(counted, (found) => !found);
      await store.erasures.forget();
      expect(await shown()).toBe(false);
    });
  });

  it('is read from once the address leads to a standby of the primary', async () => {
    await using proxy = await startProxy();
    await withReplica(proxy.through(primary.url), async (store, notices) => {
      await eventually(
        async () => notices.length,
        (count) => count > 0,
      );
      proxy.leadTo(standby.url);
      await usable(store);
      expect(notices).toEqual([
        expect.stringMatching(/no standby/),
        expect.stringMatching(/^info: .* is read from again$/),
      ]);
    });
  });

  it('is not waited for when it no longer answers, and is read from when it does', async () => {
    await using proxy = await startProxy();
    const forAsLongAsItTakes = { statementTimeoutMs: 3_600_000 };
    await withReplica(
      proxy.through(standby.url),
      async (store, notices) => {
        await usable(store);
        const reading = store.replica;
        await reading.units.outdated();
        proxy.cut();
        expect(await reading.units.outdated()).toBe(0);
        await eventually(
          async () => notices.length,
          (count) => count > 0,
        );
        expect(notices).toEqual([expect.stringMatching(/it cannot be read from/)]);
        expect(store.replica).toBe(store);
        proxy.mend();
        await usable(store);
      },
      forAsLongAsItTakes,
    );
  });

  it('is judged by each connection, since one address may lead to several servers', async () => {
    const notices: ServerNotice[] = [];
    const clients = [primary.url, standby.url].map((url) => {
      const config = configOf(url, { poolSize: 2 });
      const pool = openPool(config.primary, config);
      return { pool, client: queries(pool) };
    });
    const [ofPrimary, ofStandby] = clients.map(({ client }) => client) as [Client, Client];
    const replica = { label: 'postgresql://standby', checks: ofStandby, drop() {} };
    const replicas = trackReplicas(ofPrimary, [replica], (notice) => notices.push(notice));
    try {
      await eventually(
        async () => replicas.pick(),
        (picked) => picked === replica,
      );
      expect(replicas.states()).toEqual([{ name: replica.label, problem: null, lagMs: expect.any(Number) }]);
      await replicas.requireRecent(ofStandby);
      await expect(replicas.requireRecent(ofPrimary)).rejects.toMatchObject({ cause: { message: /no standby/ } });
    } finally {
      replicas.close();
      for (const { pool } of clients) await pool.end();
    }
  });

  const state: ServerState = {
    standby: true,
    lsn: 0x1_0000_0000n,
    databaseOid: '5',
    installation: '16390 740 1764.5',
    system: '7300000000000000000',
    timeline: 2,
  };
  it.for<[Partial<ServerState>, RegExp | null]>([
    [{}, null],
    [{ timeline: 1 }, null],
    [{ system: null, timeline: null }, null],
    [{ standby: false }, /no standby/],
    [{ system: '7300000000000000001' }, /another cluster: its system identifier is 7300000000000000001/],
    [{ databaseOid: '6' }, /another database/],
    [{ installation: '16390 741 1764.5' }, /another database/],
    [{ system: null, installation: '16390 741 1764.5' }, /another database/],
    [{ timeline: 3 }, /follows another primary: its timeline is 3, the primary's 2/],
  ])('that says %o is judged', ([changes, reason]) => {
    const problem = whyNoReplica({ ...state, ...changes }, { ...state, standby: false });
    reason === null ? expect(problem).toBeNull() : expect(problem).toMatch(reason);
  });

  it('says what it is, as far as its role may read that', async () => {
    await administer(primary.url, "create role plain login password 'plain'");
    await administer(primary.url, 'grant select on cq_migrations to plain');
    const asPlain = (url: string) => url.replace('postgres:postgres@', 'plain:plain@');
    const read = async (url: string) => {
      const config = configOf(url);
      const pool = openPool(config.primary, config);
      try {
        return await serverStateReader()(queries(pool));
      } finally {
        await pool.end();
      }
    };
    const known = await read(asPlain(primary.url));
    expect(known).toMatchObject({ standby: false, timeline: 1, system: expect.stringMatching(/^\d{10,}$/) });
    expect(await read(primary.url)).toMatchObject({ ...known, lsn: expect.anything() });
    expect(await read(standby.url)).toMatchObject({ ...known, standby: true, lsn: expect.anything() });
    expect(await read(databaseUrl(standby.url, 'other'))).toMatchObject({ system: known.system });
    await administer(primary.url, 'revoke execute on function pg_control_system() from public');
    try {
      expect(await read(asPlain(primary.url))).toMatchObject({
        system: null,
        installation: known.installation,
        timeline: 1,
      });
    } finally {
      await administer(primary.url, 'grant execute on function pg_control_system() to public');
    }
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

const configWithReplica = (url = standby.url) =>
  readConfig({ ...commons.environment, CQ_DATABASE_REPLICA_URLS: url }).database;

async function viewerOf(store: Store, username: string): Promise<KnownViewer> {
  const user = await store.users.findByName(username);
  if (!user) throw new Error(`there is no ${username}`);
  return { kind: 'person', user };
}
