import { type RawBuilder, sql } from 'kysely';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexable } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import type { QueryToken } from './analyser.ts';
import { type CandidateSources, domainCandidates, fitsExhaustiveScan, textCandidates } from './candidates.ts';
import { areStale, type QueryTerms, selectCandidatePostings } from './query-terms.ts';
import { readQuery } from './query-words.ts';
import { contextMatchColumns, double, jaccard, relevance, requestedContext } from './relevance.ts';
import { unitsByDomain } from './units-by-domain.ts';
import { findNearest } from './vector-candidates.ts';

/**
 * Search (retrieval and ranking): select terms and neighbours, select candidates, score them, cut a keyset page. The last three
 * are one statement.
 */

interface Scored {
  readonly unit_id: string;
  readonly score: number;
  readonly keyword: number | null;
  /** Absent in a search without a vector. */
  readonly semantic?: number;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
  /** How many candidates there are, text hits only where there is a text; absent in a search by domains alone. */
  readonly candidates?: number;
}

/** If an impact-ordered selection leaves fewer hits than this after filtering, it is repeated without its cap. */
const minCappedHits = 50;
/** Weights of the keyword signal and of relevance where a score has several parts; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };

/** The best units for a question, best first, ties to the higher id. */
export async function searchUnits(db: Database, question: SearchQuestion): Promise<SearchAnswer> {
  const { tokens, given, respelt } = await readQuery(db, question.text ?? '', question.filter);
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
  return { hits, hasMore: rows.length > question.limit, words: { used: tokens.length, given }, respelt };
}

/** The scored rows of the page, and one row more if there is one. */
async function rank(db: Database, question: SearchQuestion, tokens: readonly QueryToken[]): Promise<readonly Scored[]> {
  const { filter, meaning } = question;
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length === 0 && !meaning)
    return domains.length > 0 ? page(db, domainRanking(db, filter, domains), question) : [];
  if (domains.length > 0) {
    const sources = await selectSources(db, question, tokens);
    const byRelevance = (await fitsExhaustiveScan(db, filter, domains)) ? null : domainRanking(db, filter, domains);
    const candidates = domainCandidates(db, filter, domains, sources, byRelevance);
    return page(db, hybridRanking(filter, domains, candidates, sources, meaning), question);
  }
  const ranked = await rankByText(db, question, tokens, await selectSources(db, question, tokens));
  if (ranked.rows.length > 0 || !ranked.terms || !(await areStale(db, ranked.terms))) return ranked.rows;
  // retry once only: after a hash collision the counts never match
  db.termStatistics.forget();
  return (await rankByText(db, question, tokens, await selectSources(db, question, tokens))).rows;
}

/** The query's terms with the documents that they select, and the nearest neighbours of its vector. */
async function selectSources(
  db: Database,
  { meaning, filter }: SearchQuestion,
  tokens: readonly QueryToken[],
): Promise<CandidateSources> {
  return {
    terms: tokens.length > 0 ? await selectCandidatePostings(db, tokens) : null,
    neighbours: meaning ? await findNearest(db, meaning, filter) : null,
  };
}

/** The page of a search without domains, and the terms that selected it in the end. */
async function rankByText(
  db: Database,
  question: SearchQuestion,
  tokens: readonly QueryToken[],
  sources: CandidateSources,
): Promise<{ readonly rows: readonly Scored[]; readonly terms: QueryTerms | null }> {
  const { filter, meaning } = question;
  const { terms } = sources;
  const ranked = hybridRanking(filter, [], textCandidates(db, filter, sources), sources, meaning);
  const rows = await page(db, ranked, question);
  if (!terms?.capped) return { rows, terms };
  // an empty page has no row to carry the window count, so query for one row
  const [first] = rows.length > 0 ? rows : await page(db, ranked, { ...question, limit: 0, after: undefined });
  if (first && Number(first.candidates) >= minCappedHits) return { rows, terms };
  const uncapped = { ...sources, terms: await selectCandidatePostings(db, tokens, { exhaustive: true }) };
  const full = hybridRanking(filter, [], textCandidates(db, filter, uncapped), uncapped, meaning);
  return { rows: await page(db, full, question), terms: uncapped.terms };
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

/** Ranks every unit in the domains by relevance · confidence, read from one covering index unless the filter needs more. */
function domainRanking(db: Database, filter: UnitFilter, domains: readonly string[]): RawBuilder<Scored> {
  const signals = sql`
    select unit_id, confidence, ${jaccard(domains)} as domain, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
      from (${unitsByDomain(db, filter, domains)}) candidates`;
  // materialized: else a unit's context would be read again for each mention in the score
  const computed =
    requestedContext(filter).length > 0
      ? sql`with computed as materialized (${signals}) select * from computed`
      : signals;
  return sql<Scored>`
    select unit_id, ${relevance(filter)} * confidence as score, cast(null as double precision) as keyword, domain, language, framework, pattern
      from (${computed}) signals`;
}

/**
 * Ranks candidates by the weighted mean of their signals, times confidence: keyword (BM25 relative to the best candidate),
 * semantic, and relevance where the filter has domains or context.
 */
function hybridRanking(
  filter: UnitFilter,
  domains: readonly string[],
  candidates: RawBuilder<unknown>,
  { terms, neighbours }: CandidateSources,
  meaning: Meaning | undefined,
): RawBuilder<Scored> {
  const keyword = terms
    ? sql`coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)})`
    : sql`cast(null as double precision)`;
  const parts: [weight: number, signal: RawBuilder<unknown>][] = [];
  if (terms) parts.push([weights.keyword, sql`keyword`]);
  if (meaning) parts.push([meaning.weight, sql`semantic`]);
  if (domains.length > 0 || requestedContext(filter).length > 0) parts.push([weights.domain, relevance(filter)]);
  const semantic = neighbours ? sql`, ${neighbours.signal} as semantic` : sql``;
  // a candidate found by its vector alone has no match
  const counted = neighbours && terms ? sql`count(match)` : sql`count(*)`;
  return sql<Scored>`
    select unit_id, ${weighted(parts)} * confidence as score, keyword${neighbours ? sql`, semantic` : sql``}, domain, language, framework, pattern, candidates from (
      select unit_id, confidence, ${counted} over () as candidates, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             ${keyword} as keyword${semantic}, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
        from (${candidates}) candidates) signals`;
}

/** The weighted mean of the signals; a single signal is not weighted. */
function weighted(parts: readonly [weight: number, signal: RawBuilder<unknown>][]): RawBuilder<unknown> {
  const [first, ...rest] = parts;
  if (first && rest.length === 0) return first[1];
  const sum = sql.join(
    parts.map(([weight, signal]) => sql`${double(weight)} * ${signal}`),
    sql` + `,
  );
  return sql`(${sum}) / ${double(parts.reduce((total, [weight]) => total + weight, 0))}`;
}
