import { type RawBuilder, sql } from 'kysely';
import type { Meaning, SearchAnswer, SearchHit, SearchQuestion, UnitFilter } from '../store.ts';
import { anywhere, type Found, inDomains, inOneDomain, inSomeDomains } from './candidates.ts';
import type { Database } from './database.ts';
import { matching } from './matching.ts';
import { meant } from './meant.ts';
import { indexable } from './rows.ts';
import { boosts, contextAsked, double, jaccard, relevance } from './signals.ts';
import { findUnits } from './units.ts';
import { maxQueryTokens, tokenize } from './words.ts';

/** Ranking: candidates, the signals of each, and one score of them, in one statement that also cuts the page. */

interface Scored {
  readonly unit_id: string;
  readonly score: number;
  readonly keyword: number | null;
  readonly semantic: number | null;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
}

/** What the words and the domains weigh when there is more than one signal; measured on public collections. */
const weights = { keyword: 0.6, domain: 0.2 };

export async function searchUnits(db: Database, question: SearchQuestion): Promise<SearchAnswer> {
  const given = question.text === undefined ? [] : [...new Set(tokenize(question.text))];
  const tokens = given.slice(0, maxQueryTokens);
  const ranked = await ranking(db, question, tokens);
  const rows = ranked ? await page(db, ranked, question) : [];
  const best = rows.slice(0, question.limit);
  const units = await findUnits(
    db,
    best.map(({ unit_id }) => unit_id),
  );
  const hits = best.flatMap((row, index): SearchHit[] => {
    const unit = units[index];
    const { score, keyword, semantic, domain, language, framework, pattern } = row;
    return unit ? [{ unit, score, signals: { keyword, semantic, domain, language, framework, pattern } }] : [];
  });
  return { hits, hasMore: rows.length > question.limit, words: { used: tokens.length, given: given.length } };
}

/** Rows of `Scored`, in any order; null when the question asks for nothing. */
async function ranking(
  db: Database,
  { filter, meaning }: SearchQuestion,
  tokens: readonly string[],
): Promise<RawBuilder<Scored> | null> {
  const domains = [...new Set((filter.domains ?? []).map(indexable))];
  if (tokens.length === 0 && !meaning) return domains.length > 0 ? domainRanking(db, filter, domains) : null;
  const found = {
    words: tokens.length > 0 ? await matching(db, tokens) : null,
    meaning: meaning ? await meant(db, meaning, filter) : null,
  };
  return mixedRanking(db, filter, domains, found, meaning);
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
    select unit_id, ${relevance(filter)} * confidence as score, ${absent} as keyword, ${absent} as semantic, domain, language, framework, pattern from (
      select unit_id, confidence, ${jaccard(domains)} as domain, ${boosts(filter, sql.ref('unit_id'))}
        from (${domains.length === 1 ? inOneDomain(db, filter, domains[0]) : inSomeDomains(db, filter, domains)}) candidates
    ) signals`;
}

const absent = sql`cast(null as double precision)`;

/** By words, by meaning, or by both, and by relevance when there is something to go by. */
function mixedRanking(
  db: Database,
  filter: UnitFilter,
  domains: readonly string[],
  found: Found,
  meaning: Meaning | undefined,
): RawBuilder<Scored> {
  const candidates = domains.length > 0 ? inDomains(db, filter, domains, found) : anywhere(db, filter, found);
  const keyword = found.words
    ? sql`coalesce(cast(match as double precision) / nullif(max(match) over (), 0), ${double(0)})`
    : absent;
  const parts: [weight: number, signal: RawBuilder<unknown>][] = [];
  if (found.words) parts.push([weights.keyword, sql`keyword`]);
  if (meaning) parts.push([meaning.weight, sql`semantic`]);
  if (domains.length > 0 || contextAsked(filter).length > 0) parts.push([weights.domain, relevance(filter)]);
  return sql<Scored>`
    select unit_id, ${weighted(parts)} * confidence as score, keyword, semantic, domain, language, framework, pattern from (
      select unit_id, confidence, ${domains.length > 0 ? jaccard(domains) : double(0)} as domain,
             ${keyword} as keyword, ${found.meaning?.signal ?? absent} as semantic, ${boosts(filter, sql.ref('unit_id'))}
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
