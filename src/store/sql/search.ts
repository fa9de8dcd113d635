import { type RawBuilder, sql } from 'kysely';
import type { SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../store.ts';
import { type AskedWords, askWords } from './asked-words.ts';
import type { Database } from './database.ts';
import { isIn, whereStated } from './queries.ts';
import { indexable } from './rows.ts';
import { findUnits } from './units.ts';
import { maxQueryTokens, tokenize } from './words.ts';

/**
 * Ranking. Relevance is cq's, term by term and in its order, so that the doubles are equal to the last bit:
 * `0.55·|U∩Q|/|U∪Q| + 0.15·language + 0.15·framework + 0.15·pattern`, at most 1; the score is relevance × confidence.
 */

interface Scored {
  readonly unit_id: string;
  readonly score: number;
  readonly keyword: number | null;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
  /** Of a search by words: how many units were ranked. */
  readonly candidates?: number;
}

/** Of the units that hold a word, this many best ones are ranked. */
const maxCandidates = 200;
/** Where common words alone have found fewer than this, a filter has left out too many, and all their units are read. */
const enough = 50;
/** What the words and the domains weigh when both are given; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };
/** Where no more units than this are in the domains asked for, each is ranked by all words of the question. */
const maxRead = 1000;

export async function searchUnits(db: Database, question: SearchQuestion): Promise<SearchAnswer> {
  const given = question.text === undefined ? [] : [...new Set(tokenize(question.text))];
  const tokens = given.slice(0, maxQueryTokens);
  const rows = await rank(db, question, tokens);
  const best = rows.slice(0, question.limit);
  const units = await findUnits(
    db,
    best.map(({ unit_id }) => unit_id),
  );
  const hits = best.flatMap((row, index): SearchHit[] => {
    const unit = units[index];
    const { score, keyword, domain, language, framework, pattern } = row;
    return unit ? [{ unit, score, signals: { keyword, domain, language, framework, pattern } }] : [];
  });
  return { hits, hasMore: rows.length > question.limit, words: { used: tokens.length, given: given.length } };
}

/** One row more than the page has, if there are as many. */
async function rank(db: Database, question: SearchQuestion, tokens: readonly string[]): Promise<readonly Scored[]> {
  const { filter } = question;
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length === 0) return domains.length > 0 ? page(db, domainRanking(db, filter, domains), question) : [];
  const words = await askWords(db, tokens);
  if (domains.length > 0) {
    const few = await areFew(db, filter, domains);
    return page(db, wordRanking(filter, domains, inDomains(db, filter, domains, words, few)), question);
  }
  const ranked = wordRanking(filter, domains, byWords(db, filter, words));
  const rows = await page(db, ranked, question);
  if (!words.capped) return rows;
  // beyond the last page no row says how many candidates there were
  const [first] = rows.length > 0 ? rows : await page(db, ranked, { ...question, limit: 0, after: undefined });
  if (first && Number(first.candidates) >= enough) return rows;
  const every = await askWords(db, tokens, { exhaustive: true });
  return page(db, wordRanking(filter, domains, byWords(db, filter, every)), question);
}

/** Whether there are few enough units in the domains to read what each one's words say. */
async function areFew(db: Database, filter: UnitFilter, domains: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from knowledge_unit_domains where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')}
     limit ${sql.lit(maxRead + 1)}`.execute(db.read);
  return rows.length <= maxRead;
}

async function page(db: Database, ranked: RawBuilder<Scored>, { limit, after }: SearchQuestion): Promise<Scored[]> {
  const beyond = after
    ? sql`where score < ${after.score} or (score = ${after.score} and unit_id < ${after.id})`
    : sql``;
  const { rows } = await sql<Scored>`
    select * from (${ranked}) ranked ${beyond} order by score desc, unit_id desc limit ${sql.lit(limit + 1)}`.execute(
    db.read,
  );
  return rows;
}

/** Every unit with one of the domains (or all, if so asked), read from one covering index unless the filter says more. */
function domainRanking(db: Database, filter: UnitFilter, domains: readonly string[]): RawBuilder<Scored> {
  const signals = sql`
    select unit_id, confidence, ${jaccard(domains)} as domain, ${boosts(filter, sql.ref('candidates.unit_id'))}
      from (${tagged(db, filter, domains)}) candidates`;
  // else the context of a unit would be read again wherever the score names it
  const once =
    contextAsked(filter).length > 0 ? sql`with computed as materialized (${signals}) select * from computed` : signals;
  return sql<Scored>`
    select unit_id, ${relevance(filter)} * confidence as score, cast(null as double precision) as keyword, domain, language, framework, pattern
      from (${once}) signals`;
}

/** The units in the domains: `(unit_id, shared, domain_count, confidence)`. A unit is once in a domain: of one, there is nothing to group. */
function tagged(db: Database, filter: UnitFilter, domains: readonly string[], among = sql``) {
  const several = domains.length > 1;
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, ${several ? sql`count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence` : sql`1 as shared, domain_count, confidence`}
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')} ${among}
     ${several ? sql`group by unit_id having count(*) >= ${least}` : sql``}`;
}

