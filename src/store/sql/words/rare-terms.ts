import { changedOf } from './changed-documents.ts';
import { documentFrequencyIn } from './chunk.ts';
import type { IndexView } from './index-cache.ts';
import type { IndexToken } from './word-finder.ts';
import type { WordSource } from './word-source.ts';

/**
 * The rarest terms, as many as stand in this many documents together, are looked up by full-text search, so that only the chunks with
 * those documents are read; the other ones in all chunks.
 */
export const maxRare = 500;
/** Of more tokens than this the tail is not asked which have them: it looks at each of its units. */
const maxTailTokens = 256;

/** The rarest terms with their documents, until those are `maxRare` together. */
export async function rareTerms(
  source: WordSource,
  view: IndexView,
  tokens: readonly IndexToken[],
): Promise<Map<number, readonly number[]>> {
  const looked = await lookUp(source, mayBeRare(view, tokens, maxRare), maxRare);
  const found = [...looked].sort(
    ([one, documents], [other, others]) => documents.length - others.length || one - other,
  );
  const rare = new Map<number, readonly number[]>();
  let left = maxRare;
  for (const [term, documents] of found) {
    left -= documents.length;
    if (left < 0) break;
    rare.set(term, documents);
  }
  return rare;
}

/** The tokens that, as far as directories say, are in `most` documents or fewer; what is in the tail is told only of not too many. */
export function mayBeRare(
  { chunks, tail }: IndexView,
  tokens: readonly IndexToken[],
  most: number,
): readonly IndexToken[] {
  // what has changed may have had the term before
  const changed = chunks.reduce((sum, chunk) => sum + changedOf(chunk, tail.documents).length, 0);
  const isInTail = tokens.length <= maxTailTokens;
  return tokens.filter(({ term }) => {
    const built = chunks.reduce((sum, { directory }) => sum + documentFrequencyIn(directory, term), 0);
    return built - changed + (isInTail ? tail.hits(term).length : 0) <= most;
  });
}

/** The documents of each token by its term, by full-text search: of one in more than `most`, `most + 1` of them. */
export async function lookUp(
  source: WordSource,
  tokens: readonly IndexToken[],
  most: number,
): Promise<Map<number, readonly number[]>> {
  if (tokens.length === 0) return new Map();
  const rows = await source.matching(
    tokens.map(({ text }) => text),
    most + 1,
  );
  const found = tokens.map(({ term }) => [term, [] as number[]] as const);
  for (const { token, document } of rows) found[token]?.[1].push(document);
  return new Map(found);
}
