import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import { indexable } from '../knowledge/rows.ts';

/**
 * cq's relevance by domains and context, as SQL: `0.55·|U∩Q|/|U∪Q| + 0.15·language + 0.15·framework + 0.15·pattern`, at most 1.
 * Summands and their order are those of the Python server, so that the doubles are equal to the last bit.
 */

/** The weights of the domains and of each signal of the context. */
export const domainWeight = 0.55;
const contextWeight = 0.15;

/** The weighted sum. Signals that the filter does not ask for are 0 and left out; only with all three can the sum pass 1. */
export function relevance(filter: UnitFilter) {
  const context = requestedContext(filter);
  const weighted = (weight: number, signal: string) => sql`${double(weight)} * ${sql.ref(signal)}`;
  const sum = sql.join(
    [weighted(domainWeight, 'domain'), ...context.map((name) => weighted(contextWeight, name))],
    sql` + `,
  );
  return context.length === 3 ? sql`case when ${sum} > 1.0 then ${double(1)} else ${sum} end` : sql`(${sum})`;
}

/**
 * The highest relevance of a unit with `domainCount` domains that shares `shared` of the query's `asked`: with every signal of
 * the context. Summed in the same order as in SQL, so that no unit's relevance is above it by a rounding.
 */
export function highestRelevance(filter: UnitFilter, asked: number, shared: number, domainCount: number): number {
  const domain = domainWeight * (shared / (domainCount + asked - shared));
  return Math.min(
    requestedContext(filter).reduce((sum) => sum + contextWeight, domain),
    1,
  );
}

/** The names of the context signals that the filter asks for. */
export function requestedContext({ languages, frameworks, pattern }: UnitFilter): string[] {
  const requested = { language: languages?.length, framework: frameworks?.length, pattern };
  return Object.entries(requested).flatMap(([name, value]) => (value ? [name] : []));
}

/** Jaccard similarity of the unit's domains and the query's, `|U∩Q| / |U∪Q|`, as a double. */
export function jaccard(domains: readonly string[]) {
  return sql`cast(shared as double precision) / (domain_count + ${sql.lit(domains.length)} - shared)`;
}

/** A number as a double: PostgreSQL computes with a bare `0.55` as an exact decimal (`numeric`). */
export function double(value: number) {
  return sql`cast(${sql.lit(value)} as double precision)`;
}

/** One column for each context signal: 1 where the unit has one of the requested values, else 0. */
export function contextMatchColumns({ languages, frameworks, pattern }: UnitFilter, unit: RawBuilder<unknown>) {
  const matches = (kind: string, values: readonly string[]) =>
    values.length === 0
      ? double(0)
      : sql`case when exists (select 1 from knowledge_unit_context context
          where context.unit_id = ${unit} and kind = ${kind} and value in (${sql.join(values.map(indexable))})) then ${double(1)} else ${double(0)} end`;
  return sql`
    ${matches('language', languages ?? [])} as language,
    ${matches('framework', frameworks ?? [])} as framework,
    ${matches('pattern', pattern ? [pattern.toLowerCase()] : [])} as pattern`;
}
