import type { DayCounts, ReviewStatus, Tier } from '../records.ts';

/** Counts over all units, as they stand. Each takes as long as there are units. */
export interface Figures {
  /** Statuses without units are absent. */
  statusCounts(): Promise<Partial<Record<ReviewStatus, number>>>;
  /** Approved units; tiers without any are absent. */
  tierCounts(): Promise<Partial<Record<Tier, number>>>;
  /** Approved units; most first, then by name in code-point order. */
  domainCounts(limit: number): Promise<{ readonly domain: string; readonly count: number }[]>;
  /**
   * Approved units by confidence: one count for each `[edges[i], edges[i + 1])`. Edges rise, and are tenths, from 0 to 1; a bucket
   * that ends with 1 holds 1 too. Throws a `RangeError` for others.
   */
  confidenceCounts(edges: readonly number[]): Promise<number[]>;
  /** Days (UTC, `YYYY-MM-DD`) from `from` to `to`, both inclusive; days without anything are absent. */
  trends(from: string, to: string): Promise<ReadonlyMap<string, DayCounts>>;
}

/** The same, some seconds old: counted once for all who ask meanwhile. At most a minute old, where counting takes long. */
export interface RecentFigures extends Figures {
  /** When the oldest of the figures was counted that are answered now. */
  computedAt(): Date;
}

export interface StatsStore extends Figures {
  readonly recent: RecentFigures;
  /** To be called now and then: adds up what the database's sessions have counted each by itself. Changes no figure. */
  fold(): Promise<void>;
}
