import { describe, expect, it } from 'vitest';
import { cacheFigures } from '../../src/store/sql/knowledge/stats-cache.ts';
import type { DayCounts, Figures } from '../../src/store/store.ts';

/** Figures that count how often they are counted, each of which takes `tookMs` of a clock. */
function counted({ tookMs = 10 } = {}) {
  const asked: string[] = [];
  const state = { now: 1_000_000, fails: false };
  const count = async <T>(what: string, figure: T): Promise<T> => {
    asked.push(what);
    await null;
    state.now += tookMs;
    if (state.fails) throw new Error('away');
    return figure;
  };
  const day: DayCounts = { proposed: 1, approved: 0, rejected: 0 };
  const figures: Figures = {
    statusCounts: () => count('status', { approved: asked.length }),
    tierCounts: () => count('tier', { private: 1 }),
    domainCounts: (limit) =>
      count(
        `domains ${limit}`,
        Array.from({ length: Math.min(limit, 1500) }, (_, index) => ({ domain: `d${index}`, count: 1 })),
      ),
    confidenceCounts: (edges) => count(`confidence ${edges.join(' ')}`, [1]),
    neverAnswered: () => count('never', 1),
    contributors: (limit) => count(`contributors ${limit}`, [{ username: 'mia', approved: 2 }]),
    trends: (from, to) =>
      count(`${from} to ${to}`, new Map([from, `${from.slice(0, 8)}15`, to].map((at) => [at, day]))),
  };
  return { asked, state, recent: cacheFigures(figures, () => state.now) };
}

describe('recent figures', () => {
  it('are counted once for all who ask at once and within some seconds', async () => {
    const { asked, state, recent } = counted();
    const begun = state.now;
    const all = await Promise.all(Array.from({ length: 20 }, () => recent.statusCounts()));
    expect(new Set(all).size).toBe(1);
    state.now = begun + 4999;
    expect(await recent.statusCounts()).toBe(all[0]);
    expect(asked).toEqual(['status']);
    expect(recent.computedAt()).toEqual(new Date(begun));
    state.now = begun + 5000;
    expect(recent.computedAt()).toEqual(new Date(state.now));
    expect(await recent.statusCounts()).not.toEqual(all[0]);
    expect(asked).toEqual(['status', 'status']);
  });

  it('are kept longer where counting takes long, and not for ever', async () => {
    for (const [tookMs, keptMs] of [
      [100, 10_000],
      [10_000, 60_000],
    ] as const) {
      const { asked, state, recent } = counted({ tookMs });
      const begun = state.now;
      await recent.tierCounts();
      state.now = begun + keptMs - 1;
      await recent.tierCounts();
      expect(asked).toHaveLength(1);
      state.now = begun + keptMs;
      await recent.tierCounts();
      expect(asked).toHaveLength(2);
    }
  });

  it('that could not be counted are counted for the next one', async () => {
    const { asked, state, recent } = counted();
    state.fails = true;
    const failed = await Promise.allSettled([recent.tierCounts(), recent.tierCounts()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    state.fails = false;
    expect(await recent.tierCounts()).toEqual({ private: 1 });
    expect(asked).toHaveLength(2);
  });

  it('of domains are counted for any number of them, a page apart from many', async () => {
    const { asked, recent } = counted();
    const lengths = await Promise.all(
      [1, 20, 100, 101, 1000].map(async (limit) => (await recent.domainCounts(limit)).length),
    );
    expect(lengths).toEqual([1, 20, 100, 101, 1000]);
    expect(asked).toEqual(['domains 100', 'domains 1000']);
    expect(await recent.domainCounts(1001)).toHaveLength(1001);
  });

  it('of days are counted by years, however the ranges lie', async () => {
    const { asked, recent } = counted();
    const days = async (from: string, to: string) => [...(await recent.trends(from, to)).keys()];
    expect(await days('2027-12-15', '2028-12-31')).toEqual(['2027-12-31', '2028-01-01', '2028-01-15', '2028-12-31']);
    for (let day = 10; day < 29; day++) await days(`2028-01-${day}`, `2028-02-${day}`);
    expect(await days('2028-02-02', '2028-02-02')).toEqual([]);
    expect(await days('2028-01-15', '2028-01-15')).toEqual(['2028-01-15']);
    expect(asked).toEqual(['2027-01-01 to 2027-12-31', '2028-01-01 to 2028-12-31']);
    expect(await days('9999-12-31', '9999-12-31')).toEqual(['9999-12-31']);
  });

  it('keep no more years than a few hundred', async () => {
    const { asked, recent } = counted();
    await recent.trends('2000-01-01', '2249-12-31');
    expect(asked).toHaveLength(250);
    await recent.trends('2249-12-01', '2249-12-31');
    expect(asked).toHaveLength(250);
    await recent.trends('2000-01-01', '2000-01-31');
    expect(asked).toHaveLength(251);
  });
});
