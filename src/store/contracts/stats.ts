import type { Contributor, DayCounts, ReviewStatus, Tier } from '../records.ts';

/** Exact counts over all units, read from counters that triggers maintain where nothing else is said. */
export interface Figures {
  /** Units by status; statuses without units are absent. */
  statusCounts(): Promise<Partial<Record<ReviewStatus, number>>>;
  /** Approved units by tier; tiers without units are absent. */
  tierCounts(): Promise<Partial<Record<Tier, number>>>;
  /** The `limit` domains with the most approved units, most first, ties by name in code-point order. */
  domainCounts(limit: number): Promise<{ readonly domain: string; readonly count: number }[]>;
  /**
   * A histogram of approved units by confidence: one count for each bucket `[edges[i], edges[i + 1])`; one that ends with 1
   * includes 1. Edges must be ascending tenths from 0 to 1; throws a `RangeError` for others.
   */
  confidenceCounts(edges: readonly number[]): Promise<number[]>;
  /** Approved units that were never given as an answer: a count over them. */
  neverAnswered(): Promise<number>;
  /**
   * The `limit` people who proposed most of the units that were approved in the last 90 days, of the last 10,000 of these; most first, ties by
   * name in code-point order.
   */
  contributors(limit: number): Promise<Contributor[]>;
  /** Proposals and decisions by day (UTC, `YYYY-MM-DD`), from `from` to `to` inclusive; days without any are absent. */
  trends(from: string, to: string): Promise<ReadonlyMap<string, DayCounts>>;
}

/** The same figures from a cache: some seconds old, at most a minute where counting takes long; concurrent calls count once. */
export interface RecentFigures extends Figures {
  /** When the oldest cached figure was counted. */
  computedAt(): Date;
  /** Empties the cache. */
  forget(): void;
}

export interface StatsStore extends Figures {
  readonly recent: RecentFigures;
  /** Merges the counters of single sessions (PostgreSQL). Call it periodically; it changes no figure. */
  fold(): Promise<void>;
}
