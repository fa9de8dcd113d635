import { normalize } from '../normal-forms.ts';
import type { KnowledgeUnit } from '../store/store.ts';

/** How much of their wording two lessons share. */

// of scripts without spaces between words each character is a word
const word =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|[\p{L}\p{N}\p{M}_]+/gu;

/** The different pairs of neighbouring words (shingles) of a lesson, in lower case and NFC. */
export function shinglesOf({ summary, detail, action }: KnowledgeUnit['insight']): ReadonlySet<string> {
  const words = normalize(`${summary}\n${detail}\n${action}`, 'NFC').toLowerCase().match(word) ?? [];
  return new Set(words.map((each, at) => `${each} ${words[at + 1] ?? ''}`));
}

/** The Jaccard similarity of two sets: what they share of what they have together; 0 for two empty ones. */
export function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of one) if (other.has(item)) shared++;
  return shared === 0 ? 0 : shared / (one.size + other.size - shared);
}
