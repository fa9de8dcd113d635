import { describe, expect } from 'vitest';
import type { KnowledgeUnit, PageRequest, Position, Store } from '../../../src/store/store.ts';
import { aReview, idsOf, later, noon, put, readAll, type StoreTest } from './fixture.ts';

const change = { by: 'rob', at: noon, reason: 'r' };

export function nearRepeatsConformance(it: StoreTest) {
  describe('near repeats', () => {
    const record = (store: Store, unit: KnowledgeUnit, others: readonly KnowledgeUnit[], similarity = 0.9) =>
      store.nearRepeats.record(
        unit,
        others.map(({ id, version }) => ({ id, version, similarity, basis: 'words' as const })),
        noon,
      );
    const pairs = async (store: Store) =>
      (await store.nearRepeats.list({ limit: 99 })).items.map(({ unitId, otherId }) => [unitId, otherId]);
    const byId = (...units: KnowledgeUnit[]) => idsOf(units).toSorted();
    const revise = async (store: Store, unit: KnowledgeUnit) => {
      const content = { ...unit, insight: { ...unit.insight, summary: `${unit.insight.summary}!` } };
      const revision = { unitId: unit.id, baseVersion: unit.version, content, reason: 'r', by: 'rob', at: noon };
      const id = `rev_${unit.id.slice(3, 34)}${unit.version}`;
      await store.revisions.amend({ ...revision, id, approval: null, statuses: ['approved'], maxVersions: 9 });
      return (await store.units.find(unit.id)) as KnowledgeUnit;
    };

    it('are a pair once, whichever of the two was looked at', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      expect(await record(store, one, [two])).toBe(true);
      expect(await record(store, two, [one], 0.95)).toBe(true);
      const [low, high] = byId(one, two);
      expect((await store.nearRepeats.list({ limit: 9 })).items).toEqual([
        {
          ...{ id: expect.any(String), unitId: low, otherId: high, unitVersion: 1, otherVersion: 1 },
          ...{ basis: 'words', similarity: 0.9, foundAt: noon },
        },
      ]);
      expect(await store.nearRepeats.count()).toBe(1);
    });

    it('are listed by pages, the most similar first', async ({ store }) => {
      const one = await put(store);
      for (const similarity of [0.8, 1, 0.9, 0.9, 0.85]) await record(store, one, [await put(store)], similarity);
      const all = await readAll(
        (page: PageRequest<Position<number>>) => store.nearRepeats.list(page),
        ({ similarity, id }) => ({ key: similarity, id }),
      );
      expect(all.map(({ similarity }) => similarity)).toEqual([1, 0.9, 0.9, 0.85, 0.8]);
      expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    });

    it('are gone when one of them is not approved any more, and back when it is again', async ({ store }) => {
      const [one, two, three] = [await put(store), await put(store), await put(store)];
      await record(store, one, [two, three]);
      await store.lifecycle.retire(two.id, change);
      expect(await pairs(store)).toEqual([byId(one, three)]);
      expect(await store.nearRepeats.count()).toBe(1);
      await store.lifecycle.supersede(three.id, one.id, change);
      expect(await pairs(store)).toEqual([]);
      const first = await store.nearRepeats.prune('', 1);
      expect(first).toMatch(/^nr_/);
      expect(await store.nearRepeats.prune(first ?? '', 9)).toBeNull();
      await store.lifecycle.reinstate(two.id, change);
      expect(await pairs(store)).toEqual([]);
      expect(idsOf(await store.nearRepeats.unexamined(9))).toEqual([two.id]);
    });

    it('are gone when one of them says something else, until it is looked at again', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      await record(store, one, [two]);
      await record(store, two, [one]);
      const changed = await revise(store, one);
      expect(await pairs(store)).toEqual([]);
      expect(idsOf(await store.nearRepeats.unexamined(9))).toEqual([one.id]);
      // somebody has looked at what it said before
      expect(await record(store, one, [two])).toBe(false);
      expect(await pairs(store)).toEqual([]);
      await record(store, changed, [two]);
      expect(await pairs(store)).toEqual([byId(one, two)]);
    });

    it('that a reviewer dismissed stay away until one of them says something else', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      await record(store, one, [two]);
      const id = (await store.nearRepeats.list({ limit: 1 })).items[0]?.id ?? '';
      expect(await store.nearRepeats.dismiss(id, 7, later(1))).toBe(true);
      expect(await store.nearRepeats.dismiss(id, 7, later(2))).toBe(false);
      expect([await pairs(store), await store.nearRepeats.count()]).toEqual([[], 0]);
      await record(store, two, [one]);
      await store.lifecycle.retire(two.id, change);
      expect(await store.nearRepeats.prune('', 9)).toBeNull();
      await store.lifecycle.reinstate(two.id, change);
      await record(store, two, [one]);
      expect(await pairs(store)).toEqual([]);
      await record(store, await revise(store, two), [one]);
      expect(await pairs(store)).toEqual([byId(one, two)]);
      expect(await store.nearRepeats.dismiss('nr_none', 7, noon)).toBe(false);
    });

    it('are looked for of each approved unit once, of what was there before too', async ({ store }) => {
      const there = [await put(store), await put(store), await put(store)];
      const pending = await put(store, { status: 'pending' });
      await put(store, { status: 'rejected' });
      expect(idsOf(await store.nearRepeats.unexamined(2)).length).toBeGreaterThan(0);
      const seen = new Set<string>();
      for (let turn = 0; turn < 9; turn++)
        for (const unit of await store.nearRepeats.unexamined(2)) {
          seen.add(unit.id);
          await record(store, unit, []);
        }
      expect([...seen].toSorted()).toEqual(byId(...there));
      await store.reviews.decide(pending.id, aReview('approved'));
      expect(idsOf(await store.nearRepeats.unexamined(9))).toEqual([pending.id]);
      await store.lifecycle.reopen(pending.id, change);
      expect(await record(store, pending, [])).toBe(false);
      expect(await store.nearRepeats.unexamined(9)).toEqual([]);
    });

    it('are gone with a unit that is erased, and none is written of one that is gone', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      await record(store, one, [two]);
      await store.erasures.erase(two.id, { erasedAt: noon, erasedBy: null, reason: 'r' });
      expect(await store.nearRepeats.count()).toBe(0);
      expect(await record(store, one, [two])).toBe(true);
      expect(await pairs(store)).toEqual([]);
    });

    it('of two that are looked at at once are one pair', async ({ store }) => {
      const units = [await put(store), await put(store), await put(store)];
      await Promise.all(
        [...units, ...units].map((unit) =>
          record(
            store,
            unit,
            units.filter((other) => other !== unit),
          ),
        ),
      );
      expect(await store.nearRepeats.count()).toBe(3);
    });
  });
}
