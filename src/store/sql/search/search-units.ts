import { type RawBuilder, sql } from 'kysely';
import { calibrated } from '../../../calibrated.ts';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { similarityScale } from '../embeddings/vectors.ts';
import { indexable } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import {
  type CandidateSources,
  domainCandidates,
  domainDocuments,
  filteredDocuments,
  maxCandidates,
  textCandidates,
  wordlessDocuments,
} from './candidates.ts';
import { bestByDomain } from './domain-ranking.ts';
import { matchStrength } from './match-strength.ts';
import { page, type Scored } from './page.ts';
import { answerQuery, type QueryText, queryText, type SearchedTokens } from './query-words.ts';
import { contextMatchColumns, double, jaccard, relevance, requestedContext } from './relevance.ts';
import { findNearest } from './vector-candidates.ts';
import { findByWords } from './word-candidates.ts';

/**
 * Search (retrieval and ranking): find units by words (`sql/words/`) and neighbours, select candidates, score them, cut a keyset
 * page. The last three are one statement.
 */

/** Units that are looked for by words; after the filter, 200 of them are ranked. */
const maxWordHits = 256;
/** In large domains more are, since most of the best ones may be of other domains. */
const maxWordHitsOfDomains = 500;
/**
 * If a filter leaves fewer text hits than this, others are looked for: all that pass, where those are at most `maxFiltered` units; else
 * the `maxFilteredHits` best by words.
 */
const [minTextHits, maxFiltered, maxFilteredHits] = [50, 1000, 4096];
/** Weights of the keyword signal and of relevance where a score has several parts; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };

/** The best units for a question, best first, ties to the higher id. */
export async function searchUnits(db: Database, question: SearchQuestion): Promise<SearchAnswer> {
  const { rows, sources, query } = await rank(db, question, queryText(question));
  const best = rows.slice(0, question.limit);
  const units = await findUnits(
    db,
    best.map(({ unit_id }) => unit_id),
  );
  const hits = best.flatMap((row, index): SearchHit[] => {
    const unit = units[index];
    const { score, rank = score, keyword, semantic = null, domain, language, framework, pattern } = row;
    const comparable = comparableSignals(row, sources, question);
    return unit
      ? [{ unit, score, rank, signals: { keyword, semantic, ...comparable, domain, language, framework, pattern } }]
      : [];
  });
  return {
    hits,
    hasMore: rows.length > question.limit,
    words: { used: query.tokens.length, given: query.given },
    respelt: query.respelt,
    neighbours: sources.neighbours?.count ?? 0,
  };
}

/**
 * A cosine as a measure that means the same with every model, from 0 to 1. While the mean of the model is not known, a cosine stands
 * for itself, so that no least score hides what it should not.
 */
const comparableCosine = ({ meanCosine }: Meaning, cosine: number): number =>
  Math.min(1, Math.max(0, calibrated(cosine, meanCosine ?? 0)));

/** The signals that mean the same in every answer. */
function comparableSignals(
  { held = 0, near = null }: Scored,
  { words }: CandidateSources,
  { meaning }: SearchQuestion,
): Pick<SearchHit['signals'], 'coverage' | 'similarity'> {
  return {
    coverage: words && held / words.totalWeight,
    similarity: meaning && near !== null ? comparableCosine(meaning, near / similarityScale) : null,
  };
}

interface Ranked {
  readonly rows: readonly Scored[];
  readonly sources: CandidateSources;
  readonly query: SearchedTokens;
}

const noSources: CandidateSources = { words: null, neighbours: null };
const noQuery: SearchedTokens = { tokens: [], given: 0, respelt: [] };

/** The scored rows of the page, and one row more if there is one. */
async function rank(db: Database, question: SearchQuestion, text: QueryText): Promise<Ranked> {
  const { filter, meaning } = question;
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (text.tokens.length === 0 && !meaning) return rankWithoutText(db, question, domains, noQuery);
  const neighbours = meaning ? await findNearest(db, meaning, filter) : null;
  if (domains.length > 0) return rankInDomains(db, question, domains, text, neighbours);
  return rankByText(db, question, text, neighbours);
}

/** By domains alone, where there is nothing else to go by. */
async function rankWithoutText(
  db: Database,
  question: SearchQuestion,
  domains: readonly string[],
  query: SearchedTokens,
): Promise<Ranked> {
  const rows = domains.length > 0 ? await bestByDomain(db, question.filter, domains, question) : [];
  return { rows, sources: noSources, query };
}

