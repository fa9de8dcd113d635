import { type RawBuilder, sql } from 'kysely';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexable } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { maxQueryTokens, tokenize } from './analyser.ts';
import {
  type CandidateSources,
  domainCandidates,
  maxCandidates,
  maxExhaustiveScan,
  textCandidates,
} from './candidates.ts';
import { bestByDomain, hasAtMost } from './domain-ranking.ts';
import { page, type Scored } from './page.ts';
import { areStale, type QueryTerms, selectCandidatePostings } from './query-terms.ts';
import { contextMatchColumns, double, jaccard, relevance, requestedContext } from './relevance.ts';
import { findNearest } from './vector-candidates.ts';

/**
 * Search (retrieval and ranking): select terms and neighbours, select candidates, score them, cut a keyset page. The last three
 * are one statement.
 */

/** If an impact-ordered selection leaves fewer hits than this after filtering, it is repeated without its cap. */
const minCappedHits = 50;
/** Weights of the keyword signal and of relevance where a score has several parts; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };

/** The best units for a question, best first, ties to the higher id. */
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

/** The scored rows of the page, and one row more if there is one. */
async function rank(db: Database, question: SearchQuestion, tokens: readonly string[]): Promise<readonly Scored[]> {
  const { filter, meaning } = question;
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length === 0 && !meaning) return domains.length > 0 ? bestByDomain(db, filter, domains, question) : [];
  if (domains.length > 0) {
    const sources = await selectSources(db, question, tokens);
    const best = (await hasAtMost(db, filter, domains, maxExhaustiveScan))
      ? null
      : await bestByDomain(db, filter, domains, { limit: maxCandidates - 1 });
    const candidates = domainCandidates(db, filter, domains, sources, best);
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
  tokens: readonly string[],
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
  tokens: readonly string[],
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
