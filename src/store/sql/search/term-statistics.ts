import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';

/** The document frequency of a term, and how its posting list divides by impact. */
export interface TermCounts {
  /** How many units hold the term. */
  readonly documentFrequency: number;
  /** How many of them with which impact, the highest impact first. */
  readonly impacts: readonly { readonly impact: number; readonly documents: number }[];
}

/** Cached document frequencies: a new unit hardly changes them. */
export interface TermStatistics {
  /** The counts of each term, in the order of `terms`, and how many units there are. */
  read(
    db: Queries,
    terms: readonly number[],
  ): Promise<{ readonly counts: readonly TermCounts[]; readonly all: number }>;
  /**
   * Divides terms into those that few units have, with how many have each, and the common ones; a term that no unit has is neither.
   * Reads a few entries of each term, however many it has.
   */
  divide(
    db: Database,
    terms: readonly number[],
  ): Promise<{ readonly rare: ReadonlyMap<number, number>; readonly common: ReadonlySet<number> }>;
  /** Empties the cache, after units were reindexed. */
  forget(): void;
}

/** How long counts are cached. */
const ttlMs = 30_000;
/** A term with more documents than this takes long to count, and one more document changes even less. */
const [commonFrom, commonTtlMs] = [10_000, 600_000];
/** Below this many units nothing is cached: one unit changes the statistics, and counting takes no time. */
const minCachedUnits = 1000;
/** What the cache may hold, in (term, impact) entries of some 50 bytes; a term itself counts as `termSize` of them. */
const [maxSize, termSize] = [600_000, 20];
/** A term in more units than this is a common one of a long text. */
const maxRare = 32;
const noDocuments: TermCounts = { documentFrequency: 0, impacts: [] };

export function createTermStatistics(now: () => number = () => performance.now()): TermStatistics {
  const cache = new LRUCache<number, { readonly counts: TermCounts; readonly until: number }>({
    maxSize,
    sizeCalculation: ({ counts }) => termSize + counts.impacts.length,
  });
  let total = { all: 0, until: 0 };

  async function countAll(db: Queries): Promise<number> {
    if (total.until > now() && total.all > minCachedUnits) return total.all;
    // each unit has a document, and triggers count the units
    const { rows } = await sql<{ all: number }>`
      select coalesce(sum(count), 0) as "all" from unit_counts where kind = 'status'`.execute(db);
    total = { all: Number(rows[0]?.all ?? 0), until: now() + ttlMs };
    return total.all;
  }

  return {
    async read(db, terms) {
      const all = await countAll(db);
      const known = new Map(terms.map((term) => [term, cache.get(term)]));
      const unknown = terms.filter((term) => !isFresh(known.get(term), all));
      const counted: Map<number, TermCounts> = unknown.length > 0 ? await countPostings(db, unknown) : new Map();
      for (const term of unknown) {
        // a term that no unit holds any more, whatever was cached
        const counts = counted.get(term) ?? noDocuments;
        counted.set(term, counts);
        cache.set(term, { counts, until: now() + (counts.documentFrequency > commonFrom ? commonTtlMs : ttlMs) });
      }
      return { counts: terms.map((term) => counted.get(term) ?? known.get(term)?.counts ?? noDocuments), all };
    },

    async divide(db, terms) {
      const counted = await countUpTo(db, terms, maxRare + 1);
      return {
        rare: new Map([...counted].filter(([, count]) => count <= maxRare)),
        common: new Set([...counted].filter(([, count]) => count > maxRare).map(([term]) => term)),
      };
    },

    forget() {
      cache.clear();
      total = { all: 0, until: 0 };
    },
  };

  function isFresh(entry: { until: number } | undefined, all: number): boolean {
    return entry !== undefined && all > minCachedUnits && entry.until > now();
  }
}

async function countPostings(db: Queries, terms: readonly number[]): Promise<Map<number, TermCounts>> {
  const { rows } = await sql<{ term: number; impact: number; found: number }>`
    select term, impact, count(*) as found from search_postings where term in (${sql.join([...terms])})
     group by term, impact order by term, impact desc`.execute(db);
  const counted = new Map<number, { documentFrequency: number; impacts: { impact: number; documents: number }[] }>();
  for (const row of rows) {
    const [term, documents] = [Number(row.term), Number(row.found)];
    const counts = counted.get(term) ?? { documentFrequency: 0, impacts: [] };
    counts.documentFrequency += documents;
    counts.impacts.push({ impact: row.impact, documents });
    counted.set(term, counts);
  }
  return counted;
}

/** How many units hold each term, counted up to `most`; without the terms that none holds. */
async function countUpTo({ search, dialect }: Database, terms: readonly number[], most: number) {
  const { rows } = await sql<{ term: number; found: number }>`
    select number as term, (select count(*) from (
             select 1 from search_postings where term = wanted.number limit ${sql.lit(most)}) entries) as found
      from ${dialect.integers(JSON.stringify(terms))} wanted`.execute(search);
  return new Map(
    rows.map(({ term, found }) => [Number(term), Number(found)] as const).filter(([, found]) => found > 0),
  );
}
