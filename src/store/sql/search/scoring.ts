import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import { indexable } from '../knowledge/rows.ts';

/**
 * What a score is made of, as SQL. Relevance is cq's, term by term and in its order, so that the doubles are equal to the
 * last bit: `0.55·|U∩Q|/|U∪Q| + 0.15·language + 0.15·framework + 0.15·pattern`, at most 1.
 */

/** Terms that nobody asked for are 0 and left out, which changes no double; the sum passes 1 only with all of them. */
export function relevance(filter: UnitFilter) {
  const terms = contextAsked(filter);
  const weighted = (weight: number, signal: string) => sql`${double(weight)} * ${sql.ref(signal)}`;
  const sum = sql.join([weighted(0.55, 'domain'), ...terms.map((name) => weighted(0.15, name))], sql` + `);
  return terms.length === 3 ? sql`case when ${sum} > 1.0 then ${double(1)} else ${sum} end` : sql`(${sum})`;
}

/** The kinds of context that the filter asks for, as the signals are called. */
export function contextAsked({ languages, frameworks, pattern }: UnitFilter): string[] {
  const asked = { language: languages?.length, framework: frameworks?.length, pattern };
  return Object.entries(asked).flatMap(([name, value]) => (value ? [name] : []));
}

/** `|U∩Q| / |U∪Q|` as a double. */
export function jaccard(domains: readonly string[]) {
  return sql`cast(shared as double precision) / (domain_count + ${sql.lit(domains.length)} - shared)`;
}

/** A number as a double: PostgreSQL would reckon with a bare `0.55` as an exact decimal. */
export function double(value: number) {
  return sql`cast(${sql.lit(value)} as double precision)`;
}

/** 1 where the unit has one of the values asked for, else 0, for each kind of context. */
export function contextMatchColumns({ languages, frameworks, pattern }: UnitFilter, unit: RawBuilder<unknown>) {
  const boost = (kind: string, values: readonly string[]) =>
    values.length === 0
      ? double(0)
      : sql`case when exists (select 1 from knowledge_unit_context context
          where context.unit_id = ${unit} and kind = ${kind} and value in (${sql.join(values.map(indexable))})) then ${double(1)} else ${double(0)} end`;
  return sql`
    ${boost('language', languages ?? [])} as language,
    ${boost('framework', frameworks ?? [])} as framework,
    ${boost('pattern', pattern ? [pattern.toLowerCase()] : [])} as pattern`;
}
