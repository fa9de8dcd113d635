import { describe, expect } from 'vitest';
import { normalizeDomains } from '../../../src/domain/rules.ts';
import type { UnitFilter, UnitOrder } from '../../../src/store/store.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, idsOf, later, noon, put, putConfident, type StoreTest } from './fixture.ts';

const newest = { field: 'createdAt', direction: 'desc' } as const;

export function unitsConformance(it: StoreTest) {
  describe('a unit', () => {
    it('is pending with confidence 0.5 when proposed', async ({ store }) => {
      const { id, tier, domains, insight, context, createdBy, extensions } = aUnit({ context: { pattern: 'P' } });
      const proposed = await store.units.propose({ id, tier, domains, insight, context, createdBy, extensions }, noon);
      expect(proposed).toMatchObject({ status: 'pending', version: 1, review: null, createdAt: noon, updatedAt: noon });
      expect(proposed.evidence).toEqual({
        confidence: 0.5,
        confirmations: 1,
        firstObservedAt: noon,
        lastConfirmedAt: noon,
      });
      expect(await store.units.find(id)).toEqual(proposed);
    });

    it('comes back exactly as it was restored', async ({ store }) => {
      const unit = aUnit({
        extensions: '{"a:b":1.0,"c:d":[123456789012345678901234567890,null,{"x":1e2}]}',
        domains: ['z', 'a', 'm'],
        context: { languages: ['Python', ' python ', '', 'Python'], frameworks: ['b', 'a'], pattern: ' Ärger ' },
        insight: { summary: 'é ☃ 😀\n\t"\\', detail: 'x'.repeat(9000), action: '' },
        supersededBy: `ku_${'f'.repeat(32)}`,
        review: { status: 'approved', reviewedBy: 'rob', reviewedAt: noon, note: 'so' },
        createdAt: new Date('2024-02-29T23:59:59.999Z'),
        evidence: { confidence: 0.44999999999999996, confirmations: -3, firstObservedAt: null, lastConfirmedAt: noon },
      });
      expect(await store.units.restore(unit, [aFlag(unit.id, { detail: 'd' })])).toBe(true);
      expect(await store.units.find(unit.id)).toEqual(unit);
    });

    it('is not restored over one that is there', async ({ store }) => {
      const unit = await put(store);
      const other = { ...aUnit({ insight: { summary: 'other' } }), id: unit.id };
      expect(await store.units.restore(other, [aFlag(unit.id)])).toBe(false);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await store.flags.counts([unit.id])).toEqual([{}]);
    });

    it('is null when absent, and leaves a hole among many', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      expect(await store.units.find('ku_none')).toBeNull();
      expect(idsOf(await store.units.findMany([two.id, 'ku_none', one.id, two.id]))).toEqual([
        two.id,
        null,
        one.id,
        two.id,
      ]);
      expect(await store.units.findMany([])).toEqual([]);
    });
  });

  describe('confirming and flagging', () => {
    it('moves confidence by cq doubles, up to 1 and down to 0', async ({ store }) => {
      const { id } = await put(store);
      const up = [];
      for (let count = 0; count < 7; count++)
        up.push((await store.units.confirm(id, 'mia', noon))?.evidence.confidence);
      expect(up).toEqual([0.6, 0.7, 0.7999999999999999, 0.8999999999999999, 0.9999999999999999, 1, 1]);
      const other = await put(store);
      const down = [];
      for (let count = 0; count < 5; count++) down.push((await store.units.flag(aFlag(other.id)))?.evidence.confidence);
      expect(down).toEqual([0.35, 0.19999999999999998, 0.04999999999999999, 0, 0]);
    });

    it('notes when it was last confirmed', async ({ store }) => {
      const { id } = await put(store);
      const confirmed = await store.units.confirm(id, 'mia', later(5));
      expect(confirmed).toMatchObject({
        updatedAt: later(5),
        evidence: { confirmations: 2, lastConfirmedAt: later(5) },
      });
      expect(await store.units.find(id)).toEqual(confirmed);
    });

    it('counts every one of 64 at once', async ({ store }) => {
      const { id } = await put(store);
      await Promise.all(Array.from({ length: 64 }, () => store.units.confirm(id, 'mia', noon)));
      expect((await store.units.find(id))?.evidence).toMatchObject({ confirmations: 65, confidence: 1 });
      expect(await store.events.latest(100)).toHaveLength(64);
    });

    it.for(['pending', 'rejected'] as const)('leaves a %s unit alone', async (status, { store }) => {
      const unit = await put(store, { status });
      expect(await store.units.confirm(unit.id, 'mia', noon)).toBeNull();
      expect(await store.units.flag(aFlag(unit.id))).toBeNull();
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await store.flags.counts([unit.id])).toEqual([{}]);
      expect(await store.events.latest(10)).toEqual([]);
    });

    it('answers null for a unit that is not there', async ({ store }) => {
      expect(await store.units.confirm('ku_none', 'mia', noon)).toBeNull();
      expect(await store.units.flag(aFlag('ku_none'))).toBeNull();
    });
  });

  describe('listing units', () => {
    const orders = (['createdAt', 'updatedAt', 'confidence', 'confirmations'] as const).flatMap((field) =>
      (['asc', 'desc'] as const).map((direction): UnitOrder => ({ field, direction })),
    );

    it.for(orders)(
      'pages by $field $direction without repeats or holes, forward and back',
      async (order, { store }) => {
        for (let index = 0; index < 11; index++) {
          const at = later(index % 3);
          const evidence = {
            confidence: (index % 4) / 4,
            confirmations: index % 2,
            firstObservedAt: at,
            lastConfirmedAt: at,
          };
          await put(store, { createdAt: at, updatedAt: later(index % 5), evidence });
        }
        const key = (unit: Awaited<ReturnType<typeof put>>) =>
          order.field === 'createdAt' || order.field === 'updatedAt' ? unit[order.field] : unit.evidence[order.field];
        const all = (await store.units.list({}, order, { limit: 20 })).items;
        expect(all).toHaveLength(11);
        const sign = order.direction === 'asc' ? 1 : -1;
        const sorted = [...all].sort((a, b) => sign * (Number(key(a)) - Number(key(b)) || (a.id < b.id ? -1 : 1)));
        expect(idsOf(all)).toEqual(idsOf(sorted));
        for (const backward of [false, true]) {
          const seen: string[] = [];
          for (let from: { key: Date | number; id: string } | undefined, more = true; more; ) {
            const page = await store.units.list({}, order, { limit: 3, from, backward });
            seen[backward ? 'unshift' : 'push'](...page.items.map(({ id }) => id));
            const edge = backward ? page.items[0] : page.items.at(-1);
            from = edge && { key: key(edge), id: edge.id };
            more = page.hasMore;
          }
          expect(seen).toEqual(idsOf(all));
        }
      },
    );

    it('neither repeats nor hides units when others come meanwhile', async ({ store }) => {
      const old = [await put(store, { createdAt: later(1) }), await put(store, { createdAt: later(2) })];
      const first = await store.units.list({}, newest, { limit: 1 });
      await put(store, { createdAt: later(3) });
      const [last] = first.items;
      const from = last && { key: last.createdAt, id: last.id };
      const second = await store.units.list({}, newest, { limit: 5, from });
      expect(idsOf([...first.items, ...second.items])).toEqual([old[1]?.id, old[0]?.id]);
      expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    });

    it('narrows by each field, and counts what it lists', async ({ store }) => {
      const at = (ms: number) => ({ createdAt: later(ms) });
      const one = await putConfident(store, 0.3, {
        domains: ['a', 'b'],
        context: { languages: ['Go'], pattern: 'Straße' },
        ...at(1),
      });
      const two = await putConfident(store, 0.7, {
        domains: ['b'],
        context: { frameworks: ['vue'] },
        tier: 'public',
        ...at(2),
      });
      const three = await putConfident(store, 0.9, { domains: ['c'], status: 'pending', ...at(3) });
      await store.units.flag(aFlag(two.id));
      const cases: [UnitFilter, string[]][] = [
        [{}, [one.id, two.id, three.id]],
        [{ statuses: ['approved'] }, [one.id, two.id]],
        [{ statuses: ['approved', 'pending'] }, [one.id, two.id, three.id]],
        [{ domains: ['a', 'c'] }, [one.id, three.id]],
        [{ domains: ['a', 'b'], domainMatch: 'all' }, [one.id]],
        [{ languages: ['Go', 'C'] }, [one.id]],
        [{ languages: ['go'] }, []],
        [{ frameworks: ['vue'] }, [two.id]],
        [{ pattern: 'STRASSE' }, []],
        [{ pattern: 'STRAßE' }, [one.id]],
        [{ tiers: ['public', 'local'] }, [two.id]],
        [{ confidence: { min: 0.3, max: 0.55 } }, [one.id, two.id]],
        [{ confidence: { min: 0.55 } }, [three.id]],
        [{ createdAt: { from: later(2), to: later(3) } }, [two.id]],
        [{ hasFlags: true }, [two.id]],
        [{ hasFlags: false }, [one.id, three.id]],
        [{ domains: ['b'], hasFlags: false, statuses: ['approved'] }, [one.id]],
      ];
      for (const [filter, expected] of cases) {
        const { items } = await store.units.list(filter, { field: 'createdAt', direction: 'asc' }, { limit: 10 });
        expect([filter, idsOf(items)]).toEqual([filter, expected]);
        expect(await store.units.count(filter)).toBe(expected.length);
      }
    });
  });

  describe('an idempotency key', () => {
    const propose = (store: Parameters<typeof put>[0], createdBy: string, at: Date, hours = 24) => {
      const { id, tier, insight, context, extensions } = aUnit();
      const domains = normalizeDomains(['x']);
      const since = later(-hours * 3_600_000, at);
      return store.units.propose({ id, tier, domains, insight, context, createdBy, extensions }, at, {
        key: 'k',
        since,
      });
    };

    it('answers the same person with the same unit, and adds nothing', async ({ store }) => {
      const first = await propose(store, 'mia', noon);
      expect(await propose(store, 'mia', later(1000))).toEqual(first);
      expect(await store.units.count({})).toBe(1);
      expect(await store.events.latest(10)).toHaveLength(1);
    });

    it('is each person’s own, and is forgotten with time', async ({ store }) => {
      const first = await propose(store, 'mia', noon);
      expect((await propose(store, 'rob', noon)).id).not.toBe(first.id);
      expect((await propose(store, 'mia', later(25 * 3_600_000))).id).not.toBe(first.id);
    });

    it('makes one unit of many proposals at once', async ({ store }) => {
      const units = await Promise.all(Array.from({ length: 16 }, () => propose(store, 'mia', noon)));
      expect(new Set(idsOf(units)).size).toBe(1);
      expect(await store.units.count({})).toBe(1);
    });
  });
}
