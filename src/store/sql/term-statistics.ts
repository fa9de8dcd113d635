import { sql } from 'kysely';
import type { Queries } from './database.ts';

/** How common words are, read from the index and kept for a while: a new unit hardly changes it. */
export interface TermStatistics {
  /** In how many units each term stands, in the order of `terms`, and how many units there are. */
  read(db: Queries, terms: readonly number[]): Promise<{ readonly found: readonly number[]; readonly all: number }>;
}

const freshMs = 30_000;
const maxKept = 50_000;

export function createTermStatistics(now: () => number = Date.now): TermStatistics {
  const kept = new Map<number, { readonly found: number; readonly until: number }>();
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
      const unknown = terms.filter((term) => !isFresh(kept.get(term), all));
      if (unknown.length > 0) {
        const { rows } = await sql<{ term: number; found: number }>`
          select term, count(*) as found from search_postings where term in (${sql.join(unknown)}) group by term`.execute(
          db,
        );
        const counts = new Map(rows.map(({ term, found }) => [Number(term), Number(found)]));
        if (kept.size > maxKept) kept.clear();
        for (const term of unknown) kept.set(term, { found: counts.get(term) ?? 0, until: now() + freshMs });
      }
      return { found: terms.map((term) => kept.get(term)?.found ?? 0), all };
    },
  };

  function isFresh(entry: { until: number } | undefined, all: number): boolean {
    return entry !== undefined && all > 1000 && entry.until > now();
  }
}
