import { type RawBuilder, sql } from 'kysely';
import type { ReviewStatus, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Page, Scored } from './page.ts';
import { domainWeight, highestRelevance } from './relevance.ts';
import { passesAlone, uncoveredFilter } from './units-by-domain.ts';

/**
 * The units with a domain, in a status and with as many domains: one list of the index `idx_domains_best`, by confidence and
 * then id, the highest first. A unit stands at the same place in the lists of all its domains.
 */
export interface DomainList {
  readonly domain: string;
  readonly status: ReviewStatus;
  readonly domainCount: number;
  /** The highest confidence in it. */
  readonly top: number;
  /** The last place that is read: the same in all lists with this status and number of domains. */
  readonly last: Place;
  /** Whether all lists of the domain are read to their ends. */
  readonly small: boolean;
}

interface Place {
  readonly confidence: number;
  readonly unitId: string;
}

/** Behind the last place of every list. */
const theEnd: Place = { confidence: -1, unitId: '' };

const allStatuses: readonly ReviewStatus[] = ['approved', 'pending', 'rejected', 'retired', 'superseded'];
/** What rounding may do to a quotient, relatively. */
const slack = 1e-12;

/** The least number of domains that a unit shares with the filter. */
const minShared = ({ domainMatch }: UnitFilter, domains: readonly string[]) =>
  domainMatch === 'all' ? domains.length : 1;

/** The lists of the domains, with at most `depth` units of each read; without what must come before `after`. */
export async function readLists(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  after: Page['after'],
  depth: number,
): Promise<DomainList[]> {
  const keys = domains.flatMap((domain) =>
    (filter.statuses ?? allStatuses).map((status) => sql`(${domain}, ${status})`),
  );
  if (keys.length === 0) return [];
  // the confidence at which the fewest shared domains give the rank of `after`
  const shared = minShared(filter, domains);
  const begin = after
    ? sql`and tag.confidence <= cast(${(after.rank * (1 + slack)) / (domainWeight * shared)} as double precision) * (list.domain_count + ${sql.lit(domains.length - shared)})`
    : sql``;
  const place = (column: string, offset: number) => sql`
    (select ${sql.ref(column)} from knowledge_unit_domains tag
      where tag.domain = list.domain and tag.status = list.status and tag.domain_count = list.domain_count ${begin}
      order by tag.confidence desc, tag.unit_id desc limit 1 offset ${sql.lit(offset)})`;
  const nextCount = (list: string, more = sql``) => sql`
    (select tag.domain_count from knowledge_unit_domains tag
      where tag.domain = ${sql.ref(`${list}.domain`)} and tag.status = ${sql.ref(`${list}.status`)} ${more}
      order by tag.domain_count limit 1)`;
  // a loose index scan
  const { rows } = await sql<Head>`
    with recursive list (domain, status, domain_count) as (
      select given.domain, given.status, ${nextCount('given')}
        from (select column1 as domain, column2 as status from (values ${sql.join(keys)}) pair) given
      union all
      select list.domain, list.status, ${nextCount('list', sql`and tag.domain_count > list.domain_count`)}
        from list where list.domain_count is not null)
    select domain, status, domain_count as "domainCount", ${place('confidence', 0)} as top,
           ${place('confidence', depth - 1)} as confidence, ${place('unit_id', depth - 1)} as "unitId"
      from list where domain_count is not null`.execute(db.search);
  const heads = rows.filter(({ top }) => top !== null);
  const large = new Set(heads.filter(isCut).map(({ domain }) => domain));
  return [...byGroup(heads).values()].flatMap((group) => {
    const [cut = theEnd] = group.filter(isCut).toSorted(byPlace);
    return group.map(({ confidence: _, unitId: _1, ...list }) =>
      large.has(list.domain) ? { ...list, last: cut, small: false } : { ...list, last: theEnd, small: true },
    );
  });
}

/** A list, and its unit at the depth to which it is read; null where it ends before. */
interface Head extends Omit<DomainList, 'last' | 'small'> {
  readonly confidence: number | null;
  readonly unitId: string | null;
}

const isCut = <T extends Head>(list: T): list is T & Place => list.confidence !== null;

const byPlace = (one: Place, other: Place) => other.confidence - one.confidence || (one.unitId < other.unitId ? 1 : -1);

