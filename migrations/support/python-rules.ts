/** Whether both databases can store the text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

const firstInstant = Date.parse('0001-01-01T00:00:00Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether both databases can store the instant: in the years 1 to 9999. */
export const isInstant = (date: Date): boolean => date.getTime() >= firstInstant && date.getTime() <= lastInstant;

// Python's str.strip(), which is not JavaScript's trim(): it knows U+001C to U+001F and U+0085, and leaves U+FEFF
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spaces = new RegExp(`^[${space}]+|[${space}]+$`, 'gu');

/** Domains as the Python server keeps and compares them: trimmed, in lower case, without empties or repeats, in their first order. */
export function normalizeDomains(domains: readonly string[]): string[] {
  return [...new Set(domains.map((domain) => domain.replace(spaces, '').toLowerCase()).filter(Boolean))];
}

/** What an index holds of a value: PostgreSQL indexes no more than some 2,700 bytes. */
export const indexable = (value: string): string => (value.length > 500 ? [...value].slice(0, 500).join('') : value);
