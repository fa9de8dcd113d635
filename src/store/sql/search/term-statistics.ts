import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Queries } from '../queries.ts';

/** In how many units a term stands, and in how many of them with which impact, the highest one first. */
export interface TermCounts {
  readonly found: number;
  readonly impacts: readonly { readonly impact: number; readonly found: number }[];
}

/** How common words are, read from the index and kept for a while: a new unit hardly changes it. */
export interface TermStatistics {
  /** Of each term, in the order of `terms`, and how many units there are. */
  read(
    db: Queries,
    terms: readonly number[],
  ): Promise<{ readonly counts: readonly TermCounts[]; readonly all: number }>;
  /** Counts anew from now on: units have other words than before. */
  forget(): void;
}

const freshMs = 30_000;
/** A word in more units than this takes long to count, and a new unit changes even less. */
const [commonFrom, commonFreshMs] = [10_000, 600_000];
/** Words, and the different impacts of all of them together, each some 50 bytes. */
const [maxKept, maxImpacts] = [20_000, 400_000];
const nowhere: TermCounts = { found: 0, impacts: [] };

export function createTermStatistics(now: () => number = Date.now): TermStatistics {
  const kept = new LRUCache<number, { readonly counts: TermCounts; readonly until: number }>({
    max: maxKept,
    maxSize: maxImpacts,
    sizeCalculation: ({ counts }) => 1 + counts.impacts.length,
  });
  let total = { all: 0, until: 0 };

  async function countAll(db: Queries): Promise<number> {
    // a small collection changes with each unit, and is counted in no time
    if (total.until > now() && total.all > 1000) return total.all;
    const { rows } = await sql<{ all: number }>`select count(*) as "all" from search_documents`.execute(db);
    total = { all: Number(rows[0]?.all ?? 0), until: now() + freshMs };
    return total.all;
  }

  return {
    async read(db, terms) {
      const all = await countAll(db);
      const known = new Map(terms.map((term) => [term, kept.get(term)]));
      const unknown = terms.filter((term) => !isFresh(known.get(term), all));
      const counted = unknown.length > 0 ? await count(db, unknown) : new Map<number, TermCounts>();
      for (const term of unknown) {
        const counts = counted.get(term) ?? nowhere;
        kept.set(term, { counts, until: now() + (counts.found > commonFrom ? commonFreshMs : freshMs) });
      }
      return { counts: terms.map((term) => counted.get(term) ?? known.get(term)?.counts ?? nowhere), all };
    },

    forget() {
      kept.clear();
    },
  };

  function isFresh(entry: { until: number } | undefined, all: number): boolean {
    return entry !== undefined && all > 1000 && entry.until > now();
  }
}

async function count(db: Queries, terms: readonly number[]): Promise<Map<number, TermCounts>> {
  const { rows } = await sql<{ term: number; impact: number; found: number }>`
    select term, impact, count(*) as found from search_postings where term in (${sql.join([...terms])})
     group by term, impact order by term, impact desc`.execute(db);
  const counted = new Map<number, { found: number; impacts: { impact: number; found: number }[] }>();
  for (const row of rows) {
    const [term, found] = [Number(row.term), Number(row.found)];
    const counts = counted.get(term) ?? { found: 0, impacts: [] };
    counts.found += found;
    counts.impacts.push({ impact: row.impact, found });
    counted.set(term, counts);
  }
  return counted;
}
