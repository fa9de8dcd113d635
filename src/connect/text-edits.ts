import { ConflictError } from '../errors.ts';

/** Text that is put into a text: at `offset` of the text as it was. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** A part of a text: where it begins, and how many UTF-16 units it has. */
export type Range = readonly [offset: number, length: number];

export interface Inserted {
  readonly text: string;
  /** What was put in, in places of `text`; without these it is the text as it was. */
  readonly ranges: readonly Range[];
}

/** `ranges` of earlier insertions are carried over to the places where they are afterwards. */
export function insert(text: string, insertions: readonly Insertion[], ranges: readonly Range[] = []): Inserted {
  let result = { text, ranges };
  let moved = 0;
  for (const { offset, text: added } of insertions.toSorted((one, other) => one.offset - other.offset)) {
    result = insertOne(result, offset + moved, added);
    moved += added.length;
  }
  return result;
}

function insertOne({ text, ranges }: Inserted, at: number, added: string): Inserted {
  let within = false;
  const carried = ranges.map(([offset, length]): Range => {
    if (at <= offset) return [offset + added.length, length];
    if (at >= offset + length) return [offset, length];
    within = true;
    return [offset, length + added.length];
  });
  return {
    text: text.slice(0, at) + added + text.slice(at),
    ranges: within || added === '' ? carried : [...carried, [at, added.length]],
  };
}

/** A text without these parts, which do not overlap. */
export function cut(text: string, ranges: readonly Range[]): string {
  let rest = text;
  for (const [offset, length] of ranges.toSorted(([one], [other]) => other - one))
    rest = rest.slice(0, offset) + rest.slice(offset + length);
  return rest;
}

/** The line break that a text uses. */
export const lineBreakOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';

/** The white space that the line of `offset` begins with, and whether there is nothing else before `offset`. */
export function indentationAt(text: string, offset: number): { readonly indentation: string; readonly first: boolean } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const indentation = /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
  return { indentation, first: start + indentation.length === offset };
}

/** A text that cannot be changed as it is; nothing was. `offset` is where in the text. */
export class UnusableText extends ConflictError {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message, []);
    this.offset = offset;
  }
}

/** A line and a column, from 1, for people. */
export function positionOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}