async function rankInDomains(
  db: Database,
  question: SearchQuestion,
  domains: readonly string[],
  text: QueryText,
  neighbours: CandidateSources['neighbours'],
): Promise<Ranked> {
  const { filter, meaning } = question;
  const all = await domainDocuments(db, filter, domains);
  const best = all ? null : await bestByDomain(db, filter, domains, { limit: maxCandidates - 1 });
  const among = text.tokens.length > 0 ? (all ?? (await wordlessDocuments(db, best ?? [], neighbours))) : [];
  const { found, ...query } = await answerQuery(db, text, filter, (tokens, required) =>
    findByWords(db, tokens, best ? maxWordHitsOfDomains : 0, among, required),
  );
  if (!found && !meaning) return rankWithoutText(db, question, domains, query);
  const sources = { words: found, neighbours };
  const candidates = domainCandidates(db, filter, domains, sources, best);
  return {
    rows: await page(db.search, hybridRanking(filter, domains, candidates, sources, meaning), question),
    sources,
    query,
  };
}

/** The page of a search without domains, and the sources that selected it in the end. */
async function rankByText(
  db: Database,
  question: SearchQuestion,
  text: QueryText,
  neighbours: CandidateSources['neighbours'],
): Promise<Ranked> {
  const { filter, meaning } = question;
  const rankBy = (sources: CandidateSources) =>
    hybridRanking(filter, [], textCandidates(db, filter, sources), sources, meaning);
  const { found: words, ...query } = await answerQuery(db, text, filter, (tokens, required) =>
    findByWords(db, tokens, maxWordHits, [], required),
  );
  if (!words && !meaning) return rankWithoutText(db, question, [], query);
  const sources = { words, neighbours };
  const rows = await page(db.search, rankBy(sources), question);
  if (!words?.more) return { rows, sources, query };
  // an empty page has no row to carry the window count, so query for one row
  const [first] =
    rows.length > 0
      ? rows
      : await page(db.search, rankBy(sources), { ...question, limit: 0, after: undefined, minScore: undefined });
  if (first && Number(first.candidates) >= minTextHits) return { rows, sources, query };
  const passing = await filteredDocuments(db, filter, maxFiltered + 1);
  const more =
    passing.length > maxFiltered
      ? await findByWords(db, query.tokens, maxFilteredHits)
      : await findByWords(db, query.tokens, 0, passing);
  const wider = { words: more, neighbours };
  return { rows: await page(db.search, rankBy(wider), question), sources: wider, query };
}

/**
 * Ranks candidates by the weighted mean of their signals, times confidence: keyword (BM25 relative to the best candidate),
 * semantic, and relevance where the filter has domains or context.
 *
 * The score of the first is how well the question is matched at all, whichever answer it is: the weighted mean of how well the best
 * candidate matches the words and of how near the nearest one is. The others' falls with the square root of their rank,
 * so that it is not their confidence that decides about a least score, and one that ranks low in a good answer is kept.
 */
function hybridRanking(
  filter: UnitFilter,
  domains: readonly string[],
  candidates: RawBuilder<unknown>,
  { words, neighbours }: CandidateSources,
  meaning: Meaning | undefined,
): RawBuilder<Scored> {
  const keyword = words
    ? sql`coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)})`
    : sql`cast(null as double precision)`;
  const worded = words ? sql`, match, coalesce(held, 0) as held, max(match) over () as best_match` : sql``;
  // of units that match equally well, the one that has more of the words
  const bestHeld = words ? sql`, max(case when match = best_match then held end) over () as best_held` : sql``;
  const parts: [weight: number, signal: RawBuilder<unknown>][] = [];
  if (words) parts.push([weights.keyword, sql`keyword`]);
  if (meaning) parts.push([meaning.weight, sql`semantic`]);
  if (domains.length > 0 || requestedContext(filter).length > 0) parts.push([weights.domain, relevance(filter)]);
  const semantic = neighbours ? sql`, ${neighbours.signal} as semantic, near` : sql``;
  const strengths: typeof parts = [];
  if (words) strengths.push([weights.keyword, matchStrength(words, sql.ref('best_match'), sql.ref('best_held'))]);
  if (meaning && neighbours)
    strengths.push([meaning.weight, sql`cast(${comparableCosine(meaning, neighbours.nearest)} as double precision)`]);
  // a candidate found by its vector alone has no match
  const counted = neighbours && words ? sql`count(match)` : sql`count(*)`;
  return sql<Scored>`
    select ranked.*, ${weighted(strengths)} * sqrt(coalesce(rank / nullif(max(rank) over (), 0), ${double(0)})) as score from (
    select signals.*, ${weighted(parts)} * confidence as rank${bestHeld} from (
      select unit_id, confidence, ${counted} over () as candidates, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             ${keyword} as keyword${worded}${semantic}, ${contextMatchColumns(filter, sql.ref('candidates.unit_id'))}
        from (${candidates}) candidates) signals) ranked`;
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
