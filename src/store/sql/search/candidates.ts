import { sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type FilterValues, shapeOf, valuesOf, whereColumnsAndFlags } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';
import { bm25Of, packedImpact } from './match-strength.ts';
import type { QueryTerms } from './query-terms.ts';
import { unitsByDomain } from './units-by-domain.ts';
import type { VectorCandidates } from './vector-candidates.ts';

/** Candidate selection: the units that are ranked, as SQL rows with what their scores are made of. */

/** The most text hits that are ranked; in large domains also the most units by relevance. */
export const maxCandidates = 200;

/** With at most this many units in the domains, every unit is scored by all its postings; with more, only candidates are. */
export const maxExhaustiveScan = 1000;

const selectFiltered = memoizeByShape(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereColumnsAndFlags(units.select(['id', 'confidence']) as never, filter, given, em),
  ),
);

/** What selects candidates besides the domains; null where the query has no text or no vector. */
export interface CandidateSources {
  readonly terms: QueryTerms | null;
  readonly neighbours: VectorCandidates | null;
}

/** Candidates of a search without domains: the best text hits and the nearest neighbours. */
export function textCandidates(db: Database, filter: UnitFilter, { terms, neighbours }: CandidateSources) {
  if (!neighbours) return terms ? topTextHits(db, filter, terms) : sql``;
  const near = sql`select unit_id, cast(null as bigint) as match, near from ${neighbours.rows} meant`;
  const both = terms
    ? sql`${near} union all select unit_id, match, cast(null as integer) as near from (${topTextHits(db, filter, terms)}) worded`
    : near;
  // filtered again: a review may have changed a unit's status since the neighbours were found
  return sql`
    select found.unit_id, unit.confidence, max(found.match) as match, max(found.near) as near
      from (${both}) found ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

/**
 * The unit's BM25 score and the IDF weight that it holds, as SQL: the whole-number sum of impact · IDF, and that of IDF, in one
 * number (see match-strength.ts); null for a unit that holds none of the terms.
 */
function bm25Score({ idfWeight }: QueryTerms, document: string) {
  const cases = [...idfWeight].map(([term, idf]) => sql`when ${term} then cast(${idf} as integer)`);
  const packed = packedImpact(sql.ref('posting.impact'));
  return sql`(select cast(sum(${packed} * case posting.term ${sql.join(cases, sql` `)} end) as bigint) from search_postings posting
    where posting.document = ${sql.ref(document)} and posting.term in (${sql.join([...idfWeight.keys()])}))`;
}

function topTextHits(db: Database, filter: UnitFilter, terms: QueryTerms) {
  return sql`
    select unit_id, confidence, match from (
      select document.unit_id, unit.confidence, ${bm25Score(terms, 'document.id')} as match
        from ${terms.hits} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document
             ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = document.unit_id) scored
     order by ${bm25Of(sql.ref('match'))} desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

/** SQL rows `(id, confidence)`: the units that the filter lets through. */
export function filteredUnits(db: Database, filter: UnitFilter) {
  return selectFiltered(filter).asSql(db.read, valuesOf(filter));
}

/**
 * Candidates of a search with domains: all units in them. For large domains only text hits, vector hits and `best`, the first by
 * relevance (else null).
 */
export function domainCandidates(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  { terms, neighbours }: CandidateSources,
  best: readonly { readonly unit_id: string }[] | null,
) {
  const found = [
    best &&
      best.length > 0 &&
      sql`select column1 as unit_id from (values ${sql.join(best.map(({ unit_id }) => sql`(${unit_id})`))}) best`,
    terms &&
      sql`select document.unit_id from ${terms.hits} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document`,
    neighbours && sql`select unit_id from ${neighbours.rows} meant`,
  ].filter((rows) => rows !== null && rows !== false);
  const among = best
    ? { rows: sql`(${sql.join(found, sql` union `)})`, match: sql`tag.unit_id = found.unit_id` }
    : undefined;
  return sql`
    select tag.*${terms ? sql`, coalesce(${bm25Score(terms, 'document.id')}, 0) as match` : sql``}${neighbours ? sql`, meant.near` : sql``}
      from (${unitsByDomain(db, filter, domains, among)}) tag
           ${terms ? sql`${db.dialect.orderedJoin} search_documents document on document.unit_id = tag.unit_id` : sql``}
           ${neighbours ? sql`left join ${neighbours.rows} meant on meant.unit_id = tag.unit_id` : sql``}`;
}
