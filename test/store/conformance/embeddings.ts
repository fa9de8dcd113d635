import { describe, expect } from 'vitest';
import { sqliteDatabase } from '../../../src/config/sqlite-url.ts';
import { confidence } from '../../../src/domain/rules.ts';
import { openStore } from '../../../src/store/open.ts';
import type { EmbeddingJob, KnowledgeUnit, Position, Store } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, aProposal, idsOf, later, noon, put, random, readAll, type StoreTest } from './fixture.ts';
import { aModel, aVector, purgeAllRetired, useModel, work } from './vectors.ts';

const minute = 60_000;

/** A model with a job of each of these many units. */
async function withJobs(store: Store, count: number) {
  const units: KnowledgeUnit[] = [];
  for (let index = 0; index < count; index++) units.push(await put(store));
  const model = await store.embeddings.register(aModel(8), noon);
  return { model, units };
}

const putMany = (store: Store, count: number) =>
  store.transaction(async (tx) => {
    const units: KnowledgeUnit[] = [];
    for (let index = 0; index < count; index++) units.push(await put(tx));
    return units;
  });

const vectorsOf = (units: readonly KnowledgeUnit[], dimensions = 8) => {
  const next = random(1);
  return units.map(({ id }) => ({ unitId: id, vector: aVector(next, dimensions) }));
};

