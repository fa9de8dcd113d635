import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
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

/** Whether the domains have at most `maxExhaustiveScan` units. */
export async function fitsExhaustiveScan(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
     limit ${sql.lit(maxExhaustiveScan + 1)}`.execute(db.search);
  return rows.length <= maxExhaustiveScan;
}

/** Candidates of a search without domains: the best text hits and the nearest neighbours. */
export function textCandidates(db: Database, filter: UnitFilter, { words, neighbours }: CandidateSources) {
  if (!neighbours) return words ? topTextHits(db, filter, words) : sql``;
  const near = sql`select unit_id, cast(null as integer) as match, near from ${neighbours.rows} meant`;
  const both = words
    ? sql`${near} union all select unit_id, match, cast(null as integer) as near from (${topTextHits(db, filter, words)}) worded`
    : near;
  // filtered again: a review may have changed a unit's status since the neighbours were found
  return sql`
    select found.unit_id, unit.confidence, max(found.match) as match, max(found.near) as near
      from (${both}) found ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

function topTextHits(db: Database, filter: UnitFilter, { rows }: WordCandidates) {
  return sql`
    select document.unit_id, unit.confidence, hit.match
      from ${rows} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document
           ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = document.unit_id
     order by match desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

/** SQL rows `(document)` of at most `limit` units that pass the filter. */
export function filteredDocuments(db: Database, filter: UnitFilter, limit: number) {
  return sql`
    select document.id as document
      from (${filteredUnits(db, filter)}) unit join search_documents document on document.unit_id = unit.id
     limit ${sql.lit(limit)}`;
}

function filteredUnits(db: Database, filter: UnitFilter) {
  return selectFiltered(filter).asSql(db.read, valuesOf(filter));
}

/**
 * SQL rows `(document)` of the units that a search with domains scores by words, whether they have one or not: all units in the
 * domains; of large ones (`byRelevance` is their ranking, else null) the nearest neighbours and the top `maxCandidates` by relevance.
 */
export function domainDocuments(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  neighbours: VectorCandidates | null,
  byRelevance: RawBuilder<unknown> | null,
) {
  const units = byRelevance
    ? sql.join([bestByRelevance(byRelevance), ...(neighbours ? [unitsOf(neighbours)] : [])], sql` union `)
    : sql`select unit_id from (${unitsByDomain(db, filter, domains)}) tag`;
  return sql`
    select document.id as document
      from (${units}) wanted ${db.dialect.orderedJoin} search_documents document on document.unit_id = wanted.unit_id`;
}

const bestByRelevance = (byRelevance: RawBuilder<unknown>) => sql`
  select unit_id from (
    select unit_id from (${byRelevance}) ranked
     order by score desc, unit_id desc limit ${sql.lit(maxCandidates)}) best`;

const unitsOf = ({ rows }: VectorCandidates) => sql`select unit_id from ${rows} meant`;

/**
 * Candidates of a search with domains: all units in them. Of large domains only text hits, vector hits and the top
 * `maxCandidates` by relevance. Where there is a text, `words` has each of them.
 */
export function domainCandidates(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  { words, neighbours }: CandidateSources,
  byRelevance: RawBuilder<unknown> | null,
) {
  const best = [byRelevance && bestByRelevance(byRelevance), byRelevance && neighbours && unitsOf(neighbours)];
  const found = words ? [sql`select unit_id from worded`] : best.filter((units) => units !== null);
  const among = found.length > 0 ? sql`and unit_id in (${sql.join(found, sql` union `)})` : sql``;
  // materialized, so that it is joined by an index over its few rows
  const worded = words
    ? sql`with worded as materialized (
        select document.unit_id, hit.match
          from ${words.rows} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document)`
    : sql``;
  return sql`
    ${worded}
    select tag.*${words ? sql`, worded.match` : sql``}${neighbours ? sql`, meant.near` : sql``}
      from (${unitsByDomain(db, filter, domains, among)}) tag
           ${words ? sql`join worded on worded.unit_id = tag.unit_id` : sql``}
           ${neighbours ? sql`left join ${neighbours.rows} meant on meant.unit_id = tag.unit_id` : sql``}`;
}
