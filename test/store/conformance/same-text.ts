import { describe, expect } from 'vitest';
import { aProposal, idsOf, later, noon, put, type StoreTest } from './fixture.ts';

export function sameTextConformance(it: StoreTest) {
  describe('the same text', () => {
    const insight = { summary: 'Pin the Café', detail: 'It breaks.\nOften.', action: '' };
    const both = ['approved', 'pending'] as const;

    it('is found but for case, white space and normal forms, the oldest first', async ({ store }) => {
      const second = await put(store, { insight, createdAt: later(2) });
      const first = await put(store, {
        insight: { summary: ' PIN the\u2003Cafe\u0301 ', detail: 'it breaks. often.', action: '\n' },
        createdAt: later(1),
        status: 'pending',
      });
      await put(store, { insight, status: 'rejected' });
      const proposed = await store.units.propose(aProposal({ insight }), later(3));
      for (const other of [{ detail: 'It breaks, often.' }, { action: '!' }, { summary: '', action: insight.summary }])
        await put(store, { insight: { ...insight, ...other } });
      expect(idsOf(await store.units.withText(insight, both, 9))).toEqual(idsOf([first, second, proposed]));
      expect(await store.units.withText(insight, ['approved'], 9)).toEqual([second]);
      expect(await store.units.withText(insight, both, 1)).toEqual([first]);
      expect(await store.units.withText({ ...insight, detail: 'Never.' }, both, 9)).toEqual([]);
    });

    it('is found of texts without a word', async ({ store }) => {
      const shown = (sign: string) => ({ summary: sign, detail: '', action: '' });
      const unit = await put(store, { insight: shown('😀') });
      expect(idsOf(await store.units.withText(shown('😀'), both, 9))).toEqual([unit.id]);
      expect(await store.units.withText(shown('😁'), both, 9)).toEqual([]);
    });

    it('has a hash already where this program wrote it', async ({ store }) => {
      await put(store);
      await store.units.propose(aProposal(), noon);
      expect(await store.units.hashTexts(9)).toBe(0);
    });
  });
}
