import pg from 'pg';
import { describe, expect } from 'vitest';
import { activityOf } from '../../src/domain/activity.ts';
import { confidence } from '../../src/domain/rules.ts';
import type { KnownViewer } from '../../src/domain/viewer.ts';
import { UnauthenticatedError, UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { configOf, postgres, type TestDatabase } from '../postgres/databases.ts';
import { reindexTogether } from './conformance/analyser.ts';
import { erasedName, putPerson } from './conformance/erased-person.ts';
import { marker, putMarked } from './conformance/erasures.ts';
import { later, noon, put, random, type StoreTest } from './conformance/fixture.ts';
import { storeConformance } from './conformance/index.ts';
import { untilTold } from './conformance/logs.ts';
import { aModel, aVector, purgeAllRetired, useModel, work } from './conformance/vectors.ts';
import { onPostgres as it, onOneStore } from './postgres-fixture.ts';
import { schemaDifference } from './schema-difference.ts';

// the suite asks for `store` alone, and does not mind that there is more
const { vectorEngine } = await postgres();
describe('the PostgreSQL store', () =>
  storeConformance(onOneStore as unknown as StoreTest, vectorEngine, lacks.pgvector));

/** Resolves when some session of the database, or none, is as this condition on `pg_stat_activity` says. */
async function sessions(database: TestDatabase, condition: string, some = true): Promise<void> {
  const text = `select from pg_stat_activity where datname = current_database() and ${condition}`;
  await expect.poll(async () => (await database.query(text)).length > 0, { timeout: 60_000 }).toBe(some);
}

/** Which tables have a text in a row, whichever they are, and whether the planner's statistics have it. */
async function remains(database: TestDatabase, sought = marker.slice(0, 9)): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const found: string[] = [];
  for (const { name } of [...tables, { name: 'pg_stats' }])
    if ((await database.query(`select from ${name} one where one::text like '%${sought}%' limit 1`)).length > 0)
      found.push(name);
  return found;
}

