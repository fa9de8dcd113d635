import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { startProcess } from '../process.ts';
import { idsOf, later, noon, put, random } from '../store/conformance/fixture.ts';
import { aModel, aVector } from '../store/conformance/vectors.ts';
import { embedding, onBoth, type TestDatabase, until } from './both-databases.ts';
import { startEmbeddingServer } from './openai-server.ts';

const minute = 60_000;

/** Jobs claimed by several processes: stores that share only the database. */
onBoth('jobs of several processes', ({ open }) => {
  let place: TestDatabase;
  let stores: Store[];

  beforeEach(async () => {
    place = await open();
    const { database } = readConfig(place.environment);
    stores = [];
    for (let count = 0; count < 2; count++) stores.push(await openStore(database, { migrate: true }));
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    await place[Symbol.asyncDispose]();
  });

  async function putMany(store: Store, count: number): Promise<KnowledgeUnit[]> {
    const units: KnowledgeUnit[] = [];
    for (let index = 0; index < count; index++) units.push(await put(store));
    return units;
  }

  const next = random(21);
  const vectorsOf = (claimed: readonly { readonly unit: KnowledgeUnit }[]) =>
    claimed.map(({ unit }) => ({ unitId: unit.id, vector: aVector(next, 8) }));

  it('belong to one process at a time, and none is lost, also of units added meanwhile', async () => {
    const [first, second] = stores as [Store, Store];
    const units = await putMany(first, 90);
    const models = await Promise.all(stores.map((store) => store.embeddings.register(aModel(8), noon)));
    expect(models[0]).toEqual(models[1]);
    const { id } = models[0] as { id: number };
    const taken = new Map<Store, string[]>(stores.map((store) => [store, []]));
    let coming = true;
    const worker = async (store: Store) => {
      for (;;) {
        const last = !coming;
        const claimed = await store.embeddings.claim(id, 4, new Date(Date.now() + minute), minute);
        if (claimed.length === 0 && last) return;
        taken.get(store)?.push(...claimed.map(({ unit }) => unit.id));
        // a service takes some time, which is the others'
        await delay(20 * next());
        await store.embeddings.complete(id, vectorsOf(claimed));
      }
    };
    const proposing = putMany(second, 30).then((more) => {
      coming = false;
      return more;
    });
    const [more] = await Promise.all([proposing, ...[...stores, ...stores].map(worker)]);
    expect([...taken.values()].flat().sort()).toEqual(idsOf([...units, ...more]).sort());
    // neither did all the work
    for (const ids of taken.values()) expect(ids.length).toBeGreaterThan(0);
    for (const store of stores)
      expect(await store.embeddings.progress(id)).toEqual({ done: 120, waiting: 0, parked: 0 });
  });

  it('are released when the claim of a vanished process expires', async () => {
    const [first, second] = stores as [Store, Store];
    const units = await putMany(first, 20);
    const { id } = await first.embeddings.register(aModel(8), noon);
    const lost = await second.embeddings.claim(id, 8, noon, minute);
    await stores.pop()?.close();
    const rest = await first.embeddings.claim(id, 20, noon, minute);
    expect(idsOf([...lost, ...rest].map(({ unit }) => unit)).sort()).toEqual(idsOf(units).sort());
    await first.embeddings.complete(id, vectorsOf(rest));
    expect(await first.embeddings.activate(id)).toBe(false);
    expect(await first.embeddings.claim(id, 20, later(minute - 1), minute)).toEqual([]);
    const again = await first.embeddings.claim(id, 20, later(minute), minute);
    expect(idsOf(again.map(({ unit }) => unit)).sort()).toEqual(idsOf(lost.map(({ unit }) => unit)).sort());
    expect(again.map(({ job }) => job.attempts)).toEqual(Array(8).fill(2));
    await first.embeddings.complete(id, vectorsOf(again));
    expect(await first.embeddings.progress(id)).toEqual({ done: 20, waiting: 0, parked: 0 });
  });

  it('are released when a server is killed while it holds them', async () => {
    await using service = await startEmbeddingServer();
    const [store] = stores as [Store];
    const timeoutMs = 20_000;
    const environment = { ...place.environment, ...embedding(service, { CQ_EMBEDDING_TIMEOUT_MS: String(timeoutMs) }) };
    const server = await startProcess(environment);
    const [model] = await until(
      () => store.embeddings.models(),
      ([model]) => model?.state === 'active',
    );
    const id = model?.id ?? 0;
    service.mood = 'slow';
    const units = await putMany(store, 5);
    await service.waiting(1);
    await server.stop('SIGKILL');
    const now = Date.now();
    // what it had not taken is there for anybody
    const free = await store.embeddings.claim(id, 9, new Date(now), minute);
    await store.embeddings.complete(id, vectorsOf(free));
    expect(free.length).toBeLessThan(5);
    const back = await store.embeddings.claim(id, 9, new Date(now + 5 * timeoutMs + minute), minute);
    expect(idsOf([...free, ...back].map(({ unit }) => unit)).sort()).toEqual(idsOf(units).sort());
    expect(back.map(({ job }) => job.attempts)).toEqual(back.map(() => 2));
  });
});