/** The work of making vectors. Mount it where the database can hold them. */
export function embeddingsConformance(it: StoreTest) {
  it('a vector has its approved unit compared with others again', async ({ store }) => {
    const { model, units } = await withJobs(store, 2);
    const pending = await put(store, { status: 'pending' });
    for (const unit of units) await store.nearRepeats.record(unit, [], noon);
    expect(await store.nearRepeats.unexamined(9)).toEqual([]);
    await store.embeddings.complete(model.id, vectorsOf([...units.slice(0, 1), pending]));
    expect(idsOf(await store.nearRepeats.unexamined(9))).toEqual([units[0]?.id]);
  });

  describe('a model', () => {
    it('is added once, however many register it at once, with a job of every unit', async ({ store }) => {
      await put(store);
      await put(store, { status: 'pending' });
      const models = await Promise.all(Array.from({ length: 8 }, () => store.embeddings.register(aModel(8), noon)));
      const [model] = await store.embeddings.models();
      expect(model).toEqual({
        id: model?.id,
        ...aModel(8),
        state: 'building',
        lastUsedAt: noon,
        meanCosine: null,
        meanCosineUnits: null,
      });
      expect(models).toEqual(Array.from({ length: 8 }, () => model));
      expect(await store.embeddings.models()).toHaveLength(1);
      expect(await store.embeddings.progress(model?.id ?? 0)).toEqual({ done: 0, waiting: 2, parked: 0 });
      for (const [most, waiting] of [
        [1, 1],
        [2, 2],
        [9, 2],
      ] as const)
        expect(await store.embeddings.backlog(model?.id ?? 0, most)).toEqual({ waiting, parked: 0 });
    });

    it('gets the mean cosine of its vectors from 50 on, and again at twice as many', async ({ store }) => {
      // two groups at right angles: of two vectors, each as likely in either, the cosine is 1 or 0
      const add = async (count: number, axis: number) => {
        for (const { id } of await putMany(store, count)) axes.set(id, axis);
        return useModel(store, 2, ({ id }) => Float32Array.from(axes.get(id) === 0 ? [1, 0] : [0, 1]));
      };
      const axes = new Map<string, number>();
      const renewed = async (id: number) => {
        await store.embeddings.renewMeanCosine(id);
        const [model] = await store.embeddings.models();
        return [model?.meanCosine, model?.meanCosineUnits];
      };
      const { id } = await add(25, 0);
      await add(24, 1);
      expect(await renewed(id)).toEqual([null, null]);
      await add(1, 1);
      const even = (50 * 25 - 50) / (50 * 49);
      expect(await renewed(id)).toEqual([expect.closeTo(even, 6), 50]);
      await add(49, 1);
      expect(await renewed(id)).toEqual([expect.closeTo(even, 6), 50]);
      await add(1, 1);
      const uneven = (25 ** 2 + 75 ** 2 - 100) / (100 * 99);
      expect(await renewed(id)).toEqual([expect.closeTo(uneven, 6), 100]);
    });

    it('has a mean cosine below 1, and samples no more than 500 vectors', async ({ store }) => {
      await putMany(store, 600);
      const { id } = await useModel(store, 2, () => Float32Array.from([1, 0]));
      await Promise.all([store.embeddings.renewMeanCosine(id), store.embeddings.renewMeanCosine(id)]);
      expect(await store.embeddings.models()).toMatchObject([{ meanCosine: 0.99, meanCosineUnits: 600 }]);
      await store.embeddings.renewMeanCosine(id + 1);
    });

    it('is another one with another provider, name, size or prefix', async ({ store }) => {
      const others = [{ provider: 'openai' }, { name: 'other' }, { documentPrefix: 'passage: ' }, { dimensions: 16 }];
      const models = [await store.embeddings.register(aModel(8), noon)];
      for (const other of others) models.push(await store.embeddings.register({ ...aModel(8), ...other }, noon));
      expect(await store.embeddings.models()).toEqual(models);
      expect(new Set(models.map(({ id }) => id)).size).toBe(5);
    });

    it('may have from 1 to 4,000 dimensions', async ({ store }) => {
      const [unit] = [await put(store)];
      const make = () => aVector(random(2), 4000);
      const model = await useModel(store, 4000, make);
      expect(await store.embeddings.vectorOf(model.id, unit.id)).toEqual(make());
      await expect(store.embeddings.register(aModel(4001), noon)).rejects.toThrow(/from 1 to 4000.*model-4001.*4001/);
      await expect(store.embeddings.register(aModel(0), noon)).rejects.toThrow(/from 1 to 4000/);
      expect(await store.embeddings.models()).toHaveLength(1);
      expect(await store.embeddings.register(aModel(1), noon)).toMatchObject({ dimensions: 1 });
    });

    it('has its index when it is active, and gets it once', async ({ store }) => {
      await put(store);
      const model = await useModel(store, 8, () => aVector(random(2), 8));
      for (let round = 0; round < 2; round++) expect(await store.embeddings.buildIndex(model.id)).toBeNull();
      expect(await store.embeddings.indexProblem(model.id)).toBeNull();
      expect(await store.embeddings.isSearchable(model)).toBe(true);
      expect(store.vectorProblem).toBeNull();
      expect(await store.embeddings.buildIndex(model.id + 1)).toBeNull();
    });

    it('is active when all but parked jobs are done, and not before', async ({ store }) => {
      const { model, units } = await withJobs(store, 3);
      expect(await store.embeddings.activate(model.id)).toBe(false);
      const [one, ...rest] = await store.embeddings.claim(model.id, 3, noon, minute);
      await store.embeddings.complete(model.id, vectorsOf(rest.map(({ unit }) => unit)));
      expect(await store.embeddings.activate(model.id)).toBe(false);
      await store.embeddings.fail(model.id, one?.unit.id ?? '', 'too long', null);
      expect(await store.embeddings.activate(model.id)).toBe(true);
      const [active] = await store.embeddings.models();
      expect(active?.state).toBe('active');
      // its index may have taken long
      expect(Date.now() - (active?.lastUsedAt?.getTime() ?? 0)).toBeLessThan(minute);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: units.length - 1, waiting: 0, parked: 1 });
      expect(await store.embeddings.backlog(model.id, 9)).toEqual({ waiting: 0, parked: 1 });
      expect(await store.embeddings.activate(model.id)).toBe(true);
      expect(await store.embeddings.activate(model.id + 1)).toBe(false);
    });

    it('has the vector of what is shown of a unit that is held, and none of what another release read', async ({
      store,
    }) => {
      const detail = 'token: drawn';
      const held = { findings: [{ path: ['insight', 'detail'], kind: 'github', start: 7, end: 12 }], releasedBy: null };
      const unit = await put(store, { status: 'pending', insight: { detail }, held });
      const { id: modelId } = await store.embeddings.register(aModel(4), noon);
      const due = later(1, store.now());
      const [job] = await store.embeddings.claim(modelId, 9, due, 60_000);
      const shown = job?.unit.insight;
      expect(shown?.detail).toBe('token: •••••');
      const vector = Float32Array.of(1, 0, 0, 0);
      const waiting = async () => (await store.embeddings.progress(modelId)).waiting;
      await store.embeddings.complete(modelId, [{ unitId: unit.id, vector, insight: { ...unit.insight, detail } }]);
      expect(await waiting()).toBe(1);
      await store.embeddings.complete(modelId, [{ unitId: unit.id, vector, insight: shown }]);
      expect(await waiting()).toBe(0);
    });

    it('retires the one before it, whose vectors and jobs go afterwards', async ({ store }) => {
      const unit = await put(store);
      const next = random(3);
      const old = await useModel(store, 8, () => aVector(next, 8));
      const model = await store.embeddings.register(aModel(16), noon);
      const waiting = await put(store);
      expect(await store.embeddings.vectorOf(old.id, unit.id)).toHaveLength(8);
      expect(await store.embeddings.progress(old.id)).toEqual({ done: 1, waiting: 1, parked: 0 });
      await work(store, model.id, () => aVector(next, 16));
      expect(await store.embeddings.activate(model.id)).toBe(true);
      expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['retired', 'active']);
      // a search that is under way still finds by it
      expect(await store.embeddings.vectorOf(old.id, unit.id)).toHaveLength(8);
      await purgeAllRetired(store);
      expect(await store.embeddings.vectorOf(old.id, unit.id)).toBeNull();
      expect(await store.embeddings.vectorOf(model.id, unit.id)).toHaveLength(16);
      expect(await store.embeddings.progress(old.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
      // what another process still has in hand comes too late
      await store.embeddings.complete(old.id, vectorsOf([waiting]));
      expect(await store.embeddings.progress(old.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
      expect(await store.embeddings.nearest(old.id, aVector(next, 8), {}, 5)).toEqual([]);
      expect(await store.embeddings.activate(old.id)).toBe(false);
      await put(store);
      expect((await store.embeddings.progress(old.id)).waiting).toBe(0);
      expect((await store.embeddings.progress(model.id)).waiting).toBe(1);
    });

    it('that is retired goes some hundreds at a time, and whole', async ({ store }) => {
      const next = random(15);
      await putMany(store, 600);
      const old = await useModel(store, 8, () => aVector(next, 8));
      await useModel(store, 16, () => aVector(next, 16));
      await store.embeddings.register(aModel(24), noon);
      let left = 600;
      for (let more = true; more; ) {
        more = await store.embeddings.purgeRetired(noon);
        const { done } = await store.embeddings.progress(old.id);
        expect(done).toBeGreaterThanOrEqual(left - 500);
        expect(done).toBeLessThan(left);
        left = more ? done : 0;
        expect(done > 0).toBe(more);
      }
      const [, active, building] = await store.embeddings.models();
      expect(await store.embeddings.progress(active?.id ?? 0)).toEqual({ done: 600, waiting: 0, parked: 0 });
      expect(await store.embeddings.progress(building?.id ?? 0)).toEqual({ done: 0, waiting: 600, parked: 0 });
      expect(await store.embeddings.purgeRetired(noon)).toBe(false);
    });

    it('that is built again before all of it went keeps the rest', async ({ store }) => {
      const next = random(16);
      const units = await putMany(store, 300);
      const old = await useModel(store, 8, () => aVector(next, 8));
      await useModel(store, 16, () => aVector(next, 16));
      expect(await store.embeddings.purgeRetired(noon)).toBe(true);
      const { done } = await store.embeddings.progress(old.id);
      expect(done).toBeGreaterThan(0);
      const again = await store.embeddings.register(aModel(8), noon);
      expect(again).toEqual({ ...old, state: 'building' });
      await purgeAllRetired(store);
      expect(await store.embeddings.progress(old.id)).toEqual({ done, waiting: 300 - done, parked: 0 });
      expect(await work(store, old.id, () => aVector(next, 8))).toBe(300 - done);
      for (const unit of units) expect(await store.embeddings.vectorOf(old.id, unit.id)).toHaveLength(8);
      const near = await store.embeddings.nearest(old.id, aVector(next, 8), {}, 300);
      expect(near).toHaveLength(300);
    });

    it('has a heartbeat when it is registered, and with each `touch`', async ({ store }) => {
      const model = await store.embeddings.register(aModel(8), noon);
      expect(await store.embeddings.touch(model.id, later(1))).toEqual({ ...model, lastUsedAt: later(1) });
      expect(await store.embeddings.register(aModel(8), later(2))).toEqual({ ...model, lastUsedAt: later(2) });
      expect(await store.embeddings.models()).toEqual([{ ...model, lastUsedAt: later(2) }]);
      expect(await store.embeddings.touch(model.id + 1, noon)).toBeNull();
    });

    it('that is abandoned while building is retired and purged', async ({ store }) => {
      const next = random(17);
      const [unit] = await putMany(store, 3);
      const active = await useModel(store, 8, () => aVector(next, 8));
      const given = await store.embeddings.register(aModel(16), noon);
      const live = await store.embeddings.register(aModel(24), noon);
      await store.embeddings.complete(given.id, [{ unitId: unit?.id ?? '', vector: aVector(next, 16) }]);
      await purgeAllRetired(store, noon);
      expect(await store.embeddings.progress(given.id)).toEqual({ done: 1, waiting: 2, parked: 0 });
      await store.embeddings.touch(live.id, later(1));
      await purgeAllRetired(store, later(1));
      // searches use the active model, with or without a running process
      expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['active', 'retired', 'building']);
      expect(await store.embeddings.progress(given.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
      expect(await store.embeddings.progress(active.id)).toEqual({ done: 3, waiting: 0, parked: 0 });
      expect(await store.embeddings.progress(live.id)).toEqual({ done: 0, waiting: 3, parked: 0 });
      await put(store);
      expect(await store.embeddings.progress(given.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
      expect(await store.embeddings.register(aModel(16), later(1))).toMatchObject({ id: given.id, state: 'building' });
      expect(await store.embeddings.progress(given.id)).toEqual({ done: 0, waiting: 4, parked: 0 });
    });

    it('is built again after it was retired', async ({ store }) => {
      await put(store);
      const next = random(4);
      const old = await useModel(store, 8, () => aVector(next, 8));
      await useModel(store, 16, () => aVector(next, 16));
      await purgeAllRetired(store);
      expect(await store.embeddings.register(aModel(8), noon)).toEqual({ ...old, state: 'building' });
      expect(await store.embeddings.progress(old.id)).toEqual({ done: 0, waiting: 1, parked: 0 });
      await useModel(store, 8, () => aVector(next, 8));
      expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['active', 'retired']);
    });

    it('is activated once by many at once', async ({ store }) => {
      const { model, units } = await withJobs(store, 3);
      await store.embeddings.complete(model.id, vectorsOf(units));
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => store.embeddings.activate(model.id)));
      expect(outcomes).toEqual([true, true, true, true]);
      expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['active']);
    });
  });

  describe('a job', () => {
    it('is made by proposing and restoring, for every model that is not retired', async ({ store }) => {
      const next = random(5);
      const retired = await useModel(store, 8, () => aVector(next, 8));
      const active = await useModel(store, 16, () => aVector(next, 16));
      const building = await store.embeddings.register(aModel(24), noon);
      await store.units.propose(aProposal(), noon);
      await put(store);
      const waiting = async ({ id }: { id: number }) => (await store.embeddings.progress(id)).waiting;
      expect([await waiting(retired), await waiting(active), await waiting(building)]).toEqual([0, 2, 2]);
    });

    it('is not made twice of one unit, nor by confirming and flagging', async ({ store }) => {
      const { model, units } = await withJobs(store, 1);
      const [unit] = units as [KnowledgeUnit];
      await store.embeddings.complete(model.id, vectorsOf(units));
      await store.units.restore(unit, []);
      await store.units.confirm(unit.id, 'mia', noon, confidence.confirmed);
      await store.units.flag(aFlag(unit.id), confidence.flagged);
      await store.embeddings.register(aModel(8), noon);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 1, waiting: 0, parked: 0 });
    });

    it('goes with the transaction that made it', async ({ store }) => {
      const { model } = await withJobs(store, 0);
      const work = store.transaction(async (tx) => {
        await tx.units.propose(aProposal(), noon);
        expect((await tx.embeddings.progress(model.id)).waiting).toBe(1);
        throw new Error('stop');
      });
      await expect(work).rejects.toThrow('stop');
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 0, parked: 0 });
    });

    it('is missed by no unit that comes while its model does', async ({ store }) => {
      const [models] = await Promise.all([
        Promise.all(Array.from({ length: 3 }, () => store.embeddings.register(aModel(8), noon))),
        ...Array.from({ length: 30 }, () => store.units.propose(aProposal(), noon)),
      ]);
      expect(await store.embeddings.progress(models[0]?.id ?? 0)).toEqual({ done: 0, waiting: 30, parked: 0 });
    });

    it('is made of a unit that was in quarantine', async ({ store }) => {
      await using source = Object.assign(await openStore(sqliteDatabase(':memory:'), { migrate: true }), {
        [Symbol.asyncDispose]: () => source.close(),
      });
      const model = await useModel(source, 8, () => aVector(random(18), 8));
      const row = {
        id: 1,
        source: 'knowledge_units',
        source_id: 'x',
        content: '{}',
        reason: 'odd',
        at: noon.toISOString(),
      };
      await store.fill((take) =>
        source.rows((batch) => take(batch.table === 'quarantine' ? { ...batch, rows: [row] } : batch)),
      );
      expect(await store.quarantine.admit(1, aUnit(), [])).toBe(true);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 1, parked: 0 });
    });

    describe('of a unit that came here without its vector', () => {
      /** A copy, which takes no vectors along, of three units, and of a model in some state that has no jobs. */
      async function fillWith(store: Store, active: boolean) {
        await using source = Object.assign(await openStore(sqliteDatabase(':memory:'), { migrate: true }), {
          [Symbol.asyncDispose]: () => source.close(),
        });
        const { model, units } = await withJobs(source, 3);
        await source.embeddings.complete(model.id, vectorsOf(units));
        if (active) await source.embeddings.activate(model.id);
        await store.fill(source.rows);
        return { model, units };
      }
      const stands = async (store: Store) => {
        const [model] = await store.embeddings.models();
        return { state: model?.state, ...(await store.embeddings.progress(model?.id ?? 0)) };
      };

      it('is made by registering an active model, which is built again where it has none', async ({ store }) => {
        const { model } = await fillWith(store, true);
        expect(await stands(store)).toEqual({ state: 'active', done: 0, waiting: 0, parked: 0 });
        expect(await store.embeddings.register(aModel(8), noon)).toEqual(model);
        expect(await stands(store)).toEqual({ state: 'building', done: 0, waiting: 3, parked: 0 });
      });

      it('is made by registering an active model that has others', async ({ store }) => {
        const { model, units } = await fillWith(store, true);
        await store.embeddings.complete(model.id, vectorsOf(units.slice(1)));
        expect(await store.embeddings.register(aModel(8), noon)).toEqual({ ...model, state: 'active' });
        expect(await stands(store)).toEqual({ state: 'active', done: 2, waiting: 1, parked: 0 });
        const [claimed] = await store.embeddings.claim(model.id, 9, noon, minute);
        expect(claimed?.unit.id).toBe(units[0]?.id);
      });

      it('is made by registering a model whose building was cut off', async ({ store }) => {
        const { model, units } = await fillWith(store, false);
        await store.embeddings.complete(model.id, vectorsOf(units.slice(2)));
        for (let time = 0; time < 2; time++) expect(await store.embeddings.register(aModel(8), noon)).toEqual(model);
        expect(await stands(store)).toEqual({ state: 'building', done: 1, waiting: 2, parked: 0 });
      });
    });

    it('is claimed with its unit, counts an attempt, and is claimed by no other until then', async ({ store }) => {
      const { model, units } = await withJobs(store, 3);
      const claimed = await store.embeddings.claim(model.id, 2, noon, minute);
      expect(claimed.map(({ unit }) => unit)).toEqual(await store.units.findMany(claimed.map(({ job }) => job.unitId)));
      for (const { job } of claimed)
        expect(job).toEqual({
          unitId: job.unitId,
          modelId: model.id,
          attempts: 1,
          lastError: null,
          runAt: later(minute),
        });
      const [rest, ...none] = await store.embeddings.claim(model.id, 9, noon, minute);
      expect(none).toEqual([]);
      expect(idsOf([...claimed, ...(rest ? [rest] : [])].map(({ unit }) => unit)).sort()).toEqual(idsOf(units).sort());
      expect(await store.embeddings.claim(model.id, 9, later(minute - 1), minute)).toEqual([]);
      const again = await store.embeddings.claim(model.id, 9, later(minute), minute);
      expect(again.map(({ job }) => job.attempts)).toEqual([2, 2, 2]);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 3, parked: 0 });
    });

    it('is taken oldest first, and only by who works on its model', async ({ store }) => {
      const { model } = await withJobs(store, 1);
      const other = await store.embeddings.register(aModel(16), noon);
      const old = await put(store, { createdAt: later(-minute) });
      const [claimed, ...none] = await store.embeddings.claim(model.id, 1, noon, minute);
      expect([claimed?.unit.id, none]).toEqual([old.id, []]);
      expect(await store.embeddings.claim(other.id, 9, noon, minute)).toHaveLength(2);
    });

    it('is one worker’s of many at once', async ({ store }) => {
      const { model, units } = await withJobs(store, 60);
      const taken: string[] = [];
      const worker = async () => {
        for (;;) {
          const claimed = await store.embeddings.claim(model.id, 7, noon, minute);
          if (claimed.length === 0) return;
          taken.push(...claimed.map(({ unit }) => unit.id));
          await store.embeddings.complete(model.id, vectorsOf(claimed.map(({ unit }) => unit)));
        }
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
      expect(taken.sort()).toEqual(idsOf(units).sort());
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 60, waiting: 0, parked: 0 });
    });

    it('fails, waits, is parked, and is tried again when told to', async ({ store }) => {
      const { model, units } = await withJobs(store, 3);
      await store.embeddings.claim(model.id, 3, noon, minute);
      const [one, two, three] = idsOf(units) as [string, string, string];
      await store.embeddings.fail(model.id, one, 'busy \0\ud800', later(10 * minute));
      expect(await store.embeddings.claim(model.id, 9, later(10 * minute - 1), 20 * minute)).toHaveLength(2);
      const [again] = await store.embeddings.claim(model.id, 9, later(10 * minute), 20 * minute);
      expect(again?.job).toMatchObject({ unitId: one, attempts: 2, lastError: 'busy \ufffd' });
      for (const id of [one, two, three]) await store.embeddings.fail(model.id, id, `no: ${id}`, null);
      expect(await store.embeddings.claim(model.id, 9, later(1000 * minute), minute)).toEqual([]);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 0, parked: 3 });
      const parked = await readAll<EmbeddingJob, Position<string>>(
        (page) => store.embeddings.parked(model.id, page),
        ({ unitId }) => ({ key: unitId, id: unitId }),
      );
      expect(parked.map(({ unitId, lastError, runAt }) => [unitId, lastError, runAt])).toEqual(
        [one, two, three].map((id) => [id, `no: ${id}`, null]),
      );
      expect(await store.embeddings.retry(model.id, two, later(5))).toBe(1);
      const [retried] = await store.embeddings.claim(model.id, 9, later(5), minute);
      expect(retried?.job).toMatchObject({ unitId: two, attempts: 1, lastError: `no: ${two}` });
      expect(await store.embeddings.retry(model.id, two, later(5))).toBe(0);
      expect(await store.embeddings.retry(model.id, null, later(5))).toBe(2);
      expect(await store.embeddings.retry(model.id, null, later(5))).toBe(0);
    });
  });

  describe('a vector', () => {
    it('comes back as it was kept, and is replaced by the next', async ({ store }) => {
      const { model, units } = await withJobs(store, 2);
      const [one, two] = vectorsOf(units);
      await store.embeddings.complete(model.id, vectorsOf(units));
      expect(await store.embeddings.vectorOf(model.id, units[0]?.id ?? '')).toEqual(one?.vector);
      await store.embeddings.complete(model.id, [{ unitId: units[0]?.id ?? '', vector: two?.vector as Float32Array }]);
      expect(await store.embeddings.vectorOf(model.id, units[0]?.id ?? '')).toEqual(two?.vector);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 2, waiting: 0, parked: 0 });
      expect(await store.embeddings.vectorOf(model.id, 'ku_none')).toBeNull();
      expect(await store.embeddings.vectorOf(model.id + 1, units[0]?.id ?? '')).toBeNull();
    });

    it('of another size is refused, and nothing is kept of the others', async ({ store }) => {
      const { model, units } = await withJobs(store, 2);
      const [one, two] = vectorsOf(units);
      const wrong = [one, { ...two, vector: aVector(random(6), 9) }] as ReturnType<typeof vectorsOf>;
      await expect(store.embeddings.complete(model.id, wrong)).rejects.toThrow(/model-8 have 8 dimensions.*has 9/);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 0, waiting: 2, parked: 0 });
    });

    it('of a unit that is not there is left out', async ({ store }) => {
      const { model, units } = await withJobs(store, 1);
      await store.embeddings.complete(model.id, [
        ...vectorsOf(units),
        { unitId: 'ku_none', vector: aVector(random(7), 8) },
      ]);
      expect(await store.embeddings.progress(model.id)).toEqual({ done: 1, waiting: 0, parked: 0 });
    });
  });
}

