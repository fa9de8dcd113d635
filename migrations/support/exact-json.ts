/**
 * JSON whose numbers survive. JavaScript reads `1.0` as `1` and `123456789012345678901234567890` as something else; here a
 * number that would change keeps the text that it was written in.
 */

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

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** As `JSON.stringify`, with numbers as `parseExactly` found them. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value, function (this: object, key, inner) {
    const source = exactNumbers.get(this)?.get(key);
    return source === undefined ? inner : rawJSON(source);
  });
}
