import { InvalidInputError, type Problem } from '../errors.ts';
import { normalize } from '../normal-forms.ts';

/** Validation limits of the cq schema. Lengths count Unicode code points; a value over a limit is refused, never truncated. */
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
  reason: 1000,
  bulkUnits: 100,
  /** Versions of one unit that are kept. */
  versions: 100,
  /** Suggestions that wait: for one unit, of one author for one unit, and of one author. */
  suggestionsOfUnit: 20,
  suggestionsOfUnitByAuthor: 5,
  suggestionsOfAuthor: 50,
  /** Suggestions that were turned down and are kept, of one unit: the last ones. */
  rejectedSuggestions: 50,
  /** Records of where backups were made: the last ones. */
  backups: 1000,
  /** Backups that rotation may be told to keep in a folder: fewer than are recorded, since it knows them by their records. */
  backupsKept: 500,
  accountReason: 500,
  idempotencyKey: 128,
  username: 64,
  passwordMin: 8,
  /** Bytes of UTF-8: bcrypt, the hash of adopted accounts, reads no further. */
  passwordBytes: 72,
  /** Invitations that wait to be accepted. */
  invitations: 200,
  invitationSeconds: 30 * 86_400,
  apiKeyName: 64,
  apiKeyLabels: 16,
  apiKeyLabelLength: 64,
  activeApiKeys: 20,
  webhooks: 20,
  webhookName: 64,
  webhookUrl: 2000,
  webhookDocument: 16_384,
  webhookVariables: 16_384,
  ttlLength: 16,
  ttlSeconds: 365 * 86_400,
  idempotencyHours: 24,
  filterItems: 50,
  searchText: 10_000,
} as const;

/** A unit's initial confidence, and what each confirmation and each flag adds to it; the result is clamped to 0 to 1. */
export const confidence = { initial: 0.5, confirmed: 0.1, flagged: -0.15 } as const;

/** The length of a text in Unicode code points. */
export const lengthOf = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};

/** Whether both databases can store a text: no NUL, no unpaired surrogate. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

export const firstInstant = Date.parse('0001-01-01T00:00:00Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether both databases can store an instant: in the years 1 to 9999. */
export const isInstant = (date: Date): boolean => date.getTime() >= firstInstant && date.getTime() <= lastInstant;

/** The largest value of an integer column in both databases. */
export const maxInteger = 2 ** 31 - 1;

/** Collects all validation problems of one input, so that the caller gets them at once. */
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

  /** A text that says why something is done. */
  reason(path: readonly string[], text: string, max: number): void {
    this.text(path, text, { max });
    if (isBlank(text)) this.refuse(path, 'must not be empty.');
  }

  list(
    path: readonly string[],
    items: readonly string[],
    { items: most, length }: { items: number; length: number },
  ): void {
    if (items.length > most) this.refuse(path, `must have at most ${most} items, got ${items.length}.`);
    // checks no more items than are allowed: a longer list has been refused above
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
const spaces = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const space = new RegExp(`[${spaces}]`);

function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text.charAt(start))) start++;
  // not by a regular expression, which would look for the end from each space within
  while (end > start && space.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

// spaces, control and format characters, fillers, variation selectors, tags
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Z}\u2800\u{16fe4}\u{1d159}]*$/u;

/** Whether a text shows nothing to a reader: it is empty, or only of spaces and characters that are invisible. NUL is refused elsewhere. */
export const isBlank = (text: string): boolean => invisible.test(text) && !text.includes('\0');

/** A regular expression for a text that is not blank, in the form that JSON Schema has everywhere: without characters beyond U+FFFF. */
export const notBlank =
  '[^\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890-\\u0891\\u08e2\\u115f-\\u1160\\u1680' +
  '\\u17b4-\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0' +
  '\\ufff0-\\ufffb]';

/** Domains in NFC, so that what looks the same is the same; without duplicates, in the order given. */
export const inNfc = (domains: readonly string[]): string[] => [
  ...new Set(domains.map((domain) => normalize(domain, 'NFC'))),
];

/** Normalises domains: trimmed, in lower case, in NFC, without blank ones or duplicates, in the order given. */
export function normalizeDomains(domains: readonly string[]): string[] {
  const seen = domains.map((domain) => strip(domain).toLowerCase());
  return inNfc(seen.filter((domain) => !isBlank(domain)));
}