/** The other promise: where the database cannot hold vectors, all else works, and this says why it does not. */
export function noEmbeddingsConformance(it: StoreTest) {
  describe('a database without vectors', () => {
    it('refuses what needs them, and keeps units as ever', async ({ store }) => {
      expect(store.vectorEngine).toBeNull();
      expect(store.vectorProblem).toMatch(/\w.*\.$/);
      const unit = await store.units.propose(aProposal(), noon);
      const refused = /holds no vectors\. [A-Z\w].*\.$/;
      const meaning = { modelId: 1, vector: aVector(random(8), 8), meanCosine: null, weight: 0.2 };
      for (const attempt of [
        () => store.embeddings.models(),
        () => store.embeddings.register(aModel(8), noon),
        () => store.embeddings.claim(1, 1, noon, minute),
        () => store.embeddings.complete(1, []),
        () => store.embeddings.fail(1, unit.id, '', null),
        () => store.embeddings.parked(1, { limit: 1 }),
        () => store.embeddings.retry(1, null, noon),
        () => store.embeddings.progress(1),
        () => store.embeddings.activate(1),
        () => store.embeddings.touch(1, noon),
        () => store.embeddings.purgeRetired(noon),
        () => store.embeddings.nearest(1, meaning.vector, {}, 1),
        () => store.embeddings.vectorOf(1, unit.id),
        () => store.units.search({ text: 'lesson', filter: {}, meaning, limit: 5 }),
      ])
        await expect(attempt()).rejects.toThrow(refused);
      expect((await store.units.search({ text: 'lesson', filter: {}, limit: 5 })).hits).toHaveLength(1);
    });
  });
}
