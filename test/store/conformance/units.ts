import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import { aUnit } from '../../harness.ts';
import { aFlag, aProposal, aReview, idsOf, later, noon, put, type StoreTest } from './fixture.ts';

export function unitsConformance(it: StoreTest) {
  describe('a unit', () => {
    it('is pending with one confirmation when proposed', async ({ store }) => {
      const proposal = aProposal({
        domains: ['b', 'a'],
        context: { languages: ['Go'], pattern: 'P' },
        extensions: '{"x:y":1.0}',
      });
      const { confidence: initial, ...unit } = proposal;
      const proposed = await store.units.propose(proposal, noon);
      expect(proposed).toEqual({
        ...unit,
        version: 1,
        status: 'pending',
        confirmers: 0,
        ownConfirmations: 0,
        evidence: { confidence: initial, confirmations: 1, firstObservedAt: noon, lastConfirmedAt: noon },
        supersededBy: null,
        review: null,
        withdrawal: null,
        createdAt: noon,
        updatedAt: noon,
      });
      expect(await store.units.find(proposal.id)).toEqual(proposed);
      expect(await store.events.latest(9)).toMatchObject([{ type: 'proposed', unitId: proposal.id, actor: 'mia' }]);
    });

    it('is answered unchanged when its id is proposed again, by any user', async ({ store }) => {
      const proposal = aProposal({ domains: ['a'] });
      await store.units.propose(proposal, noon);
      await store.reviews.decide(proposal.id, aReview('approved'));
      const unit = await store.units.confirm(proposal.id, 'rob', later(5), confidence.confirmed);
      const events = await store.events.latest(9);
      const other = {
        ...aProposal({ domains: ['b'], createdBy: 'rob', insight: { summary: 'walrus' } }),
        id: proposal.id,
      };
      expect(await store.units.propose(proposal, later(9))).toEqual(unit);
      expect(await store.units.propose(other, later(9))).toEqual(unit);
      expect(await store.units.find(proposal.id)).toEqual(unit);
      expect(await store.events.latest(9)).toEqual(events);
      expect(await store.units.count({ domains: ['b'] })).toBe(0);
      expect((await store.units.search({ text: 'walrus', filter: {}, limit: 9 })).hits).toEqual([]);
    });

    it('is one, of 16 proposals of one id at once', async ({ store }) => {
      const proposal = aProposal();
      const proposals = Array.from({ length: 16 }, (_, index) => ({ ...proposal, createdBy: `user ${index}` }));
      const units = await Promise.all(proposals.map((each) => store.units.propose(each, noon)));
      expect(new Set(units.map(({ createdBy }) => createdBy)).size).toBe(1);
      expect(await store.units.find(proposal.id)).toEqual(units[0]);
      expect(await store.events.latest(99)).toMatchObject([{ actor: units[0]?.createdBy }]);
    });

    it('is one, of 16 restored with one id at once', async ({ store }) => {
      const unit = aUnit();
      const restored = await Promise.all(Array.from({ length: 16 }, () => store.units.restore(unit, [])));
      expect(restored.filter(Boolean)).toHaveLength(1);
    });

    it('comes back exactly as it was restored', async ({ store }) => {
      const unit = aUnit({
        domains: ['z', 'a', 'm', 'a'],
        context: { languages: ['Python', ' python ', '', 'Python'], frameworks: ['b', 'a', 'b'], pattern: ' Ärger ' },
        insight: { summary: 'é ☃ 😀\n\t"\\\u2028\u007f', detail: '', action: "it's 100% _fine_" },
        version: 7,
        tier: 'local',
        supersededBy: `ku_${'f'.repeat(32)}`,
        review: { status: 'approved', reviewedBy: 'rob', reviewedAt: noon, note: 'so', internalNote: 'because' },
        createdAt: new Date('2024-02-29T23:59:59.999Z'),
        updatedAt: new Date('2024-03-01T00:00:00.001Z'),
        evidence: { confidence: 0.44999999999999996, confirmations: -3, firstObservedAt: null, lastConfirmedAt: noon },
      });
      expect(await store.units.restore(unit, [])).toBe(true);
      expect(await store.units.find(unit.id)).toEqual(unit);
    });

    it.for([
      '{}',
      '{"a:b":1.0,"c:d":[123456789012345678901234567890,null,{"x":1e2,"x":-0}]}',
      '{ "spaced:out" :\t"\\u00e9\\/é" }\n',
      `{"long:one":"${'😀'.repeat(30_000)}"}`,
    ])('keeps its extensions byte for byte (case %$)', async (extensions, { store }) => {
      const restored = await put(store, { extensions });
      const proposed = await store.units.propose(aProposal({ extensions }), noon);
      expect((await store.units.find(restored.id))?.extensions).toBe(extensions);
      expect((await store.units.find(proposed.id))?.extensions).toBe(extensions);
    });

    it('is restored beyond the limits of today, as older servers stored it', async ({ store }) => {
      const many = (name: string) => Array.from({ length: 60 }, (_, index) => `${name} ${index} ${'x'.repeat(100)}`);
      const unit = await put(store, {
        domains: many('domain'),
        context: { languages: many('language'), frameworks: many('framework'), pattern: 'p'.repeat(1000) },
        insight: { summary: 's'.repeat(5000), detail: 'd'.repeat(90_000), action: 'ä'.repeat(20_000) },
        createdBy: 'u'.repeat(1000),
      });
      expect(await store.units.find(unit.id)).toEqual(unit);
    });

    it.for([0, 1, 0.1, 0.30000000000000004, 1e-7, 5e-324, 0.9999999999999999])(
      'keeps the confidence %d to the last bit',
      async (confidence, { store }) => {
        const { id } = await put(store, { evidence: { ...aUnit().evidence, confidence } });
        expect((await store.units.find(id))?.evidence.confidence).toBe(confidence);
      },
    );

    it('is restored with its flags, and without an event', async ({ store }) => {
      const [unit, other] = [aUnit(), await put(store)];
      const flags = [
        aFlag(unit.id, { detail: 'd' }),
        { ...aFlag(unit.id, { reason: 'duplicate', duplicateOf: other.id }), createdBy: null },
      ];
      expect(await store.units.restore(unit, flags)).toBe(true);
      expect((await store.flags.list(unit.id, { limit: 9 })).items).toEqual(flags);
      expect((await store.units.find(unit.id))?.evidence.confidence).toBe(0.5);
      expect(await store.events.latest(9)).toEqual([]);
    });

    it('is not restored over one that is there', async ({ store }) => {
      const unit = await put(store);
      const other = { ...aUnit({ insight: { summary: 'walrus' }, domains: ['other'] }), id: unit.id };
      expect(await store.units.restore(other, [aFlag(unit.id)])).toBe(false);
      expect(await store.units.find(unit.id)).toEqual(unit);
      expect(await store.flags.counts([unit.id])).toEqual([{}]);
      expect(await store.units.count({ domains: ['other'] })).toBe(0);
      expect((await store.units.search({ text: 'walrus', filter: {}, limit: 9 })).hits).toEqual([]);
    });

    it('is null when absent, and leaves a hole among many', async ({ store }) => {
      const [one, two] = [await put(store), await put(store)];
      expect(await store.units.find('ku_none')).toBeNull();
      const found = await store.units.findMany([two.id, 'ku_none', one.id, two.id]);
      expect(found).toEqual([two, null, one, two]);
      expect(idsOf(await store.units.findMany(['', 'ku_none']))).toEqual([null, null]);
      expect(await store.units.findMany([])).toEqual([]);
      expect(await store.units.standings([two.id, 'ku_none', one.id])).toEqual(
        [two, null, one].map((unit) => {
          if (unit === null) return null;
          const { id, status, createdBy, domains } = unit;
          return { id, status, createdBy, domains };
        }),
      );
      expect(await store.units.standings([])).toEqual([]);
    });
  });
}
