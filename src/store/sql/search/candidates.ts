import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import { customPlan } from '../custom-plan.ts';
import type { Database } from '../database.ts';
import { type FilterValues, shapeOf, valuesOf, whereColumnsAndFlags } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';
import { inStatus, unitsByDomain } from './units-by-domain.ts';
import type { VectorCandidates } from './vector-candidates.ts';
import type { WordCandidates } from './word-candidates.ts';

/** Candidate selection: the units that are ranked, as SQL rows with what their scores are made of. */

/** The most text hits that are ranked; in large domains also the most units by relevance. */
export const maxCandidates = 200;

/** With at most this many units in the domains, every unit is scored by all its postings; with more, only candidates are. */
const maxExhaustiveScan = 1000;

const selectFiltered = memoizeByShape(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereColumnsAndFlags(units.select(['id', 'confidence']) as never, filter, given, em),
  ),
);

/** What selects candidates besides the domains; null where the query has no text or no vector. */
export interface CandidateSources {
  readonly words: WordCandidates | null;
  readonly neighbours: VectorCandidates | null;
}

/** Candidates of a search without domains: the best text hits and the nearest neighbours. */
export function textCandidates(db: Database, filter: UnitFilter, { words, neighbours }: CandidateSources) {
  if (!neighbours) return words ? topTextHits(db, filter, words) : sql``;
  const none = sql`cast(null as integer)`;
  const near = sql`select unit_id, ${none} as match, ${none} as held, near from ${neighbours.rows} meant`;
  const both = words
    ? sql`${near} union all select unit_id, match, held, ${none} as near from (${topTextHits(db, filter, words)}) worded`
    : near;
  // filtered again: a review may have changed a unit's status since the neighbours were found
  return sql`
    select found.unit_id, unit.confidence, max(found.match) as match, max(found.held) as held, max(found.near) as near
      from (${both}) found ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

function topTextHits(db: Database, filter: UnitFilter, { rows }: WordCandidates) {
  return sql`
    select document.unit_id, unit.confidence, hit.match, hit.held
      from ${rows} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document
           ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = document.unit_id
     order by match desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

/** SQL rows `(id, confidence)`: the units that the filter lets through. */
export function filteredUnits(db: Database, filter: UnitFilter) {
  return selectFiltered(filter).asSql(db.read, valuesOf(filter));
}

/** The documents of units that pass the filter, at most `limit`. */
export function filteredDocuments(db: Database, filter: UnitFilter, limit: number): Promise<number[]> {
  return documentsOf(db, sql`select id as unit_id from (${filteredUnits(db, filter)}) unit limit ${sql.lit(limit)}`);
}

/** The documents of all units in the domains, in the filter's statuses; null where there are too many to score every one. */
export async function domainDocuments(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
): Promise<number[] | null> {
  const documents = await documentsOf(
    db,
    sql`
      select unit_id from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
       limit ${sql.lit(maxExhaustiveScan + 1)}`,
  );
  return documents.length > maxExhaustiveScan ? null : documents;
}

/** The documents of the candidates that large domains have whatever their words: the best by relevance, and the nearest neighbours. */
export async function wordlessDocuments(
  db: Database,
  best: readonly BestByRelevance[],
  neighbours: VectorCandidates | null,
): Promise<number[]> {
  const units = wordless(best, neighbours);
  return units ? documentsOf(db, units) : [];
}

/** The documents of units, SQL rows `(unit_id)`. */
async function documentsOf(db: Database, units: RawBuilder<unknown>): Promise<number[]> {
  const { rows } = await sql<{ document: number }>`
    select document.id as document
      from (${units}) wanted ${db.dialect.orderedJoin} search_documents document on document.unit_id = wanted.unit_id`.execute(
    db.search,
  );
  return rows.map(({ document }) => document);
}

interface BestByRelevance {
  readonly unit_id: string;
}

function wordless(best: readonly BestByRelevance[], neighbours: VectorCandidates | null) {
  const parts = [
    ...(best.length > 0
      ? [sql`select column1 as unit_id from (values ${sql.join(best.map(({ unit_id }) => sql`(${unit_id})`))}) best`]
      : []),
    ...(neighbours ? [sql`select unit_id from ${neighbours.rows} meant`] : []),
  ];
  return parts.length > 0 ? sql`${sql.join(parts, sql` union `)}` : null;
}

/**
 * Candidates of a search with domains: all units in them. For large domains only text hits, vector hits and `best`, the first by
 * relevance (else null). Where there is a text, `words` has each of them.
 */
export function domainCandidates(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  { words, neighbours }: CandidateSources,
  best: readonly BestByRelevance[] | null,
) {
  // materialized, so that it is joined by an index over its few rows
  const worded = words
    ? sql`with worded as materialized (
        select document.unit_id, hit.match, hit.held
          from ${words.rows} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document)`
    : sql``;
  const found = best && (words ? sql`select unit_id from worded` : wordless(best, neighbours));
  const among = found ? { rows: sql`(${found})`, match: sql`tag.unit_id = found.unit_id` } : undefined;
  return sql`
    ${sql.raw(customPlan)}
    ${worded}
    select tag.*${words ? sql`, worded.match, worded.held` : sql``}${neighbours ? sql`, meant.near` : sql``}
      from (${unitsByDomain(db, filter, domains, among)}) tag
           ${words ? sql`join worded on worded.unit_id = tag.unit_id` : sql``}
           ${neighbours ? sql`left join ${neighbours.rows} meant on meant.unit_id = tag.unit_id` : sql``}`;
}
