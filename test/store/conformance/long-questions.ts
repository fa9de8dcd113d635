import { describe, expect } from 'vitest';
import { aUnit } from '../../harness.ts';
import { idsOf, put, putMany, type StoreTest } from './fixture.ts';

const frames = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `  File "/srv/app/module${at}.py", line ${at}, in function${at}\n    call${at}(argument${at})`,
  );

export function longQuestionsConformance(it: StoreTest) {
  it('of a text with `rarest`, only so many of its words are searched for, and none is corrected', async ({
    store,
  }) => {
    const [both, common] = [
      await put(store, { insight: { summary: 'Quokkas and zebrafish share a tank', detail: '', action: '' } }),
      await put(store, { insight: { summary: 'Quokkas share a garden', detail: '', action: '' } }),
    ];
    while (await store.units.addSpellings());
    const found = async (text: string, rarest?: number) => {
      const { hits, words, respelt } = await store.units.search({
        text,
        filter: {},
        limit: 10,
        ...(rarest && { rarest }),
      });
      return { ids: idsOf(hits.map(({ unit }) => unit)), used: words.used, respelt: respelt.length };
    };
    expect(await found('quokkas zebrafish', 1)).toEqual({ ids: [both.id], used: 1, respelt: 0 });
    expect(await found('quokkas zebrafish', 2)).toEqual({ ids: [both.id, common.id], used: 2, respelt: 0 });
    expect(await found('quokkas zebrafisch')).toEqual({ ids: [both.id, common.id], used: 2, respelt: 1 });
    expect(await found('quokkas zebrafisch', 2)).toMatchObject({ used: 1, respelt: 0 });
    expect(await found('zebrafisch', 2)).toEqual({ ids: [], used: 0, respelt: 0 });
  });

  describe('a pasted stack trace', () => {
    it('is searched for by its rarest words, wherever they stand', async ({ store }) => {
      const units = Array.from({ length: 60 }, (_, at) =>
        aUnit({
          insight: {
            summary: `File line module${at} function${at} call${at}`,
            detail: 'srv app py argument in',
            action: '',
          },
        }),
      );
      await putMany(store, units);
      const { id } = await put(store, { insight: { summary: 'IntegrityError of zebrafish', detail: '', action: '' } });
      const error = 'django.db.utils.IntegrityError: zebrafish';
      for (const text of [
        `Traceback (most recent call last):\n${frames(40).join('\n')}\n${error}`,
        `${error}\n${frames(40).join('\n')}`,
        [...frames(20), error, ...frames(40)].join('\n'),
      ]) {
        const { hits, words, respelt } = await store.units.search({ text, filter: {}, limit: 200 });
        expect(idsOf(hits.map(({ unit }) => unit))).toContain(id);
        expect(words.used).toBeLessThanOrEqual(64);
        expect(words.given).toBeGreaterThan(64);
        expect(respelt).toEqual([]);
      }
    });

    it('is searched for by the rarer of its common words, where it has no rare ones', async ({ store }) => {
      const common = Array.from(
        { length: 100 },
        (_, at) => `commonplaceword${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10)]}z`,
      );
      const units = Array.from({ length: 40 }, () =>
        aUnit({ insight: { summary: 'All', detail: common.join(' '), action: '' } }),
      );
      const rarer = Array.from({ length: 35 }, () =>
        aUnit({ insight: { summary: 'Rarer', detail: 'uncommonplaceword', action: '' } }),
      );
      await putMany(store, [...units, ...rarer]);
      const { hits, words } = await store.units.search({
        text: `${common.join(' ')} uncommonplaceword`,
        filter: {},
        limit: 200,
      });
      expect(words).toEqual({ used: 64, given: 101 });
      expect(hits.filter(({ unit }) => unit.insight.summary === 'Rarer')).toHaveLength(35);
    });

    it('of the largest size is answered, also where each character is a word of its own', async ({ store }) => {
      const { id } = await put(store, { insight: { summary: '連接超時', detail: '', action: '' } });
      const han = Array.from({ length: 9996 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join(
        '',
      );
      const { hits, words } = await store.units.search({ text: `${han}連接超時`, filter: {}, limit: 10 });
      expect(hits[0]?.unit.id).toBe(id);
      expect(words.given).toBeGreaterThan(10_000);
      expect(words.used).toBeLessThanOrEqual(64);
    });
  });
}
