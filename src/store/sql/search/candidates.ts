import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { type FilterValues, shapeOf, valuesOf, whereStated } from '../knowledge/unit-filter.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { shaped, statement } from '../statement.ts';
import type { QueryTerms } from './query-terms.ts';
import { inStatus, unitsByDomain } from './units-by-domain.ts';
import type { VectorCandidates } from './vector-candidates.ts';

/** Candidate selection: the units that are ranked, as SQL rows with what their scores are made of. */

/** Of the units that hold a word, and of those near in meaning, this many best ones are ranked. */
export const maxCandidates = 200;

/** Where no more units than this are in the domains asked for, each is ranked by all that is known of it. */
const maxRead = 1000;

const selectStated = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereStated(units.select(['id', 'confidence']) as never, filter, given, em),
  ),
);

/** What units are found by besides their domains. */
export interface Found {
  readonly words: QueryTerms | null;
  readonly meaning: VectorCandidates | null;
}

/** Whether there are few enough units in the domains to read what each one's words say. */
export async function fitsExhaustiveScan(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
     limit ${sql.lit(maxRead + 1)}`.execute(db.search);
  return rows.length <= maxRead;
}

/** Candidates of a search by text or vector, whatever the domains: the best text hits and the nearest neighbours. */
export function textCandidates(db: Database, filter: UnitFilter, { words, meaning }: Found) {
  if (!meaning) return words ? byWords(db, filter, words) : sql``;
  const near = sql`select unit_id, cast(null as integer) as match, near from ${meaning.rows} meant`;
  const both = words
    ? sql`${near} union all select unit_id, match, cast(null as integer) as near from (${byWords(db, filter, words)}) worded`
    : near;
  // the filter again: a unit may have been decided over since its meaning was compared
  return sql`
    select found.unit_id, unit.confidence, max(found.match) as match, max(found.near) as near
      from (${both}) found ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

/** BM25 of a unit, as the whole-number sum of impact · IDF; null for a unit without any of the terms. */
function wordScore({ idfWeight }: QueryTerms, document: string) {
  const cases = [...idfWeight].map(([term, by]) => sql`when ${term} then cast(${by} as integer)`);
  return sql`(select sum(posting.impact * case posting.term ${sql.join(cases, sql` `)} end) from search_postings posting
    where posting.document = ${sql.ref(document)} and posting.term in (${sql.join([...idfWeight.keys()])}))`;
}

function byWords(db: Database, filter: UnitFilter, words: QueryTerms) {
  return sql`
    select document.unit_id, unit.confidence, ${wordScore(words, 'document.id')} as match
      from ${words.hits} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document
           ${db.dialect.orderedJoin} (${filteredUnits(db, filter)}) unit on unit.id = document.unit_id
     order by match desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

function filteredUnits(db: Database, filter: UnitFilter) {
  return selectStated(filter).within(db.read, valuesOf(filter));
}

/**
 * Candidates of a search with domains: all units in them. For large domains (`best` is their ranking by relevance), only text
 * hits, vector hits and the top `maxCandidates` by relevance.
 */
export function domainCandidates(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  { words, meaning }: Found,
  best: RawBuilder<unknown> | null,
) {
  const found = [
    words &&
      sql`select document.unit_id from ${words.hits} hit ${db.dialect.orderedJoin} search_documents document on document.id = hit.document`,
    meaning && sql`select unit_id from ${meaning.rows} meant`,
  ].filter((rows) => rows !== null);
  const among = best
    ? sql`and unit_id in (
        select unit_id from (
          select unit_id from (${best}) ranked
           order by score desc, unit_id desc limit ${sql.lit(maxCandidates)}) best
        union
        ${sql.join(found, sql` union `)})`
    : sql``;
  return sql`
    select tag.*${words ? sql`, coalesce(${wordScore(words, 'document.id')}, 0) as match` : sql``}${meaning ? sql`, meant.near` : sql``}
      from (${unitsByDomain(db, filter, domains, among)}) tag
           ${words ? sql`${db.dialect.orderedJoin} search_documents document on document.unit_id = tag.unit_id` : sql``}
           ${meaning ? sql`left join ${meaning.rows} meant on meant.unit_id = tag.unit_id` : sql``}`;
}
