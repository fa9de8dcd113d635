/** The kinds of fault that are put into the sources. */
export const rules = [
  'comparison',
  'boundary',
  'boolean',
  'removed call',
  'removed directive',
  'removed await',
] as const;
export type Rule = (typeof rules)[number];

/** A piece of a text, from `start` up to `end`, and what it becomes. */
export interface Edit {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One fault in one file of the project. */
export interface Mutant extends Edit {
  /** From the root of the project, with `/`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The lines that change, on one line, as they are and as they become. */
  readonly before: string;
  readonly after: string;
}

/** The source with the edit in it. */
export function apply(source: string, { start, end, text }: Edit): string {
  return source.slice(0, start) + text + source.slice(end);
}

export function describe(file: string, source: string, edit: Edit): Mutant {
  const first = source.lastIndexOf('\n', edit.start - 1) + 1;
  const newline = source.indexOf('\n', edit.end);
  const last = newline < 0 ? source.length : newline;
  const shifted = { ...edit, start: edit.start - first, end: edit.end - first };
  const lines = source.slice(first, last);
  return {
    ...edit,
    file,
    line: source.slice(0, edit.start).split('\n').length,
    before: onOneLine(lines),
    after: onOneLine(apply(lines, shifted)),
  };
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
