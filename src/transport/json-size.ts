import { JsonText } from '../domain/json-text.ts';

/**
 * The number of UTF-8 bytes that `JSON.stringify(value)` would have; infinite as soon as it exceeds `max`. Builds no text, so
 * it can measure values whose JSON would not fit into memory.
 */
export function jsonByteLength(value: unknown, max = Number.POSITIVE_INFINITY): number {
  let bytes = 0;
  return add(value) ? bytes : Number.POSITIVE_INFINITY;

  /** Adds the bytes of a value; false once `max` is exceeded. */
  function add(value: unknown): boolean {
    bytes += ownBytes(value);
    if (bytes > max) return false;
    if (typeof value !== 'object' || value === null || value instanceof JsonText || JSON.isRawJSON(value)) return true;
    if ('toJSON' in value && typeof value.toJSON === 'function') return add(value.toJSON());
    if (Array.isArray(value)) return value.every(add);
    let fields = 0;
    for (const name in value) {
      const inner = (value as Record<string, unknown>)[name];
      if (inner === undefined) continue;
      bytes += ownBytes(name) + (fields++ > 0 ? 2 : 1);
      if (!add(inner)) return false;
    }
    return true;
  }
}

/** The most bytes that JSON has of a UTF-16 code unit, as an escape, and of a number. */
const [maxUnitBytes, maxNumberBytes] = [6, 25];

/**
 * Whether `JSON.stringify(value)` is certain to have at most `max` UTF-8 bytes, by the lengths of its texts: in a part of the time that
 * `jsonByteLength` takes. What would have to be converted first is never certain.
 */
export function surelyFits(value: unknown, max: number): boolean {
  let left = max;
  return take(value);

  function take(value: unknown): boolean {
    if (typeof value === 'string') left -= maxUnitBytes * value.length + 2;
    else if (typeof value !== 'object' || value === null) left -= maxNumberBytes;
    else if (value instanceof JsonText) left -= 3 * value.text.length;
    else if ('toJSON' in value) return false;
    else if (Array.isArray(value)) {
      left -= 2 + value.length;
      for (const item of value) if (!take(item)) return false;
    } else {
      left -= 2;
      for (const name in value) {
        left -= maxUnitBytes * name.length + 4;
        if (!take((value as Record<string, unknown>)[name])) return false;
      }
    }
    return left >= 0;
  }
}

/** The bytes of a value itself, without those of its fields and items; brackets included, and the commas of a list. */
function ownBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value);
    case 'boolean':
      return value ? 4 : 5;
    case 'number':
      return Number.isFinite(value) ? String(value).length : 4;
    case 'object':
      if (value === null) return 4;
      if (value instanceof JsonText) return Buffer.byteLength(value.text);
      if (JSON.isRawJSON(value)) return JSON.stringify(value).length;
      if ('toJSON' in value && typeof value.toJSON === 'function') return 0;
      return 2 + (Array.isArray(value) ? Math.max(0, value.length - 1) : 0);
    default:
      return 4;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

const textBytes = (text: string) =>
  escaped.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;
