import { type RawBuilder, sql } from 'kysely';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexable } from '../knowledge/rows.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { maxQueryTokens, tokenize } from './analyser.ts';
import {
  type CandidateSources,
  domainCandidates,
  domainDocuments,
  filteredDocuments,
  fitsExhaustiveScan,
  textCandidates,
} from './candidates.ts';
import { contextMatchColumns, double, jaccard, relevance, requestedContext } from './relevance.ts';
import { unitsByDomain } from './units-by-domain.ts';
import { findNearest } from './vector-candidates.ts';
import { findByWords } from './word-candidates.ts';

/**
 * Search (retrieval and ranking): find units by words (`sql/words/`) and neighbours, select candidates, score them, cut a keyset
 * page. The last three are one statement.
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
  if (tokens.length === 0 && !meaning)
    return domains.length > 0 ? page(db, domainRanking(db, filter, domains), question) : [];
  const neighbours = meaning ? await findNearest(db, meaning, filter) : null;
  if (domains.length > 0) {
    const byRelevance = (await fitsExhaustiveScan(db, filter, domains)) ? null : domainRanking(db, filter, domains);
    const scored = () => domainDocuments(db, filter, domains, neighbours, byRelevance);
    const words =
      tokens.length > 0 ? await findByWords(db, tokens, byRelevance ? maxWordHitsOfDomains : 0, scored()) : null;
    const sources = { words, neighbours };
    const candidates = domainCandidates(db, filter, domains, sources, byRelevance);
    return page(db, hybridRanking(filter, domains, candidates, sources, meaning), question);
  }
  const rankBy = (words: CandidateSources['words']) => {
    const sources = { words, neighbours };
    return hybridRanking(filter, [], textCandidates(db, filter, sources), sources, meaning);
  };
  const words = tokens.length > 0 ? await findByWords(db, tokens, maxWordHits) : null;
  const rows = await page(db, rankBy(words), question);
  if (!words?.more) return rows;
  // an empty page has no row to carry the window count, so query for one row
  const [first] = rows.length > 0 ? rows : await page(db, rankBy(words), { ...question, limit: 0, after: undefined });
  if (first && Number(first.candidates) >= minTextHits) return rows;
  const passing = filteredDocuments(db, filter, maxFiltered + 1);
  const { rows: documents } = await passing.execute(db.search);
  const more =
    documents.length > maxFiltered
      ? await findByWords(db, tokens, maxFilteredHits)
      : await findByWords(db, tokens, 0, passing);
  return page(db, rankBy(more), question);
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
  { words, neighbours }: CandidateSources,
  meaning: Meaning | undefined,
): RawBuilder<Scored> {
  const keyword = words
    ? sql`coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)})`
    : sql`cast(null as double precision)`;
  const parts: [weight: number, signal: RawBuilder<unknown>][] = [];
  if (words) parts.push([weights.keyword, sql`keyword`]);
  if (meaning) parts.push([meaning.weight, sql`semantic`]);
  if (domains.length > 0 || requestedContext(filter).length > 0) parts.push([weights.domain, relevance(filter)]);
  const semantic = neighbours ? sql`, ${neighbours.signal} as semantic` : sql``;
  // a candidate found by its vector alone has no match
  const counted = neighbours && words ? sql`count(match)` : sql`count(*)`;
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
