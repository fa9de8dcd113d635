import { setImmediate } from 'node:timers/promises';
import { checkText, readFilter } from '../domain/filter.ts';
import type { SemanticUnavailableReason } from '../domain/query-vectors.ts';
import { limits } from '../domain/rules.ts';
import { type SearchMode, type SearchModeAnswer, searchInMode } from '../domain/search.ts';
import { countAnswers } from '../domain/usage.ts';
import { BadUserInputError } from '../errors.ts';
import type { SearchHit } from '../store/store.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor, isNumber, isTextPosition, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import type { SearchPage, SearchResult } from './resolver-types.ts';
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

  SearchConnection: {
    nodes: ({ edges }) => edges.map(({ hit }) => hit.unit),
    nearest: (page) => page.nearest(),
  },

  SearchEdge: {
    node: ({ hit }) => hit.unit,
    score: ({ hit }) => hit.score,
    signals: ({ hit: { unit, signals } }) => ({ ...signals, confidence: unit.evidence.confidence }),
    highlights: async (result) => {
      const { summary, detail, action } = await result.highlights();
      return { summary: [...summary], detail: [...detail], action: [...action] };
    },
  },
} satisfies Resolvers;

async function search(args: QuerySearchArgs, { store, viewer, queryVectors }: Context): Promise<SearchPage> {
  const { text, filter: filterInput, first, after, minScore } = args;
  const mode = args.mode ?? 'hybrid';
  const filter = readFilter(viewer, filterInput);
  if (text == null && filterInput?.domains == null)
    throw new BadUserInputError('search needs a text, filter.domains, or both.');
  if (mode === 'semantic' && text == null) throw new BadUserInputError('mode: SEMANTIC needs a text.');
  if (minScore != null && !(minScore >= 0 && minScore <= 1))
    throw new BadUserInputError(`minScore must be from 0 to 1, got ${minScore}.`);
  const searched = text == null ? undefined : shortened(text);
  if (searched !== undefined) checkText('text', searched, limits.searchText);
  const list = listHash(['search', searched, filter, mode, ...(minScore == null ? [] : [minScore])]);
  const from = after == null ? undefined : decodeCursor('after', after, list, isRank);
  const seen = from?.[2] ?? 0;
  const limit = Math.min(pageSize('first', first, 5, maxSearchResults), maxRanked - seen);
  const question = { text: searched, filter, minScore: minScore ?? undefined };
  const answer = await searchInMode(store, queryVectors, mode, {
    ...question,
    limit,
    after: from && { rank: from[0], id: from[1] },
  });
  countAnswers(
    store,
    answer.hits.map(({ unit }) => unit),
  );
  const capped = answer.hasMore && seen + answer.hits.length >= maxRanked;
  const nextTurn = turns();
  // what was searched for in place of misspelt words is what stands in the units
  const highlightsOf = store.units.highlighter(
    [searched ?? '', ...answer.respelt.map((word) => word.searched)].join(' '),
  );
  const toResult = (hit: SearchHit, place: number): SearchResult => ({
    cursor: encodeCursor(list, [hit.rank, hit.unit.id, place]),
    hit,
    async highlights() {
      // a page of long units takes a while to analyse: other requests go on between two of them
      await nextTurn();
      return highlightsOf(hit.unit.insight);
    },
  });
  const edges = answer.hits.map((hit, index) => toResult(hit, seen + index + 1));
  return {
    edges,
    pageInfo: {
      hasNextPage: answer.hasMore && !capped,
      hasPreviousPage: after != null,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    effectiveMode: answer.mode,
    notices: notices(mode, searched, searched !== (text ?? undefined), answer, capped),
    async nearest() {
      if (minScore == null || from !== undefined || limit === 0 || edges.length > 0) return null;
      const [hit] = (await searchInMode(store, queryVectors, mode, { ...question, minScore: undefined, limit: 1 }))
        .hits;
      return hit ? toResult(hit, 1) : null;
    },
  };
}

/** A function that each caller awaits until the event loop has gone round once more since the one before. */
function turns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => setImmediate());
    return last;
  };
}

/** Of a text that is too long, this much of its beginning and of its end is searched for: the error may be in either. */
const [kept, keptAtEnd] = [limits.searchText / 2, limits.searchText / 2 - 1];

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= limits.searchText) return text;
  return `${characters.slice(0, kept).join('')}\n${characters.slice(-keptAtEnd).join('')}`;
}

/** The position in a cursor of results: rank, id, and place in the answer. */
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
  lost: 'the database cannot use its vectors any more: the log of the server says why.',
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
