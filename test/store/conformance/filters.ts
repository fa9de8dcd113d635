import { describe, expect } from 'vitest';
import { confidence } from '../../../src/domain/rules.ts';
import type { KnowledgeUnit, Store, UnitFilter } from '../../../src/store/store.ts';
import { aFlag, aReview, drawing, idsOf, later, put, putConfident, random, type StoreTest } from './fixture.ts';

async function expectListed(store: Store, filter: UnitFilter, expected: readonly KnowledgeUnit[]) {
  const { items } = await store.units.list(filter, { field: 'createdAt', direction: 'asc' }, { limit: 100 });
  expect([filter, idsOf(items)]).toEqual([filter, idsOf(expected)]);
  expect([filter, await store.units.count(filter)]).toEqual([filter, expected.length]);
}

/** What a filter asks for, written down a second time and without SQL. */
function fits(
  unit: KnowledgeUnit,
  filter: UnitFilter,
  flagged: ReadonlySet<string>,
  answered: ReadonlyMap<string, Date>,
): boolean {
  const { statuses, domains, domainMatch, languages, frameworks, pattern, tiers, confidence, createdAt } = filter;
  const shares = (has: readonly string[], wanted?: readonly string[]) =>
    !wanted || wanted.some((one) => has.includes(one));
  const within = (range: UnitFilter['flags'], value: number) =>
    value >= (range?.min ?? 0) && value <= (range?.max ?? 1e9);
  const during = (range: UnitFilter['createdAt'], at: Date | null) =>
    !range || (at !== null && at >= (range.from ?? new Date(0)) && at < (range.to ?? later(1e9)));
  const every = domainMatch === 'all' && domains ? domains.every((one) => unit.domains.includes(one)) : true;
  return (
    every &&
    shares(unit.domains, domains) &&
    shares(unit.context.languages, languages) &&
    shares(unit.context.frameworks, frameworks) &&
    (pattern === undefined || unit.context.pattern.toLowerCase() === pattern.toLowerCase()) &&
    shares([unit.status], statuses) &&
    shares([unit.tier], tiers) &&
    unit.evidence.confidence >= (confidence?.min ?? 0) &&
    unit.evidence.confidence <= (confidence?.max ?? 1) &&
    unit.createdAt >= (createdAt?.from ?? later(-1e9)) &&
    unit.createdAt < (createdAt?.to ?? later(1e9)) &&
    (filter.hasFlags === undefined || filter.hasFlags === flagged.has(unit.id)) &&
    within(filter.flags, flagged.has(unit.id) ? 1 : 0) &&
    within(filter.confirmers, unit.confirmers) &&
    during(filter.lastConfirmedAt, unit.evidence.lastConfirmedAt ?? unit.createdAt) &&
    during(filter.lastAnsweredAt, answered.get(unit.id) ?? new Date(0)) &&
    during(filter.reviewedAt, unit.review?.reviewedAt ?? null) &&
    (filter.held === undefined || filter.held === (unit.held?.releasedBy === null)) &&
    (filter.createdBy === undefined || filter.createdBy === unit.createdBy) &&
    shares(unit.domains, filter.within)
  );
}

