import type { Range } from './text-edits.ts';

/** Lines of a text that are put in or taken out. Nothing else of the text is in it, which may have secrets of other programs. */
export interface Excerpt {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What others have written at a place: its form, without a text, since any may be a secret. */
export function excerptOfOthers(text: string, shorter: string, name: string, value: unknown): Excerpt {
  const leaf = (_: string, inner: unknown) => (typeof inner === 'string' ? '…' : inner);
  return { ...excerptOf(text, shorter), text: `${JSON.stringify(name)}: ${JSON.stringify(value, leaf, 2)}` };
}

/** What is in these ranges. */
export const excerptsOf = (text: string, ranges: readonly Range[]): Excerpt[] =>
  ranges.toSorted(([one], [other]) => one - other).map(([offset, length]) => excerpt(text, offset, offset + length));

/** What a shorter text, which is the same before and after one place, lacks. */
export function excerptOf(text: string, shorter: string): Excerpt {
  const removed = text.length - shorter.length;
  let start = 0;
  while (start < shorter.length && text[start] === shorter[start]) start++;
  // of equal characters around it, all lines begin where they did
  while (start > 0 && text.slice(0, start) + text.slice(start + removed) !== shorter) start--;
  return excerpt(text, start, start + removed);
}

function excerpt(text: string, start: number, end: number): Excerpt {
  const inside = text.slice(start, end);
  const [lineBreak = ''] = /^[ \t]*\r?\n/.exec(inside) ?? [];
  const line = text.slice(0, start + lineBreak.length).split('\n').length;
  return { line, text: inside.slice(lineBreak.length).replace(/\s+$/, '') };
}

/**
 * The excerpts as lines of a diff. `secrets`, and whatever stands where a key does, are left out.
 */
export function diffLines(sign: '+' | '-', excerpts: readonly Excerpt[], secrets: readonly string[]): string[] {
  return excerpts.flatMap(({ line, text }) => [
    `@@ line ${line} @@`,
    ...masked(text, secrets)
      .split(/\r?\n/)
      .map((one) => `${sign}${one}`),
  ]);
}

const masked = (text: string, secrets: readonly string[]) =>
  secrets
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
    .replace(/(Bearer )[\w.~+/=-]{8,}/g, '$1…')
    // a file that has the key and nothing else
    .replace(/^[\w.~+/=-]{8,}$/gm, '…')
    .replace(/\bcqa\.v\d[\w.-]*/g, '…')
    .replace(/^([ \t]*(?:export[ \t]+)?\w+=).+$/gm, '$1…');
