import { type RawBuilder, sql } from 'kysely';
import type { SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../store.ts';
import type { Database } from './database.ts';
import { noVectors } from './embeddings.ts';
import { whereStated } from './queries.ts';
import { indexable } from './rows.ts';
import { findUnits } from './units.ts';
import { maxQueryTokens, rarity, termOf, tokenize } from './words.ts';

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
}

/** Of the units that hold a word, this many best ones are ranked. */
const maxCandidates = 200;
/** What the words and the domains weigh when both are given; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };
/**
 * Units are found by the rarest words of a question, as many as stand in this many units together and at least one;
 * the others only rank what these have found.
 */
const budget = 1000;

export async function searchUnits(db: Database, question: SearchQuestion): Promise<SearchAnswer> {
  if (question.meaning && !db.vectors) throw new Error(noVectors);
  const given = question.text === undefined ? [] : [...new Set(tokenize(question.text))];
  const tokens = given.slice(0, maxQueryTokens);
  const ranked = await ranking(db, question.filter, tokens);
  const rows = ranked ? await page(db, ranked, question) : [];
  const best = rows.slice(0, question.limit);
  const units = await findUnits(
    db,
    best.map(({ unit_id }) => unit_id),
  );
  const hits = best.flatMap((row, index): SearchHit[] => {
    const unit = units[index];
    const { score, keyword, domain, language, framework, pattern } = row;
    return unit ? [{ unit, score, signals: { keyword, semantic: null, domain, language, framework, pattern } }] : [];
  });
  return { hits, hasMore: rows.length > question.limit, words: { used: tokens.length, given: given.length } };
}

/** Rows of `Scored`, in any order; null when the question asks for nothing. */
async function ranking(
  db: Database,
  filter: UnitFilter,
  tokens: readonly string[],
): Promise<RawBuilder<Scored> | null> {
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length > 0) return wordRanking(db, filter, domains, await matching(db, tokens));
  return domains.length > 0 ? domainRanking(db, filter, domains) : null;
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
  return sql<Scored>`
    select unit_id, ${relevance(filter)} * confidence as score, cast(null as double precision) as keyword, domain, language, framework, pattern from (
      select unit_id, confidence, ${jaccard(domains)} as domain, ${boosts(filter, sql.ref('unit_id'))}
        from (${domains.length === 1 ? inOneDomain(db, filter, domains[0]) : inSomeDomains(db, filter, domains)}) candidates
    ) signals`;
}

/** A unit is once in a domain, so there is nothing to group. */
function inOneDomain(db: Database, filter: UnitFilter, domain: string | undefined) {
  return sql`
    select unit_id, 1 as shared, domain_count, confidence from knowledge_unit_domains
     where domain = ${domain} ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')}`;
}

function inSomeDomains(db: Database, filter: UnitFilter, domains: readonly string[]) {
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select unit_id, count(*) as shared, max(domain_count) as domain_count, max(confidence) as confidence
      from knowledge_unit_domains
     where domain in (${sql.join(domains)}) ${inStatus(filter, 'status')} ${narrowed(db, filter, 'unit_id')}
     group by unit_id having count(*) >= ${least}`;
}

/** Units with one of the words, by words alone, or by words and relevance when there is more to go by. */
function wordRanking(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  matches: Matches,
): RawBuilder<Scored> {
  const candidates = domains.length > 0 ? inDomains(db, filter, domains, matches) : byWords(db, filter, matches);
  const combined =
    domains.length > 0 || contextAsked(filter).length > 0
      ? sql`(${double(weights.keyword)} * keyword + ${double(weights.domain)} * ${relevance(filter)}) / ${double(weights.keyword + weights.domain)}`
      : sql`keyword`;
  return sql<Scored>`
    select unit_id, ${combined} * confidence as score, keyword, domain, language, framework, pattern from (
      select unit_id, confidence, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)}) as keyword, ${boosts(filter, sql.ref('unit_id'))}
        from (${candidates}) candidates) signals`;
}

/** A subquery that can be joined: `(unit_id, score)`, where the score is a whole number. */
type Matches = RawBuilder<{ unit_id: string; score: number }>;

/** The units that hold one of the rarest tokens, by what all tokens say about each: BM25 in whole numbers. */
async function matching(db: Database, tokens: readonly string[]): Promise<Matches> {
  const terms = tokens.map(termOf);
  const { found, all } = await db.terms.read(db.read, terms);
  const words = tokens
    .map((token, index) => ({ token, term: terms[index] ?? 0, found: found[index] ?? 0 }))
    .sort((one, other) => one.found - other.found || one.term - other.term);
  let left = budget;
  const finding = words.filter((word, index) => {
    left -= word.found;
    return left >= 0 || words.slice(0, index).every((rarer) => rarer.found === 0);
  });
  const worth = words.map(({ term, found: units }) => sql`when ${sql.lit(term)} then ${sql.lit(rarity(units, all))}`);
  return sql`(
    select document.unit_id, sum(posting.impact * case posting.term ${sql.join(worth, sql` `)} end) as score
      from ${db.words.matches(finding.map(({ token }) => token))} hit
      join search_documents document on document.id = hit.document
      join search_postings posting on posting.document = hit.document
       and posting.term in (${sql.join(terms.map((term) => sql.lit(term)))})
     group by document.unit_id)`;
}

function byWords(db: Database, filter: UnitFilter, matches: Matches) {
  const units = whereStated(db.read.selectFrom('knowledge_units'), filter);
  return sql`
    select hit.unit_id, unit.confidence, hit.score as match
      from ${matches} hit join (${units.select(['id', 'confidence'])}) unit on unit.id = hit.unit_id
     order by hit.score desc, hit.unit_id desc limit ${sql.lit(maxCandidates)}`;
}

/** All units in the domains; the ones without any of the words rank by relevance alone. */
function inDomains(db: Database, filter: UnitFilter, domains: readonly string[], matches: Matches) {
  const least = filter.domainMatch === 'all' ? domains.length : 1;
  return sql`
    select tag.unit_id, count(*) as shared, max(tag.domain_count) as domain_count, max(tag.confidence) as confidence,
           coalesce(max(hit.score), 0) as match
      from knowledge_unit_domains tag left join ${matches} hit on hit.unit_id = tag.unit_id
     where tag.domain in (${sql.join(domains)})
       ${inStatus(filter, 'tag.status')} ${narrowed(db, filter, 'tag.unit_id')}
     group by tag.unit_id having count(*) >= ${least}`;
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
      : sql`case when ${unit} in (select unit_id from knowledge_unit_context
          where kind = ${kind} and value in (${sql.join(values.map(indexable))})) then ${double(1)} else ${double(0)} end`;
  return sql`
    ${boost('language', languages ?? [])} as language,
    ${boost('framework', frameworks ?? [])} as framework,
    ${boost('pattern', pattern ? [pattern.toLowerCase()] : [])} as pattern`;
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