export function filtersConformance(it: StoreTest) {
  describe('a filter', () => {
    it('takes one of the statuses and one of the tiers', async ({ store }) => {
      const one = await put(store, { status: 'pending', tier: 'local' });
      const two = await put(store, { status: 'approved', tier: 'public' });
      const three = await put(store, { status: 'rejected', tier: 'private' });
      await expectListed(store, {}, [one, two, three]);
      await expectListed(store, { statuses: ['pending'] }, [one]);
      await expectListed(store, { statuses: ['rejected', 'approved'] }, [two, three]);
      await expectListed(store, { tiers: ['public'] }, [two]);
      await expectListed(store, { tiers: ['private', 'local'] }, [one, three]);
    });

    it('takes any of the domains, or all of them', async ({ store }) => {
      const one = await put(store, { domains: ['a', 'b'] });
      const two = await put(store, { domains: ['b', 'c', 'ä'] });
      await expectListed(store, { domains: ['a', 'c'] }, [one, two]);
      await expectListed(store, { domains: ['a', 'b'], domainMatch: 'any' }, [one, two]);
      await expectListed(store, { domains: ['a', 'b'], domainMatch: 'all' }, [one]);
      await expectListed(store, { domains: ['a', 'c'], domainMatch: 'all' }, []);
      await expectListed(store, { domains: ['ä'] }, [two]);
      await expectListed(store, { domains: ['%', '_', "a' or '1'='1"] }, []);
    });

    it.for<UnitFilter>([
      { domains: [] },
      { domains: [], domainMatch: 'any' },
      { languages: [] },
      { frameworks: [] },
      { statuses: [] },
      { tiers: [] },
      { within: [] },
    ])('finds nothing for %j', async (filter, { store }) => {
      await put(store);
      await expectListed(store, filter, []);
      const { hits } = await store.units.search({ text: 'lesson', filter: { domains: ['api'], ...filter }, limit: 5 });
      expect(hits).toHaveLength(filter.statuses || filter.tiers || filter.within ? 0 : 1);
    });

    it('compares languages and frameworks exactly', async ({ store }) => {
      const one = await put(store, { context: { languages: ['Go', ' go '], frameworks: ['vue'] } });
      await put(store, { context: { languages: ['vue'], frameworks: ['Go'] } });
      await expectListed(store, { languages: ['C', 'Go'] }, [one]);
      await expectListed(store, { languages: [' go '] }, [one]);
      await expectListed(store, { languages: ['go', 'GO', 'Go '] }, []);
      await expectListed(store, { frameworks: ['vue', 'gin'] }, [one]);
      await expectListed(store, { frameworks: ['Vue'] }, []);
    });

    it('compares languages, frameworks and patterns in NFC, and keeps them as they were sent', async ({ store }) => {
      const context = { languages: ['re\u0301', 'ré'], frameworks: ['한'], pattern: 'MU\u0308LL' };
      const one = await put(store, { domains: ['api'], context });
      expect((await store.units.find(one.id))?.context).toEqual(context);
      for (const form of ['NFC', 'NFD'] as const) {
        const [language, framework, pattern] = ['ré', '한', 'müll'].map((text) => text.normalize(form)) as [
          string,
          string,
          string,
        ];
        const asked = { languages: [language], frameworks: [framework], pattern };
        await expectListed(store, asked, [one]);
        const { hits } = await store.units.search({ filter: { domains: ['api'], ...asked }, limit: 5 });
        expect(hits.map(({ signals }) => signals)).toMatchObject([{ language: 1, framework: 1, pattern: 1 }]);
      }
      await expectListed(store, { languages: ['re'] }, []);
    });

    it.for([
      ['Retry', 'rETRY', true],
      ['Ärger-Ωmega', 'äRGER-ωMEGA', true],
      ['ПОВТОР', 'повтор', true],
      ['Straße', 'STRAßE', true],
      ['Straße', 'STRASSE', false],
      [' Retry ', 'Retry', false],
      ['re_ry', 'retry', false],
    ] as const)('has the pattern %j asked for by %j: %j', async ([has, pattern, found], { store }) => {
      const unit = await put(store, { context: { pattern: has } });
      await put(store);
      await expectListed(store, { pattern }, found ? [unit] : []);
    });

    it('takes both ends of a range of confidence', async ({ store }) => {
      const [low, middle, high] = [
        await putConfident(store, 0.3, { createdAt: later(1) }),
        await putConfident(store, 0.44999999999999996, { createdAt: later(2) }),
        await putConfident(store, 1, { createdAt: later(3) }),
      ];
      await expectListed(store, { confidence: { min: 0.3, max: 0.44999999999999996 } }, [low, middle]);
      await expectListed(store, { confidence: { min: 0.45 } }, [high]);
      await expectListed(store, { confidence: { max: 0.44999999999999996 } }, [low, middle]);
      await expectListed(store, { confidence: { min: 1, max: 1 } }, [high]);
      await expectListed(store, { confidence: { min: 0.6, max: 0.5 } }, []);
      await expectListed(store, { confidence: {} }, [low, middle, high]);
    });

    it('takes the beginning of a time, and not its end', async ({ store }) => {
      const [one, two, three] = [
        await put(store, { createdAt: later(1) }),
        await put(store, { createdAt: later(2) }),
        await put(store, { createdAt: later(3) }),
      ];
      await expectListed(store, { createdAt: { from: later(1), to: later(3) } }, [one, two]);
      await expectListed(store, { createdAt: { from: later(2) } }, [two, three]);
      await expectListed(store, { createdAt: { to: later(2) } }, [one]);
      await expectListed(store, { createdAt: { from: later(2), to: later(2) } }, []);
    });

    it('tells units with flags from units without', async ({ store }) => {
      const [flagged, plain] = [await put(store), await put(store)];
      await store.units.flag(aFlag(flagged.id), confidence.flagged);
      await store.units.flag(aFlag(flagged.id), confidence.flagged);
      await expectListed(store, { hasFlags: true }, [flagged]);
      await expectListed(store, { hasFlags: false }, [plain]);
    });

    it('tells units that are held for what looks like secrets from all others', async ({ store }) => {
      const findings = [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }];
      const held = await put(store, { held: { findings, releasedBy: null } });
      const released = await put(store, { held: { findings, releasedBy: 'rob' } });
      const plain = await put(store);
      await expectListed(store, { held: true }, [held]);
      await expectListed(store, { held: false }, [released, plain]);
      for (const question of [{ text: 'lesson' }, { filter: { domains: ['api'] } }])
        for (const wanted of [true, false]) {
          const filter = { ...question.filter, held: wanted };
          const { hits } = await store.units.search({ ...question, filter, limit: 9 });
          expect(idsOf(hits.map(({ unit }) => unit)).sort()).toEqual(idsOf(wanted ? [held] : [released, plain]).sort());
        }
    });

    it('takes what was reviewed between two instants, and nothing that waits', async ({ store }) => {
      const reviewed = (ms: number) =>
        put(store, {
          review: { ...aReview('approved'), reviewedAt: later(ms) },
        });
      const [one, two, three] = [await reviewed(10), await reviewed(20), await reviewed(30)];
      await put(store, { status: 'pending', review: null });
      await expectListed(store, { reviewedAt: { from: later(20) } }, [two, three]);
      await expectListed(store, { reviewedAt: { to: later(20) } }, [one]);
      await expectListed(store, { reviewedAt: { from: later(10), to: later(30) } }, [one, two]);
      await expectListed(store, { reviewedAt: { from: later(40) } }, []);
      const { hits } = await store.units.search({
        text: 'lesson',
        filter: { reviewedAt: { to: later(20) } },
        limit: 9,
      });
      expect(idsOf(hits.map(({ unit }) => unit))).toEqual([one.id]);
    });

    it('takes the units of one proposer, by the whole name, however long', async ({ store }) => {
      const long = 'ä😀'.repeat(2000);
      const [mia, one, two] = [
        await put(store, { createdBy: 'mia' }),
        await put(store, { createdBy: `${long}1` }),
        await put(store, { createdBy: `${long}2` }),
      ];
      await expectListed(store, { createdBy: 'mia' }, [mia]);
      await expectListed(store, { createdBy: `${long}1` }, [one]);
      await expectListed(store, { createdBy: `${long}2` }, [two]);
      await expectListed(store, { createdBy: long }, []);
      await expectListed(store, { createdBy: 'Mia' }, []);
    });

    it('takes units within some domains beside those that it asks for', async ({ store }) => {
      const [one, two] = [await put(store, { domains: ['a', 'b'] }), await put(store, { domains: ['b', 'c'] })];
      await expectListed(store, { within: ['a', 'x'] }, [one]);
      await expectListed(store, { domains: ['b'], within: ['a', 'c'] }, [one, two]);
      await expectListed(store, { domains: ['b'], within: ['c'] }, [two]);
      await expectListed(store, { domains: ['a', 'b'], domainMatch: 'all', within: ['c'] }, []);
    });

    it('narrows by all of its fields together', async ({ store }) => {
      const next = random(11);
      const { one, some } = drawing(next);
      const [units, flagged, answered] = [[] as KnowledgeUnit[], new Set<string>(), new Map<string, Date>()];
      const [tags, names, tiers] = [['a', 'b', 'c', 'd'], ['x', 'y', 'X'], ['private', 'public', 'local'] as const];
      const [statuses, levels] = [
        ['approved', 'pending', 'retired', 'rejected', 'superseded'] as const,
        [0.5, 0.25, 0.6, 1, 0],
      ];
      const maybe = <K extends keyof UnitFilter>(field: K, value: UnitFilter[K]) => next() < 0.25 && { [field]: value };
      for (let count = 0; count < 60; count++) {
        const status = one(statuses);
        const decision = status === 'rejected' ? 'rejected' : 'approved';
        const unit = await put(store, {
          review: status === 'pending' ? null : { ...aReview(decision), reviewedAt: later(count + 3) },
          domains: some(tags, 3),
          context: { languages: some(names, 2), frameworks: some(names, 2), pattern: one(['', 'P', 'q']) },
          status,
          tier: one(tiers),
          createdAt: later(count),
          createdBy: one(['mia', 'zoe']),
          confirmers: one([0, 1, 2]),
          ...(next() < 0.5 && { held: { findings: [], releasedBy: one([null, 'rob']) } }),
          evidence: {
            confidence: one(levels),
            confirmations: 1,
            firstObservedAt: null,
            lastConfirmedAt: one([null, later(count + 7)]),
          },
        });
        units.push(unit);
        if (next() < 0.4) {
          answered.set(unit.id, later(count + 5));
          store.usage.record([unit.id], later(count + 5));
        }
        if (next() < 0.3) {
          const twin = { ...unit, id: `${unit.id}f` };
          await store.units.restore(twin, [aFlag(twin.id)]);
          flagged.add(twin.id);
          units.push(twin);
        }
      }
      await store.usage.save();
      let found = 0;
      for (let count = 0; count < 120; count++) {
        const filter: UnitFilter = {
          ...maybe('statuses', some(statuses, 2)),
          ...maybe('domains', some(tags, 3)),
          ...maybe('domainMatch', one(['all', 'any'] as const)),
          ...maybe('languages', some(names, 2)),
          ...maybe('frameworks', some(names, 2)),
          ...maybe('pattern', one(['p', 'Q', 'none'])),
          ...maybe('tiers', some(tiers, 2)),
          ...maybe('confidence', { min: one([0, 0.35, 0.5]), max: one([1, 0.6, 0.5]) }),
          ...maybe('createdAt', { from: later(Math.floor(next() * 30)), to: later(30 + Math.floor(next() * 30)) }),
          ...maybe('reviewedAt', one([{ from: later(10) }, { to: later(40) }, { from: later(9), to: later(50) }])),
          ...maybe('hasFlags', next() < 0.5),
          ...maybe('held', next() < 0.5),
          ...maybe('flags', one([{ min: 1 }, { max: 0 }, { min: 1, max: 1 }])),
          ...maybe('confirmers', { min: one([0, 1]), max: one([2, 1]) }),
          ...maybe('lastConfirmedAt', { from: later(Math.floor(next() * 30)), to: one([later(40), undefined]) }),
          ...maybe('lastAnsweredAt', one([{ from: later(20) }, { to: later(30) }, { from: later(9), to: later(50) }])),
          ...maybe('createdBy', one(['mia', 'zoe'])),
          ...maybe('within', some(tags, 3)),
        };
        const expected = units.filter((unit) => fits(unit, filter, flagged, answered));
        found += expected.length;
        await expectListed(store, filter, expected);
      }
      // the questions are not all too narrow to tell
      expect(found).toBeGreaterThan(300);
    });
  });
}
