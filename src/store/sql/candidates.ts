import { type RawBuilder, sql } from 'kysely';
import type { UnitFilter } from '../store.ts';
import type { AskedWords } from './asked-words.ts';
import type { Database } from './database.ts';
import { KnowledgeUnitEntity } from './entities.ts';
import { type FilterValues, shapeOf, valuesOf, whereStated } from './filters.ts';
import type { Meant } from './meant.ts';
import { shaped, statement } from './statement.ts';

/** The units that are ranked, as SQL rows with what their scores are made of. */

/** Of the units that hold a word, and of those near in meaning, this many best ones are ranked. */
export const maxCandidates = 200;

/** Where no more units than this are in the domains asked for, each is ranked by all that is known of it. */
const maxRead = 1000;

const selectStated = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereStated(units.select(['id', 'confidence']) as never, filter, given, em),
  ),
);

const selectIds = shaped(shapeOf, (filter) =>
  statement(KnowledgeUnitEntity, (units, given: FilterValues, em) =>
    whereStated(units.select('id') as never, filter, given, em),
  ),
);

/** What units are found by besides their domains. */
export interface Found {
  readonly words: AskedWords | null;
  readonly meaning: Meant | null;
}

/** Whether there are few enough units in the domains to read what each one's words say. */
export async function areFew(db: Database, filter: UnitFilter, domains: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
     limit ${sql.lit(maxRead + 1)}`.execute(db.search);
  return rows.length <= maxRead;
}

/** The units in the domains: `(unit_id, shared, domain_count, confidence)`. A unit is once in a domain: of one, there is nothing to group. */
export function tagged(db: Database, filter: UnitFilter, domains: readonly string[], among = sql``) {
  const several = domains.length > 1;
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, ${several ? sql`count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence` : sql`1 as shared, domain_count, confidence`}
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')} ${among}
     ${several ? sql`group by unit_id having count(*) >= ${least}` : sql``}`;
}

/** Wherever they are, the best by words and the nearest in meaning. */
export function anywhere(db: Database, filter: UnitFilter, { words, meaning }: Found) {
  if (!meaning) return words ? byWords(db, filter, words) : sql``;
  const near = sql`select unit_id, cast(null as integer) as match, near from ${meaning.rows} meant`;
  const both = words
    ? sql`${near} union all select unit_id, match, cast(null as integer) as near from (${byWords(db, filter, words)}) worded`
    : near;
  // the filter again: a unit may have been decided over since its meaning was compared
  return sql`
    select found.unit_id, unit.confidence, max(found.match) as match, max(found.near) as near
      from (${both}) found ${db.thenJoin} (${stated(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

/** What a unit's words say about a question: a whole number, null for a unit that has none of them. */
function wordScore({ worth }: AskedWords, document: string) {
  const cases = [...worth].map(([term, by]) => sql`when ${term} then cast(${by} as integer)`);
  return sql`(select sum(posting.impact * case posting.term ${sql.join(cases, sql` `)} end) from search_postings posting
    where posting.document = ${sql.ref(document)} and posting.term in (${sql.join([...worth.keys()])}))`;
}

function byWords(db: Database, filter: UnitFilter, words: AskedWords) {
  return sql`
    select document.unit_id, unit.confidence, ${wordScore(words, 'document.id')} as match
      from ${words.hits} hit ${db.thenJoin} search_documents document on document.id = hit.document
           ${db.thenJoin} (${stated(db, filter)}) unit on unit.id = document.unit_id
     order by match desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

function stated(db: Database, filter: UnitFilter) {
  return selectStated(filter).within(db.read, valuesOf(filter));
}

/**
 * Units in the domains; the ones without any of the words, or far in meaning, rank by the rest. Of many (`best` are those by
 * relevance), the ones that the words and the meaning have found and the best ones by relevance.
 */
export function inDomains(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  { words, meaning }: Found,
  best: RawBuilder<unknown> | null,
) {
  const found = [
    words &&
      sql`select document.unit_id from ${words.hits} hit ${db.thenJoin} search_documents document on document.id = hit.document`,
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
      from (${tagged(db, filter, domains, among)}) tag
           ${words ? sql`${db.thenJoin} search_documents document on document.unit_id = tag.unit_id` : sql``}
           ${meaning ? sql`left join ${meaning.rows} meant on meant.unit_id = tag.unit_id` : sql``}`;
}

function inStatus({ statuses }: UnitFilter, column: string) {
  if (!statuses) return sql``;
  // of none, never, for which PostgreSQL has no empty list
  return statuses.length > 0 ? sql`and ${sql.ref(column)} in (${sql.join(statuses)})` : sql`and 1 = 0`;
}

/** The part of the filter that the covering index cannot answer; nothing when it asks for nothing. */
function narrowed(db: Database, { tiers, confidence, createdAt, hasFlags }: UnitFilter, column: string) {
  if (!tiers && !confidence && !createdAt && hasFlags === undefined) return sql``;
  const asked = { tiers, confidence, createdAt, hasFlags };
  const units = selectIds(asked).within(db.read, valuesOf(asked));
  return sql`and ${sql.ref(column)} in (${units})`;
}
