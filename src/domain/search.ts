import { normalize } from '../normal-forms.ts';
import type { Meaning, SearchAnswer, SearchQuestion, Store } from '../store/store.ts';
import { nullIfVectorsAreLost, type QueryVectors, type SemanticUnavailableReason } from './query-vectors.ts';

/** `keyword`: by words (BM25) and domains. `semantic`: by vectors. `hybrid`: both, fused. */
export type SearchMode = 'keyword' | 'semantic' | 'hybrid';

/** The hits of a search, with the mode that was really used. */
export interface SearchModeAnswer extends SearchAnswer {
  /** The effective mode: `keyword` where there was no query vector. */
  readonly mode: SearchMode;
  /** Why there was no query vector, where one was needed; else null. */
  readonly missing: SemanticUnavailableReason | null;
}

/** Searches in a mode; falls back to `keyword` where there is no query vector. Never throws for the embedding service or lost vectors. */
export async function searchInMode(
  store: Store,
  queryVectors: QueryVectors,
  mode: SearchMode,
  question: Omit<SearchQuestion, 'meaning'>,
): Promise<SearchModeAnswer> {
  // another spelling of the same characters is the same question, also to the embedding service
  const text = question.text === undefined ? undefined : normalize(question.text, 'NFC');
  const byKeyword = async (missing: SemanticUnavailableReason | null): Promise<SearchModeAnswer> => {
    return { ...(await store.units.search(question)), mode: 'keyword', missing };
  };
  // there is nothing to embed in a blank text
  if (mode === 'keyword' || text === undefined || text.trim() === '') return byKeyword(null);
  const asked = mode === 'semantic' ? { ...question, text: undefined } : question;
  const found = await queryVectors.of(text, 'query');
  if ('missing' in found) return byKeyword(found.missing);
  const byMeaning = (meaning: Meaning) => store.units.search({ ...asked, meaning }).catch(nullIfVectorsAreLost);
  const answer = await byMeaning(found.meaning);
  if (answer === null) return byKeyword('lost');
  if (answer.neighbours > 0) return withMode(mode, answer);
  // no vector matched: another model may have become active meanwhile, and the vectors of the old one are deleted. Retry once
  queryVectors.forget();
  const now = await queryVectors.of(text, 'query');
  if ('missing' in now) return byKeyword(now.missing);
  if (now.meaning.modelId === found.meaning.modelId) return withMode(mode, answer);
  const again = await byMeaning(now.meaning);
  return again === null ? byKeyword('lost') : withMode(mode, again);
}

function withMode(mode: SearchMode, answer: SearchAnswer): SearchModeAnswer {
  return { ...answer, mode: answer.words.given === 0 ? 'semantic' : mode, missing: null };
}
