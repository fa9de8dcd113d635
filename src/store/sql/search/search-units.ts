import { type RawBuilder, sql } from 'kysely';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexable } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { maxQueryTokens, tokenize } from './analyser.ts';
import { domainCandidates, type Found, fitsExhaustiveScan, textCandidates } from './candidates.ts';
import { areStale, type QueryTerms, selectCandidatePostings } from './query-terms.ts';
import { contextAsked, contextMatchColumns, double, jaccard, relevance } from './scoring.ts';
import { unitsByDomain } from './units-by-domain.ts';
import { findNearest } from './vector-candidates.ts';

/** Search: plan by the terms and the vector, select candidates, score them, cut the page; the last three in one statement. */

interface Scored {
  readonly unit_id: string;
  readonly score: number;
  readonly keyword: number | null;
  /** Of a search by meaning. */
  readonly semantic?: number;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
  /** Of a search by words: how many units were found by them. */
  readonly candidates?: number;
}

/** If an impact-ordered selection leaves fewer hits than this after filtering, it is repeated without its cap. */
const minCappedHits = 50;
/** Weights of the text and domain signals where there is more than one; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };

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
    const { score, keyword, semantic = null, domain, language, framework, pattern } = row;
    return unit ? [{ unit, score, signals: { keyword, semantic, domain, language, framework, pattern } }] : [];
  });
  return { hits, hasMore: rows.length > question.limit, words: { used: tokens.length, given: given.length } };
}

/** The page, and one row more if there is one. */
async function rank(db: Database, question: SearchQuestion, tokens: readonly string[]): Promise<readonly Scored[]> {
  const { filter, meaning } = question;
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length === 0 && !meaning)
    return domains.length > 0 ? page(db, domainRanking(db, filter, domains), question) : [];
  if (domains.length > 0) {
    const found = await plan(db, question, tokens);
    const best = (await fitsExhaustiveScan(db, filter, domains)) ? null : domainRanking(db, filter, domains);
    const candidates = domainCandidates(db, filter, domains, found, best);
    return page(db, mixedRanking(filter, domains, candidates, found, meaning), question);
  }
  const ranked = await rankByText(db, question, tokens, await plan(db, question, tokens));
  if (ranked.rows.length > 0 || !ranked.words || !(await areStale(db, ranked.words))) return ranked.rows;
  // retry once only: after a hash collision the counts never match
  db.terms.forget();
  return (await rankByText(db, question, tokens, await plan(db, question, tokens))).rows;
}

/** What the terms select, and the nearest neighbours of the vector. */
async function plan(db: Database, { meaning, filter }: SearchQuestion, tokens: readonly string[]): Promise<Found> {
  return {
    words: tokens.length > 0 ? await selectCandidatePostings(db, tokens) : null,
    meaning: meaning ? await findNearest(db, meaning, filter) : null,
  };
}

/** By text and vector, whatever the domains; with the terms that it went by in the end. */
async function rankByText(
  db: Database,
  question: SearchQuestion,
  tokens: readonly string[],
  found: Found,
): Promise<{ readonly rows: readonly Scored[]; readonly words: QueryTerms | null }> {
  const { filter, meaning } = question;
  const { words } = found;
  const ranked = mixedRanking(filter, [], textCandidates(db, filter, found), found, meaning);
  const rows = await page(db, ranked, question);
  if (!words?.capped) return { rows, words };
  // an empty page has no row to carry the window count, so query for one row
  const [first] = rows.length > 0 ? rows : await page(db, ranked, { ...question, limit: 0, after: undefined });
  if (first && Number(first.candidates) >= minCappedHits) return { rows, words };
  const every = { ...found, words: await selectCandidatePostings(db, tokens, { exhaustive: true }) };
  const read = mixedRanking(filter, [], textCandidates(db, filter, every), every, meaning);
  return { rows: await page(db, read, question), words: every.words };
}

async function page(db: Database, ranked: RawBuilder<Scored>, { limit, after }: SearchQuestion): Promise<Scored[]> {
  const beyond = after
    ? sql`where score < ${after.score} or (score = ${after.score} and unit_id < ${after.id})`
    : sql``;
  const { rows } = await sql<Scored>`
    select * from (${ranked}) ranked ${beyond} order by score desc, unit_id desc limit ${sql.lit(limit + 1)}`.execute(
    db.search,
  );
  return rows;
}

/** Every unit with one of the domains (or all, if so asked), read from one covering index unless the filter says more. */
function domainRanking(db: Database, filter: UnitFilter, domains: readonly string[]): RawBuilder<Scored> {
  const signals = sql`
    select unit_id, confidence, ${jaccard(domains)} as domain, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
      from (${unitsByDomain(db, filter, domains)}) candidates`;
  // else the context of a unit would be read again wherever the score names it
  const once =
    contextAsked(filter).length > 0 ? sql`with computed as materialized (${signals}) select * from computed` : signals;
  return sql<Scored>`
    select unit_id, ${relevance(filter)} * confidence as score, cast(null as double precision) as keyword, domain, language, framework, pattern
      from (${once}) signals`;
}

/** By words, by meaning, or by both, and by relevance when there is something to go by. */
function mixedRanking(
  filter: UnitFilter,
  domains: readonly string[],
  candidates: RawBuilder<unknown>,
  { words, meaning: near }: Found,
  meaning: Meaning | undefined,
): RawBuilder<Scored> {
  const keyword = words
    ? sql`coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)})`
    : sql`cast(null as double precision)`;
  const parts: [weight: number, signal: RawBuilder<unknown>][] = [];
  if (words) parts.push([weights.keyword, sql`keyword`]);
  if (meaning) parts.push([meaning.weight, sql`semantic`]);
  if (domains.length > 0 || contextAsked(filter).length > 0) parts.push([weights.domain, relevance(filter)]);
  const semantic = near ? sql`, ${near.signal} as semantic` : sql``;
  // a unit found by its meaning alone has no match
  const counted = near && words ? sql`count(match)` : sql`count(*)`;
  return sql<Scored>`
    select unit_id, ${weighted(parts)} * confidence as score, keyword${near ? sql`, semantic` : sql``}, domain, language, framework, pattern, candidates from (
      select unit_id, confidence, ${counted} over () as candidates, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             ${keyword} as keyword${semantic}, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
        from (${candidates}) candidates) signals`;
}

/** The weighted mean; of one signal, the signal itself. */
function weighted(parts: readonly [weight: number, signal: RawBuilder<unknown>][]): RawBuilder<unknown> {
  const [first, ...rest] = parts;
  if (first && rest.length === 0) return first[1];
  const sum = sql.join(
    parts.map(([weight, signal]) => sql`${double(weight)} * ${signal}`),
    sql` + `,
  );
  return sql`(${sum}) / ${double(parts.reduce((total, [weight]) => total + weight, 0))}`;
}
