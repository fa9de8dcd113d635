import { sql } from 'kysely';
import type { UnitFilter } from '../store.ts';
import type { Database } from './database.ts';
import type { Matches } from './matching.ts';
import type { Meant } from './meant.ts';
import { whereStated } from './queries.ts';

/** The units that are ranked, as SQL rows with what their scores are made of. */

/** Of the units that hold a word, and of those near in meaning, this many best ones are ranked. */
export const maxCandidates = 200;

/** What units are found by besides their domains. */
export interface Found {
  readonly words: Matches | null;
  readonly meaning: Meant | null;
}

/** A unit is once in a domain, so there is nothing to group. */
export function inOneDomain(db: Database, filter: UnitFilter, domain: string | undefined) {
  return sql`
    select unit_id, 1 as shared, domain_count, confidence from knowledge_unit_domains
     where domain = ${domain} ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')}`;
}

export function inSomeDomains(db: Database, filter: UnitFilter, domains: readonly string[]) {
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')}
     group by unit_id having count(*) >= ${least}`;
}

/** All units in the domains; the ones without any of the words, or far in meaning, rank by the rest. */
export function inDomains(db: Database, filter: UnitFilter, domains: readonly string[], { words, meaning }: Found) {
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select tag.unit_id, count(*) as shared, max(tag.domain_count) as domain_count, max(tag.confidence) as confidence,
           ${words ? sql`coalesce(max(hit.score), 0)` : sql`0`} as match, ${meaning ? sql`max(meant.near)` : sql`0`} as near
      from knowledge_unit_domains tag
      ${words ? sql`left join ${words} hit on hit.unit_id = tag.unit_id` : sql``}
      ${meaning ? sql`left join ${meaning.rows} meant on meant.unit_id = tag.unit_id` : sql``}
     where tag.domain in (${sql.join(domains)})
       ${inStatus(filter, 'tag.status')} ${narrowed(db, filter, 'tag.unit_id')}
     group by tag.unit_id having count(*) >= ${least}`;
}

/** Wherever they are, the best by words and the nearest in meaning. */
export function anywhere(db: Database, filter: UnitFilter, { words, meaning }: Found) {
  if (!meaning) return words ? byWords(db, filter, words) : sql``;
  const both = [
    sql`select unit_id, cast(null as integer) as match, near from ${meaning.rows} meant`,
    ...(words
      ? [sql`select unit_id, match, cast(null as integer) as near from (${byWords(db, filter, words)}) worded`]
      : []),
  ];
  // the filter again: a unit may have been decided over since its meaning was compared
  return sql`
    select found.unit_id, unit.confidence, coalesce(max(found.match), 0) as match, max(found.near) as near
      from (${sql.join(both, sql` union all `)}) found
      join (${stated(db, filter)}) unit on unit.id = found.unit_id
     group by found.unit_id, unit.confidence`;
}

function byWords(db: Database, filter: UnitFilter, matches: Matches) {
  return sql`
    select hit.unit_id, unit.confidence, hit.score as match, 0 as near
      from ${matches} hit join (${stated(db, filter)}) unit on unit.id = hit.unit_id
     order by hit.score desc, hit.unit_id desc limit ${sql.lit(maxCandidates)}`;
}

function stated(db: Database, filter: UnitFilter) {
  return whereStated(db.read.selectFrom('knowledge_units').select(['id', 'confidence']), filter);
}

function inStatus({ statuses }: UnitFilter, column: string) {
  return statuses ? sql`and ${sql.ref(column)} in (${sql.join([...statuses])})` : sql``;
}

/** The part of the filter that the covering index cannot answer; nothing when it asks for nothing. */
function narrowed(db: Database, { tiers, confidence, createdAt, hasFlags }: UnitFilter, column: string) {
  if (!tiers && !confidence && !createdAt && hasFlags === undefined) return sql``;
  const units = whereStated(db.read.selectFrom('knowledge_units').select('knowledge_units.id'), {
    tiers,
    confidence,
    createdAt,
    hasFlags,
  });
  return sql`and ${sql.ref(column)} in (${units})`;
}
