import { LRUCache } from 'lru-cache';
import type { DayCounts, Figures, RecentFigures } from '../../store.ts';

/**
 * A figure is cached for `costFactor` times as long as it took to count, within these limits: counting then takes at most a
 * hundredth of a thread's time.
 */
const [minTtlMs, maxTtlMs] = [5000, 60_000];
const costFactor = 100;
/** Cached figures, mostly years of trends; the least recently used is evicted. */
const maxEntries = 200;
/** Domains are counted up to one of these limits (a page of GraphQL, and REST's), so that callers share the cached counts. */
const domainLimits = [100, 1000];

/** So many are kept, whoever asks for how many. */
const maxContributors = 100;

interface Entry {
  readonly figure: Promise<unknown>;
  readonly at: number;
  until: number;
}

/** The figures, cached for some seconds and shared by all callers: concurrent calls count once. */
export function cacheFigures(figures: Figures, now: () => number): RecentFigures {
  const cache = new LRUCache<string, Entry>({ max: maxEntries });

  function cached<T>(name: string, count: () => Promise<T>): Promise<T> {
    let one = cache.get(name);
    if (!one || one.until <= now()) {
      one = start(name, count);
      cache.set(name, one);
    }
    return one.figure as Promise<T>;
  }

  function start(name: string, count: () => Promise<unknown>): Entry {
    const at = now();
    const one: Entry = { figure: count(), at, until: Number.POSITIVE_INFINITY };
    one.figure.then(
      () => {
        one.until = at + Math.min(maxTtlMs, Math.max(minTtlMs, (now() - at) * costFactor));
      },
      () => {
        if (cache.peek(name) === one) cache.delete(name);
      },
    );
    return one;
  }

  return {
    computedAt() {
      const fresh = [...cache.values()].filter(({ until }) => until > now());
      return new Date(Math.min(now(), ...fresh.map(({ at }) => at)));
    },

    forget: () => cache.clear(),

    statusCounts: () => cached('status', () => figures.statusCounts()),
    tierCounts: () => cached('tier', () => figures.tierCounts()),

    async domainCounts(limit) {
      const max = domainLimits.find((max) => limit <= max);
      if (max === undefined) return figures.domainCounts(limit);
      return (await cached(`domains ${max}`, () => figures.domainCounts(max))).slice(0, limit);
    },

    confidenceCounts: (edges) => cached(`confidence ${edges.join(' ')}`, () => figures.confidenceCounts(edges)),

    neverAnswered: () => cached('never answered', () => figures.neverAnswered()),
    contributors: async (limit) =>
      (await cached('contributors', () => figures.contributors(maxContributors))).slice(0, limit),

    async trends(from, to) {
      // cached by year, since the number of possible ranges is unbounded
      const parts = await Promise.all(
        yearsBetween(from, to).map((year) =>
          cached(`year ${year}`, () => figures.trends(`${year}-01-01`, `${year}-12-31`)),
        ),
      );
      const days = parts.flatMap((part): [string, DayCounts][] => [...part]);
      return new Map(days.filter(([day]) => from <= day && day <= to));
    },
  };
}

/** The years (`YYYY`) from that of the first day to that of the last. */
function yearsBetween(from: string, to: string): string[] {
  const [first, last] = [Number(from.slice(0, 4)), Number(to.slice(0, 4))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => String(first + index).padStart(4, '0'));
}
