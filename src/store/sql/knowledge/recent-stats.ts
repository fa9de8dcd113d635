import type { DayCounts, Figures, RecentFigures } from '../../store.ts';

/** A figure is kept at least this long … */
const freshMs = 5000;
/** … or this many times as long as it took to count, so that counting takes a hundredth of a thread's time at most, … */
const share = 100;
/** … but no longer than this. */
const longestMs = 60_000;
/** Many years, and the few other figures; the one asked for longest ago goes first. */
const maxKept = 200;
/** Domains are counted for all who ask for up to so many: a page of GraphQL, and what REST answers. */
const domainLimits = [100, 1000];

interface Kept {
  readonly figure: Promise<unknown>;
  readonly at: number;
  until: number;
}

/** The figures, counted once for all who ask within some seconds, however many that are and in whatever ranges they ask. */
export function createRecentFigures(figures: Figures, now: () => number = Date.now): RecentFigures {
  const kept = new Map<string, Kept>();

  function recently<T>(name: string, count: () => Promise<T>): Promise<T> {
    const known = kept.get(name);
    kept.delete(name);
    const one = known && known.until > now() ? known : start(name, count);
    kept.set(name, one);
    if (kept.size > maxKept) kept.delete(kept.keys().next().value as string);
    return one.figure as Promise<T>;
  }

  function start(name: string, count: () => Promise<unknown>): Kept {
    const at = now();
    const one: Kept = { figure: count(), at, until: Number.POSITIVE_INFINITY };
    one.figure.then(
      () => {
        one.until = at + Math.min(longestMs, Math.max(freshMs, (now() - at) * share));
      },
      () => {
        if (kept.get(name) === one) kept.delete(name);
      },
    );
    return one;
  }

  return {
    computedAt() {
      const fresh = [...kept.values()].filter(({ until }) => until > now());
      return new Date(Math.min(now(), ...fresh.map(({ at }) => at)));
    },

    statusCounts: () => recently('status', () => figures.statusCounts()),
    tierCounts: () => recently('tier', () => figures.tierCounts()),

    async domainCounts(limit) {
      const most = domainLimits.find((most) => limit <= most);
      if (most === undefined) return figures.domainCounts(limit);
      return (await recently(`domains ${most}`, () => figures.domainCounts(most))).slice(0, limit);
    },

    confidenceCounts: (edges) => recently(`confidence ${edges.join(' ')}`, () => figures.confidenceCounts(edges)),

    async trends(from, to) {
      // by years: else each range, of which there are any number, would be counted by itself
      const parts = await Promise.all(
        yearsBetween(from, to).map((year) =>
          recently(`year ${year}`, () => figures.trends(`${year}-01-01`, `${year}-12-31`)),
        ),
      );
      const days = parts.flatMap((part): [string, DayCounts][] => [...part]);
      return new Map(days.filter(([day]) => from <= day && day <= to));
    },
  };
}

/** Each year (`YYYY`) from that of a day to that of another. */
function yearsBetween(from: string, to: string): string[] {
  const [first, last] = [Number(from.slice(0, 4)), Number(to.slice(0, 4))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String(first + index).padStart(4, '0'));
}
