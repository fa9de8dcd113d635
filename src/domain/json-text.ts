import { randomUUID } from 'node:crypto';

/**
 * JSON whose numbers survive. JavaScript reads `1.0` as `1` and `123456789012345678901234567890` as something else;
 * here a number that would change keeps the text it was written in.
 */

declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as it is. */
    rawJSON(text: string): unknown;
    isRawJSON(value: unknown): boolean;
  }
}

/** For an object or array: the exact text of those of its numbers that JavaScript would write differently. */
const exactNumbers = new WeakMap<object, Map<string, string>>();

function keepExact(this: object, key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value === 'number' && source !== undefined && source !== String(value)) {
    const exact = exactNumbers.get(this) ?? new Map<string, string>();
    exactNumbers.set(this, exact.set(key, source));
  }
  return value;
}

/** As `JSON.parse`; `toJsonText` then writes numbers as they stood in `text`. */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, keepExact);
}

/** As `JSON.stringify`, with numbers as `parseExactly` found them. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, function (this: object, key, inner) {
    const source = exactNumbers.get(this)?.get(key);
    return source === undefined ? inner : JSON.rawJSON(source);
  });
}

/**
 * A value that `JSON.stringify` writes with the numbers of `text`. With `finite`, a number beyond the largest double,
 * which some readers take for an error, is null.
 */
export function fromJsonText(text: string, { finite = false } = {}): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number') return value;
    if (finite && !Number.isFinite(value)) return null;
    return context?.source !== undefined && context.source !== String(value) ? JSON.rawJSON(context.source) : value;
  });
}

/** JSON that an answer repeats as it stands, without anybody reading it. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return written ? `${mark}${written.push(this.text) - 1}` : fromJsonText(this.text);
  }
}

/** The texts of what is being written; it is written in one go. */
let written: string[] | null = null;
/** Stands for a text until all is written. Nobody else can know it. */
const mark = `json:${randomUUID()}:`;
const marks = new RegExp(`"${mark}(\\d+)"`, 'g');

/** As `JSON.stringify`, with each `JsonText` as it stands. */
export function writeJson(value: unknown): string {
  const texts: string[] = [];
  written = texts;
  try {
    const json = JSON.stringify(value);
    return texts.length === 0 ? json : json.replace(marks, (_mark, index) => texts[Number(index)] ?? 'null');
  } finally {
    written = null;
  }
}