/** Units with one of the words, by words alone, or by words and relevance when there is more to go by. */
function wordRanking(
  filter: UnitFilter,
  domains: readonly string[],
  candidates: RawBuilder<unknown>,
): RawBuilder<Scored> {
  const combined =
    domains.length > 0 || contextAsked(filter).length > 0
      ? sql`(${double(weights.keyword)} * keyword + ${double(weights.domain)} * ${relevance(filter)}) / ${double(weights.keyword + weights.domain)}`
      : sql`keyword`;
  return sql<Scored>`
    select unit_id, ${combined} * confidence as score, keyword, domain, language, framework, pattern, candidates from (
      select unit_id, confidence, count(*) over () as candidates, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)}) as keyword, ${boosts(filter, sql.ref('candidates.unit_id'))}
        from (${candidates}) candidates) signals`;
}

/** What a unit's words say about a question: a whole number, null for a unit that has none of them. */
function wordScore({ worth }: AskedWords, document: string) {
  const cases = [...worth].map(([term, by]) => sql`when ${term} then cast(${by} as integer)`);
  return sql`(select sum(posting.impact * case posting.term ${sql.join(cases, sql` `)} end) from search_postings posting
    where posting.document = ${sql.ref(document)} and posting.term in (${sql.join([...worth.keys()])}))`;
}

function byWords(db: Database, filter: UnitFilter, words: AskedWords) {
  const units = whereStated(db.read.selectFrom('knowledge_units'), filter);
  return sql`
    select document.unit_id, unit.confidence, ${wordScore(words, 'document.id')} as match
      from ${words.hits} hit ${db.thenJoin} search_documents document on document.id = hit.document
           ${db.thenJoin} (${units.select(['id', 'confidence'])}) unit on unit.id = document.unit_id
     order by match desc, unit_id desc limit ${sql.lit(maxCandidates)}`;
}

/**
 * Units in the domains; the ones without any of the words rank by relevance alone. Of many, the ones that the words have
 * found and the best ones by relevance.
 */
function inDomains(db: Database, filter: UnitFilter, domains: readonly string[], words: AskedWords, few: boolean) {
  const among = few
    ? sql``
    : sql`and unit_id in (
        select unit_id from (
          select unit_id from (${domainRanking(db, filter, domains)}) ranked
           order by score desc, unit_id desc limit ${sql.lit(maxCandidates)}) best
        union
        select document.unit_id from ${words.hits} hit ${db.thenJoin} search_documents document on document.id = hit.document)`;
  return sql`
    select tag.*, coalesce(${wordScore(words, 'document.id')}, 0) as match
      from (${tagged(db, filter, domains, among)}) tag
           ${db.thenJoin} search_documents document on document.unit_id = tag.unit_id`;
}

/** Terms that nobody asked for are 0 and left out, which changes no double; the sum passes 1 only with all of them. */
function relevance(filter: UnitFilter) {
  const terms = contextAsked(filter);
  const weighted = (weight: number, signal: string) => sql`${double(weight)} * ${sql.ref(signal)}`;
  const sum = sql.join([weighted(0.55, 'domain'), ...terms.map((name) => weighted(0.15, name))], sql` + `);
  return terms.length === 3 ? sql`case when ${sum} > 1.0 then ${double(1)} else ${sum} end` : sql`(${sum})`;
}

/** The kinds of context that the filter asks for, as the signals are called. */
function contextAsked({ languages, frameworks, pattern }: UnitFilter): string[] {
  const asked = { language: languages?.length, framework: frameworks?.length, pattern };
  return Object.entries(asked).flatMap(([name, value]) => (value ? [name] : []));
}

/** `|U∩Q| / |U∪Q|` as a double. */
function jaccard(domains: readonly string[]) {
  return sql`cast(shared as double precision) / (domain_count + ${sql.lit(domains.length)} - shared)`;
}

/** A number as a double: PostgreSQL would reckon with a bare `0.55` as an exact decimal. */
function double(value: number) {
  return sql`cast(${sql.lit(value)} as double precision)`;
}

/** 1 where the unit has one of the values asked for, else 0, for each kind of context. */
function boosts({ languages, frameworks, pattern }: UnitFilter, unit: RawBuilder<unknown>) {
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

function inStatus({ statuses }: UnitFilter, column: string) {
  return statuses ? sql`and ${isIn(column, statuses)}` : sql``;
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
