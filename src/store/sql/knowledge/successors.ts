import { sql } from 'kysely';
import type { Queries } from '../queries.ts';

/** As far as a chain of `superseded_by` is followed. */
export const maxChain = 100;

/**
 * The ends of the chains of `superseded_by`, in the order of `ids`; null for a unit without a successor. Of a chain that has more than
 * `maxChain` units, and of a circle, the first successor: it can be followed from there.
 */
export async function successorsOf(db: Queries, ids: readonly string[]): Promise<(string | null)[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  // raw SQL: the QueryBuilder has no recursion
  const { rows } = await sql<{ start: string; successor: string; place: number }>`
    with recursive chain (start, successor, place) as (
      select id, superseded_by, 1 from knowledge_units
       where id in (${sql.join(wanted)}) and superseded_by is not null
      union all
      select chain.start, unit.superseded_by, chain.place + 1
        from chain join knowledge_units unit on unit.id = chain.successor
       where unit.superseded_by is not null and chain.place <= ${sql.lit(maxChain)})
    select start, successor, place from chain`.execute(db);
  const chains = Map.groupBy(rows, ({ start }) => start);
  return ids.map((id) => {
    const chain = chains.get(id) ?? [];
    const at = (place: number) => chain.find((step) => Number(step.place) === place)?.successor ?? null;
    return chain.length > maxChain ? at(1) : at(chain.length);
  });
}
