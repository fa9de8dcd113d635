import { InvalidInputError, type Problem } from '../errors.ts';

/** The limits of the cq schema. Lengths count Unicode code points; nothing is ever cut to fit. */
export const limits = {
  domains: 16,
  domainLength: 64,
  summary: 500,
  detail: 8000,
  action: 2000,
  contextItems: 16,
  contextItemLength: 64,
  pattern: 200,
  extensions: 20,
  extensionsLength: 65_536,
  extensionsDepth: 32,
  flagDetail: 1000,
  reviewNote: 1000,
  idempotencyKey: 128,
  username: 64,
  passwordMin: 8,
  /** Bytes of UTF-8: bcrypt, the hash of adopted accounts, reads no further. */
  passwordBytes: 72,
  apiKeyName: 64,
  apiKeyLabels: 16,
  apiKeyLabelLength: 64,
  activeApiKeys: 20,
  ttlLength: 16,
  ttlSeconds: 365 * 86_400,
  idempotencyHours: 24,
  filterItems: 50,
  searchText: 10_000,
} as const;

/** Where a unit's confidence starts, and what is added by each confirmation and each flag; it stays within 0 and 1. */
export const confidence = { initial: 0.5, confirmed: 0.1, flagged: -0.15 } as const;

/** The length that all limits speak of: Unicode code points. */
export const lengthOf = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};

/** Whether both databases can store the text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const firstInstant = Date.parse('0001-01-01T00:00:00Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether both databases can store the instant: in the years 1 to 9999. */
export const isInstant = (date: Date): boolean => date.getTime() >= firstInstant && date.getTime() <= lastInstant;

/** The largest number that both databases take for a whole one. */
export const maxInteger = 2 ** 31 - 1;

/** The largest count that may come from elsewhere: there is room to go on counting. */
export const maxCount = 1_000_000_000;

/** Collects every broken rule of one input, so that the caller learns of all of them at once. */
export class InputValidator {
  readonly problems: Problem[] = [];

  refuse(path: readonly string[], rest: string): void {
    this.problems.push({ path, message: `${path.join('.')} ${rest}` });
  }

  text(path: readonly string[], text: string, { min = 0, max }: { min?: number; max: number }): void {
    if (!isStorable(text)) this.refuse(path, 'must not contain NUL or unpaired surrogates.');
    const length = lengthOf(text);
    if (length < min) this.refuse(path, `must have at least ${characters(min)}, got ${length}.`);
    if (length > max) this.refuse(path, `must be at most ${characters(max)}, got ${length}.`);
  }

  list(
    path: readonly string[],
    items: readonly string[],
    { items: most, length }: { items: number; length: number },
  ): void {
    if (items.length > most) this.refuse(path, `must have at most ${most} items, got ${items.length}.`);
    // of a list that is refused anyway, the first ones will do
    for (const [index, item] of items.slice(0, most).entries())
      this.text([...path, String(index)], item, { max: length });
  }

  /** Throws `InvalidInputError` when a rule was broken. */
  check(): void {
    if (this.problems.length > 0) throw new InvalidInputError(this.problems);
  }
}

const characters = (count: number) => `${count} character${count === 1 ? '' : 's'}`;

// Python's str.strip(), which is not JavaScript's trim(): it knows U+001C to U+001F and U+0085, and leaves U+FEFF
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spaces = new RegExp(`^[${space}]+|[${space}]+$`, 'gu');

/** A pattern for domains of which something is left. */
export const notSpace = `[^${space}]`;

/** Domains as cq keeps and compares them: trimmed, in lower case, without empties or repeats, in their first order. */
export function normalizeDomains(domains: readonly string[]): string[] {
  return [...new Set(domains.map((domain) => domain.replace(spaces, '').toLowerCase()).filter(Boolean))];
}
