import { checkText, readFilter } from '../domain/filter.ts';
import type { SemanticUnavailableReason } from '../domain/query-vectors.ts';
import { limits } from '../domain/rules.ts';
import { type SearchMode, type SearchModeAnswer, searchInMode } from '../domain/search.ts';
import { BadUserInputError } from '../errors.ts';
import type { SearchHit } from '../store/store.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor, isNumber, isTextPosition, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import type { QuerySearchArgs, Resolvers, SearchNoticeCode } from './types.generated.ts';

/** The largest page of results. */
export const maxSearchResults = 50;
/** The most results over all pages. */
const maxRanked = 200;

/** Resolvers of schema/search.graphql. */
export const searchResolvers = {
  Query: {
    search: (_root, args, context) => search(args, context),
  },
} satisfies Resolvers;

async function search(args: QuerySearchArgs, { store, viewer, queryVectors }: Context) {
  const { text, filter: filterInput, first, after } = args;
  const mode = args.mode ?? 'hybrid';
  const filter = readFilter(viewer, filterInput);
  if (text == null && filterInput?.domains == null)
    throw new BadUserInputError('search needs a text, filter.domains, or both.');
  if (mode === 'semantic' && text == null) throw new BadUserInputError('mode: SEMANTIC needs a text.');
  const searched = text == null ? undefined : shortened(text);
  if (searched !== undefined) checkText('text', searched, limits.searchText);
  const list = listHash(['search', searched, filter, mode]);
  const from = after == null ? undefined : decodeCursor('after', after, list, isRank);
  const seen = from?.[2] ?? 0;
  const limit = Math.min(pageSize('first', first, 5, maxSearchResults), maxRanked - seen);
  const answer = await searchInMode(store, queryVectors, mode, {
    text: searched,
    filter,
    limit,
    after: from && { score: from[0], id: from[1] },
  });
  const capped = answer.hasMore && seen + answer.hits.length >= maxRanked;
  const edges = answer.hits.map((hit, index) => edge(hit, list, seen + index + 1));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: answer.hasMore && !capped,
      hasPreviousPage: after != null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    effectiveMode: answer.mode,
    notices: notices(mode, searched, searched !== (text ?? undefined), answer, capped),
  };
}

/** Of a text that is too long, this much of its beginning and of its end is searched for: the error may be in either. */
const [kept, keptAtEnd] = [limits.searchText / 2, limits.searchText / 2 - 1];

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= limits.searchText) return text;
  return `${characters.slice(0, kept).join('')}\n${characters.slice(-keptAtEnd).join('')}`;
}

function edge({ unit, score, signals }: SearchHit, list: string, rank: number) {
  return {
    cursor: encodeCursor(list, [score, unit.id, rank]),
    node: unit,
    score,
    signals: { ...signals, confidence: unit.evidence.confidence },
  };
}

/** The position in a cursor of results: score, id, and rank. */
const isRank = (position: readonly unknown[]): position is [number, string, number] =>
  position.length === 3 &&
  isNumber(position[0]) &&
  isTextPosition(['', position[1]]) &&
  Number.isInteger(position[2]) &&
  Number(position[2]) > 0 &&
  Number(position[2]) < maxRanked;

const reasons: Readonly<Record<SemanticUnavailableReason, string>> = {
  off: 'this server has no embedding service, or no vectors.',
  building:
    'the configured embedding model is not the active one: its vectors are still being made, or another model replaced it.',
  unindexed:
    'the vectors have no index yet, which the owner of the database builds, and are too many to compare without one.',
  timeout: 'the embedding service took too long.',
  failed: 'the embedding service failed.',
  refused: 'the embedding service rejects this text.',
  paused: 'the embedding service has failed several times and is not called for a while.',
  wrongSize: 'the embedding service returns vectors of another dimension than the units have.',
};

function notices(
  asked: SearchMode,
  text: string | undefined,
  cut: boolean,
  { words, respelt, mode, missing }: SearchModeAnswer,
  capped: boolean,
) {
  const found: { code: SearchNoticeCode; message: string }[] = [];
  // HYBRID is the default mode, so its caller need not learn that there is no embedding service
  if (missing !== null && !(missing === 'off' && asked === 'hybrid'))
    found.push({
      code: 'SEMANTIC_UNAVAILABLE',
      message: `Found by words and domains, not by meaning: ${reasons[missing]}`,
    });
  if (cut)
    found.push({
      code: 'QUERY_TRUNCATED',
      message: `The first ${kept} and the last ${keptAtEnd} characters were searched for.`,
    });
  if (words.used < words.given)
    found.push({
      code: 'QUERY_TRUNCATED',
      message: `Of ${words.given} different words the rarest that units have were searched for: ${words.used}.`,
    });
  for (const { written, searched } of respelt)
    found.push({
      code: 'SPELLING',
      message: `No unit has the word "${written}": "${searched}" was searched for in its place.`,
    });
  if (text !== undefined && words.given === 0 && !(asked === 'semantic' && mode === 'semantic'))
    found.push({ code: 'NO_WORDS', message: 'The text held no word to search for.' });
  if (capped) found.push({ code: 'RESULTS_CAPPED', message: `An answer ends after ${maxRanked} units.` });
  return found;
}