/** The lists in which a unit can be at once: with the same status and number of domains. */
const byGroup = <T extends Pick<DomainList, 'status' | 'domainCount'>>(lists: readonly T[]) =>
  Map.groupBy(lists, ({ status, domainCount }) => `${status} ${domainCount}`);

/** Rows as of `unitsByDomain`: the units that are read of the lists. */
export function unitsInLists(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  lists: readonly DomainList[],
): RawBuilder<unknown> {
  const { small = [], large = [] } = Object.groupBy(lists, (list) => (list.small ? 'small' : 'large'));
  const among = uncoveredFilter(db, filter, passesAlone);
  // all large lists of a group are read down to one place, so that a unit is read in all that it is in, or in none
  const inLarge = sql`
    select tag.unit_id, tag.domain_count, tag.confidence, count(*) as shared
      from ${tagsOf(db, large)} where true ${among} group by tag.unit_id, tag.domain_count, tag.confidence`;
  // and what is read of the small ones may be in large ones behind that place
  const elsewhere = sql`
    (select count(*) from knowledge_unit_domains other
      where other.domain in (${sql.join([...new Set(large.map(({ domain }) => domain))])}) and other.status = tag.status
        and other.domain_count = tag.domain_count and other.confidence = tag.confidence and other.unit_id = tag.unit_id)`;
  const inSmall = sql`
    select tag.unit_id, tag.domain_count, tag.confidence, count(*) + ${large.length > 0 ? elsewhere : sql`0`} as shared
      from ${tagsOf(db, small)} where true ${among} group by tag.unit_id, tag.status, tag.domain_count, tag.confidence`;
  const read =
    small.length > 0 && large.length > 0
      ? sql`select unit_id, domain_count, confidence, max(shared) as shared from (${inLarge} union all ${inSmall}) part
             group by unit_id, domain_count, confidence`
      : small.length > 0
        ? inSmall
        : inLarge;
  return sql`select * from (${read}) counted where shared >= ${minShared(filter, domains)}`;
}

/** A join with `tag`: the rows of the lists that are read. */
function tagsOf({ dialect }: Database, lists: readonly DomainList[]): RawBuilder<unknown> {
  const rows = lists.map(
    ({ domain, status, domainCount, top, last: { confidence, unitId } }) =>
      sql`(${domain}, ${status}, cast(${domainCount} as integer), cast(${top} as double precision), cast(${confidence} as double precision), ${unitId})`,
  );
  return sql`
    (select column1 as domain, column2 as status, column3 as domain_count, column4 as top, column5 as confidence,
            column6 as unit_id from (values ${sql.join(rows)}) listed) list
    ${dialect.orderedJoin} knowledge_unit_domains tag
    on tag.domain = list.domain and tag.status = list.status and tag.domain_count = list.domain_count
       and tag.confidence <= list.top and (tag.confidence, tag.unit_id) >= (list.confidence, list.unit_id)`;
}

/**
 * The lists read as far as no unit behind can rank before `worst`, the last of the page of those that were read; all of them to
 * their ends where there is none. Null where they are read that far.
 */
export function extend(
  lists: readonly DomainList[],
  filter: UnitFilter,
  domains: readonly string[],
  worst: Scored | undefined,
): DomainList[] | null {
  let extended = false;
  const further = [...byGroup(lists).values()].flatMap((group) => {
    const large = group.filter(({ small, last }) => !small && last !== theEnd);
    const [{ domainCount, last } = { domainCount: 0, last: theEnd }] = large;
    // a unit that was not read is in none of the others
    const shared = Math.min(large.length, domainCount);
    if (shared < minShared(filter, domains)) return group;
    const relevance = highestRelevance(filter, domains.length, shared, domainCount);
    if (!mayComeBefore(last, relevance, worst)) return group;
    extended = true;
    const behind = worst ? { confidence: (worst.score / relevance) * (1 - slack), unitId: '' } : theEnd;
    return group.map((list) => (list.small ? list : { ...list, last: behind }));
  });
  return extended ? further : null;
}

/** Whether a unit behind the place may rank before `worst`, with this relevance at most. */
function mayComeBefore({ confidence, unitId }: Place, relevance: number, worst: Scored | undefined): boolean {
  if (!worst) return true;
  const score = relevance * confidence;
  if (score !== worst.score) return score > worst.score;
  // of the same confidence only lower ids are left; the next lower confidence may give the same score, rounded
  return unitId > worst.unit_id || relevance * (confidence * (1 - Number.EPSILON / 2)) === worst.score;
}