describe('a PostgreSQL database', () => {
  const ways = ['as they come', 'the other way round'];
  it.for(ways)('takes the same units from many at once, %s', async (way, { database, store }) => {
    const [one, two] = [aUnit(), aUnit()];
    const same = way === 'as they come' ? [one, two] : [two, one];
    let other = Promise.resolve(0);
    await store.transaction(async (tx) => {
      await tx.units.restore(one, []);
      other = store.units.restoreMany(same.map((unit) => ({ unit, flags: [] })));
      other.catch(() => {});
      await sessions(database, "wait_event_type = 'Lock'");
      // who waits for the first must not hold the second
      await tx.units.restore(two, []);
    });
    expect(await other).toBe(0);
  });

  it('has nothing of a unit that was erased in a table, and in no statistics', async ({ database, store }) => {
    await put(store);
    const unit = await putMarked(store);
    await store.units.mergeWords(1);
    await database.query('analyze');
    expect(await remains(database)).not.toEqual([]);
    await store.erasures.erase(unit.id, { erasedAt: noon, erasedBy: null, reason: 'r' });
    const [done] = await store.erasures.cleanUp();
    expect(done).toMatchObject({ id: unit.id, waitsFor: null });
    expect(await remains(database)).toEqual([]);
    const dead = await database.query(
      `select relname from pg_stat_all_tables where relname = 'knowledge_units' and last_vacuum is null`,
    );
    expect(dead).toEqual([]);
  });

  it('is cleaned while others write units, where the pairs that were found are gone', async ({ database, store }) => {
    const [unit, other] = [await put(store), await put(store)];
    await store.nearRepeats.record(unit, [{ id: other.id, version: 1, similarity: 0.9, basis: 'words' }], noon);
    await database.query('analyze');
    await store.erasures.erase(unit.id, { erasedAt: noon, erasedBy: null, reason: 'r' });
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query('begin; lock table knowledge_units in row exclusive mode');
    const [done] = await store.erasures.cleanUp();
    await client.end();
    expect(done).toMatchObject({ id: unit.id, waitsFor: null });
  });

  it('has no name of a person who was erased in a table, and in no statistics', async ({ database, store }) => {
    const user = await putPerson(store);
    await database.query('analyze');
    expect(await remains(database, erasedName)).not.toEqual([]);
    const by = { erasedAt: noon, erasedBy: null, reason: 'r', placeholder: '[erased 1]' };
    await store.erasures.eraseUser(user.id, by);
    const [done] = await store.erasures.cleanUp();
    expect(done).toMatchObject({ id: `usr_${user.id}`, waitsFor: null });
    expect(await remains(database, erasedName)).toEqual([]);
  });

  it('erases a person whose request is under way when that has ended, and refuses the next', async ({
    database,
    store,
  }) => {
    const user = await putPerson(store);
    const unit = await put(store);
    const by = { erasedAt: noon, erasedBy: null, reason: 'r', placeholder: '[erased 1]' };
    let [erased, later] = [Promise.resolve<unknown>(null), Promise.resolve<unknown>(null)];
    await store.transaction(async (tx) => {
      await tx.units.confirm(unit.id, erasedName, noon, 0.1);
      erased = store.erasures.eraseUser(user.id, by);
      await sessions(database, "wait_event_type = 'Lock'");
      later = store.users.insert({ username: erasedName, passwordHash: 'h', role: 'member', createdAt: noon });
    });
    expect(await erased).toMatchObject({ isNew: true });
    expect(await later).toBeNull();
    await expect(store.units.confirm(unit.id, erasedName, noon, 0.1)).rejects.toThrow(UnauthenticatedError);
    await store.erasures.cleanUp();
    expect(await store.units.confirmersOf(unit.id)).toEqual([{ username: '[erased 1]', lastAt: noon }]);
  });

  it('lets two transactions add one new word at once, and corrects to it', async ({ store }) => {
    // in bulk, units bring their words along
    const units = () =>
      [1, 2].map(() => ({ unit: aUnit({ insight: { summary: 'walrus', detail: '', action: '' } }), flags: [] }));
    await store.transaction(async (tx) => {
      await tx.units.restoreMany(units());
      // would wait until the lock times out, where words were unique
      expect(await store.units.restoreMany(units())).toBe(2);
    });
    const { hits, respelt } = await store.units.search({ text: 'walruss', filter: {}, limit: 5 });
    expect([hits.length, respelt]).toEqual([4, [{ written: 'walruss', searched: 'walrus' }]]);
  });

  it('ends a transaction that has fallen silent, and keeps nothing of it', async ({ database, store }) => {
    const impatient = await openStore(configOf(database.url, { idleTransactionTimeoutMs: 100 }), { migrate: false });
    const silent = impatient.transaction(async (tx) => {
      await put(tx);
      await sessions(database, "state = 'idle in transaction'", false);
      await put(tx);
    });
    await expect(silent).rejects.toThrow(UnavailableError);
    expect(await store.units.count({})).toBe(0);
    await store.close();
  });

  it('names the version of pgvector that it has, or none', async ({ database, store }) => {
    const found = await database.query<{ name: string }>(
      `select 'pgvector ' || extversion as name from pg_extension where extname = 'vector'`,
    );
    expect(store.vectorEngine).toBe(found[0]?.name ?? null);
  });

  it('says its version, and why a replica is not read from', async ({ database }) => {
    // the primary itself
    const config = configOf(database.url);
    const store = await openStore({ ...config, replicas: [config.primary] }, { migrate: false });
    await using _ = { [Symbol.asyncDispose]: () => store.close() };
    const [shown] = await database.query<{ version: string }>("select current_setting('server_version') as version");
    expect(await store.engineVersion()).toBe(shown?.version);
    await expect
      .poll(() => store.replicas)
      .toEqual([{ name: expect.any(String), problem: expect.stringContaining('it is no standby'), lagMs: null }]);
  });

  it('has the tables that the entities describe', async ({ database }) => {
    expect(await schemaDifference(database.url)).toBe('');
  });

  it('is indexed again by two stores, each unit once', async ({ database, store }) => {
    const other = await openStore(configOf(database.url), { migrate: false });
    await reindexTogether(store, other);
    await other.close();
  });
  it('has no index of a retired model', unless(vectorEngine === null, lacks.pgvector), async ({ database, store }) => {
    await put(store);
    const next = random(1);
    const indexes = async () =>
      (
        await database.query<{ name: string }>(
          "select indexname as name from pg_indexes where indexname ^@ 'search_vectors_model_' order by 1",
        )
      ).map(({ name }) => Number(name.slice('search_vectors_model_'.length)));
    const old = await useModel(store, 8, () => aVector(next, 8));
    const model = await useModel(store, 16, () => aVector(next, 16));
    expect(await indexes()).toEqual([old.id, model.id]);
    await purgeAllRetired(store);
    expect(await indexes()).toEqual([model.id]);
    await useModel(store, 8, () => aVector(next, 8));
    await store.transaction(async (tx) => {
      // who reads for long, as a backup does, is not waited for
      await tx.embeddings.vectorOf(model.id, 'ku_none');
      await purgeAllRetired(store);
      expect(await store.embeddings.progress(model.id)).toMatchObject({ done: 0 });
      expect(await indexes()).toEqual([old.id, model.id]);
    });
    await purgeAllRetired(store);
    expect(await indexes()).toEqual([old.id]);
  });

  it(
    'does not search with a model that has got work while its index was built',
    unless(vectorEngine === null, lacks.pgvector),
    async ({ database, store }) => {
      await put(store);
      const next = random(22);
      const model = await store.embeddings.register(aModel(8), noon);
      const make = () => work(store, model.id, () => aVector(next, 8), later(86_400_000, new Date()));
      await make();
      const letGo = await holdingIndexes(database);
      const activated = store.embeddings.activate(model.id);
      await sessions(database, "query like '%pg_try_advisory_lock%' and pid <> pg_backend_pid()");
      await put(store);
      await letGo();
      expect(await activated).toBe(false);
      expect(await stateOf(store)).toEqual(['building']);
      await make();
      expect(await store.embeddings.activate(model.id)).toBe(true);
      expect(await stateOf(store)).toEqual(['active']);
    },
  );

  it('tells a proposer once what others did, however many events are told before one that commits late', async ({
    store,
  }) => {
    const [slow, busy] = [await put(store, { createdBy: 'pat' }), await put(store, { createdBy: 'pat' })];
    const viewer = {
      kind: 'agent',
      user: { username: 'pat' },
      limits: { access: 'write', domains: null },
    } as KnownViewer;
    const told: number[] = [];
    let place = (await activityOf(store, viewer, null, 10)).end;
    const ask = async () => {
      for (let hasMore = true; hasMore; ) {
        const page = await activityOf(store, viewer, place, 30);
        told.push(...page.entries.map(({ id }) => id));
        ({ end: place, hasMore } = page);
      }
    };
    const confirm = (on: Store, { id }: { readonly id: string }) =>
      on.units.confirm(id, 'zoe', store.now(), confidence.confirmed);
    await store.transaction(async (tx) => {
      await confirm(tx, slow);
      for (let round = 0; round < 5; round++) {
        for (let count = 0; count < 30; count++) await confirm(store, busy);
        await ask();
      }
    });
    await untilTold(store);
    await ask();
    const all = (await store.events.latest(500)).map(({ id }) => id);
    expect(all).toHaveLength(151);
    expect(told.toSorted((one, other) => other - one)).toEqual(all);
  });

  it('is let go of once those who wait for a connection have had one', async ({ database }) => {
    const store = await openStore(configOf(database.url), { migrate: false });
    const { id } = await put(store);
    const asked = Array.from({ length: 40 }, () => store.units.confirm(id, 'mia', noon, confidence.confirmed));
    // of ten connections some are being made now
    await Promise.race(asked);
    await store.close();
    const confirmed = await Promise.all(asked);
    expect(confirmed.map((unit) => unit?.id)).toEqual(Array(40).fill(id));
  });
});

/** Another process that builds indexes, until it is told to let go. */
async function holdingIndexes({ url }: TestDatabase) {
  const client = new pg.Client(url);
  await client.connect();
  // `cq_v` in ASCII
  await client.query(`select pg_advisory_lock(${0x63715f76})`);
  return () => client.end();
}

const stateOf = async (store: Store) => (await store.embeddings.models()).map(({ state }) => state);
