import type { SearchAnswer, SearchQuestion, Store } from '../store/store.ts';
import type { NoMeaning, QueryVectors } from './meaning.ts';

/** By words and domains, by meaning alone, or by all of them. */
export type SearchMode = 'keyword' | 'semantic' | 'hybrid';

export interface ModalAnswer extends SearchAnswer {
  /** How the answer was really found. */
  readonly mode: SearchMode;
  /** Why meaning had no part in it, where it was asked for. */
  readonly missing: NoMeaning | null;
}

/** Searches in a mode. Where there is no meaning to search by, searches by words and domains. */
export async function searchIn(
  store: Store,
  queryVectors: QueryVectors,
  mode: SearchMode,
  question: Omit<SearchQuestion, 'meaning'>,
): Promise<ModalAnswer> {
  const { text } = question;
  const plain = async (missing: NoMeaning | null): Promise<ModalAnswer> => {
    return { ...(await store.units.search(question)), mode: 'keyword', missing };
  };
  // a text of spaces means nothing
  if (mode === 'keyword' || text === undefined || text.trim() === '') return plain(null);
  const asked = mode === 'semantic' ? { ...question, text: undefined } : question;
  const found = await queryVectors.of(text, 'query');
  if ('missing' in found) return plain(found.missing);
  const answer = await store.units.search({ ...asked, meaning: found.meaning });
  if (answer.hits.some(({ signals }) => (signals.semantic ?? 0) > 0)) return by(mode, answer);
  // another model may have taken over since, and the vectors of the one before are gone
  queryVectors.forget();
  const now = await queryVectors.of(text, 'query');
  if ('missing' in now) return plain(now.missing);
  if (now.meaning.modelId === found.meaning.modelId) return by(mode, answer);
  return by(mode, await store.units.search({ ...asked, meaning: now.meaning }));
}

function by(mode: SearchMode, answer: SearchAnswer): ModalAnswer {
  return { ...answer, mode: answer.words.given === 0 ? 'semantic' : mode, missing: null };
}
