import { randomUUID } from 'node:crypto';

/**
 * Lossless JSON numbers. JavaScript reads `1.0` as `1` and rounds `123456789012345678901234567890`; these functions keep the
 * source text of a number that would change.
 */

declare global {
  interface JSON {
    /** A value that `JSON.stringify` writes as it is. */
    rawJSON(text: string): unknown;
    isRawJSON(value: unknown): boolean;
  }
}

/** By object or array, then key: the source text of each number that `JSON.stringify` would write differently. */
const exactNumbers = new WeakMap<object, Map<string, string>>();

function keepExact(this: object, key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value === 'number' && source !== undefined && source !== String(value)) {
    const exact = exactNumbers.get(this) ?? new Map<string, string>();
    exactNumbers.set(this, exact.set(key, source));
  }
  return value;
}

/** Where there is none of these, every number is written as it was read. Most texts have none, and the exact parser is slow. */
const inexact = /\d[.eE]|\d{16}|-0/;

/** Whether `parseExactly` remembers something that `JSON.parse` does not. */
export const needsExactParser = (text: string): boolean => inexact.test(text);

/** Like `JSON.parse`, but remembers source texts of numbers, which `toJsonText` then writes. */
export function parseExactly(text: string): unknown {
  return needsExactParser(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
}

/** Like `JSON.stringify`, with numbers as `parseExactly` read them. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, function (this: object, key, inner) {
    const source = exactNumbers.get(this)?.get(key);
    return source === undefined ? inner : JSON.rawJSON(source);
  });
}

/** Parses JSON into a value that `JSON.stringify` writes with the same numbers. */
export function fromJsonText(text: string): unknown {
  if (!needsExactParser(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = typeof value === 'number' ? context?.source : undefined;
    return source !== undefined && source !== String(value) ? JSON.rawJSON(source) : value;
  });
}

/** Escapes, the quotes around texts, and numbers or what looks like them. A whole text may be too long for one match. */
const quotesAndNumbers = /\\.|"|-?\d[\d.eE+-]*/g;

/** The same JSON with null for each number beyond the largest double, which some JSON parsers refuse. */
export function withFiniteNumbers(text: string): string {
  // such a number has an exponent, or more than 300 digits
  if (!/\d[eE]|\d{300}/.test(text)) return text;
  let inText = false;
  return text.replace(quotesAndNumbers, (token) => {
    if (token === '"') inText = !inText;
    return inText || token === '"' || Number.isFinite(Number(token)) ? token : 'null';
  });
}

/** JSON text that becomes part of a response without being parsed. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return written ? `${mark}${written.push(this.text) - 1}` : fromJsonText(this.text);
  }
}

/** The texts that the running call of `writeJson` has met; it is synchronous, so there is one at a time. */
let written: string[] | null = null;
/** Placeholder of a text, until all is written. It is random, so that no client can send it. */
const mark = `json:${randomUUID()}:`;
const marks = new RegExp(`"${mark}(\\d+)"`, 'g');

/** Like `JSON.stringify`, with the text of each `JsonText` in its place. */
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
