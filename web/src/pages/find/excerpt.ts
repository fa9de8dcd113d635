import type { Range } from '../../design/highlight.ts';

const length = 220;

/** The part of a text around its first mark, in one line, with the marks that fall into it. */
export function excerpt(
  text: string,
  marks: readonly Range[],
): { readonly text: string; readonly marks: readonly Range[] } {
  const first = marks[0]?.start ?? 0;
  // a little before, and from the beginning of a word
  const wanted = first > length - 60 ? first - 60 : 0;
  const start = wanted === 0 ? 0 : text.indexOf(' ', wanted) + 1;
  // up to the end of a word
  const end = text.length <= start + length ? text.length : text.lastIndexOf(' ', start + length);
  const lead = start > 0 ? '… ' : '';
  const cut = text.slice(start, end).replace(/\s/g, ' ');
  return {
    text: `${lead}${cut}${end < text.length ? ' …' : ''}`,
    marks: marks
      .filter((mark) => mark.start >= start && mark.end <= end)
      .map((mark) => ({ start: mark.start - start + lead.length, end: mark.end - start + lead.length })),
  };
}
