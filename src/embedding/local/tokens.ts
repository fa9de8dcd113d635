import type { Tokenizer } from '@huggingface/tokenizers';

/** Turns a text into the ids of its tokens, special ones included, at most as many as the model reads. */
export type Encode = (text: string) => readonly number[];

/**
 * Special tokens stand around a text, and none is lost where it is cut: a text that is too long loses its end. Throws an
 * `Error` where the tokenizer does not work like that.
 */
export function encoderOf(tokenizer: Tokenizer, maxTokens: number, lowerCase: boolean): Encode {
  const idsOf = (text: string, special: boolean): number[] =>
    tokenizer.encode(text, { add_special_tokens: special }).ids;
  const bare = idsOf('a', false);
  const whole = idsOf('a', true);
  const before = whole.findIndex((_, at) => bare.length > 0 && bare.every((id, offset) => whole[at + offset] === id));
  if (before === -1) throw new Error('its special tokens do not stand around the text');
  const prefix = whole.slice(0, before);
  const suffix = whole.slice(before + bare.length);
  const room = maxTokens - prefix.length - suffix.length;
  return (text) => [...prefix, ...idsOf(lowerCase ? text.toLowerCase() : text, false).slice(0, room), ...suffix];
}
