/** A part of a lesson's text: prose, code in a line (backticks), or a block of code (a fence). */
export type TextPart =
  | { readonly kind: 'prose'; readonly text: string; readonly start: number }
  | { readonly kind: 'code'; readonly text: string; readonly start: number }
  | { readonly kind: 'block'; readonly text: string; readonly start: number; readonly language: string };

const fence = /^(`{3,}|~{3,})[ \t]*([^\n`]*)\n([\s\S]*?)(?:\n\1[ \t]*$|$(?![\s\S]))/gm;

/**
 * Splits a text into prose and code. Only fences and backticks mean anything: nothing else of Markdown does, so that no text of a
 * stranger becomes a link, an image or a heading. `start` counts UTF-16 code units from the beginning of the text.
 */
export function splitCode(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(fence)) {
    parts.push(...splitBackticks(text.slice(end, match.index), end));
    const body = match[3] ?? '';
    const start = match.index + match[0].indexOf('\n') + 1;
    parts.push({ kind: 'block', text: body, start, language: (match[2] ?? '').trim() });
    end = match.index + match[0].length;
    if (text[end] === '\n') end++;
  }
  parts.push(...splitBackticks(text.slice(end), end));
  return parts;
}

/** Runs of backticks open code that the next run of the same length closes; a run that nothing closes is text. */
export function splitBackticks(text: string, offset = 0): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const code = /(?<!`)(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/g;
  for (const match of text.matchAll(code)) {
    if (match.index > end) parts.push({ kind: 'prose', text: text.slice(end, match.index), start: offset + end });
    const ticks = match[1]?.length ?? 1;
    parts.push({ kind: 'code', text: match[2] ?? '', start: offset + match.index + ticks });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'prose', text: text.slice(end), start: offset + end });
  return parts;
}
