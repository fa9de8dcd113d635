const [second, minute, hour, day, year] = [1000, 60_000, 3_600_000, 86_400_000, 365 * 86_400_000];

/** The distance between two instants in its largest unit: `now`, `40 s`, `2 h`, `3 d`, `2 y`. */
export function distance(ms: number): string {
  const span = Math.abs(ms);
  if (span < 5 * second) return 'now';
  if (span < minute) return `${Math.floor(span / second)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min`;
  if (span < day) return `${Math.floor(span / hour)} h`;
  if (span < year) return `${Math.floor(span / day)} d`;
  return `${Math.floor(span / year)} y`;
}

/** `2 h ago`, `in 3 d`, `now`. */
export function relative(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  const text = distance(ms);
  if (text === 'now') return text;
  return ms > 0 ? `in ${text}` : `${text} ago`;
}

/** The exact instant in the reader's own zone and language. */
export const exact = (at: Date, locale?: string): string =>
  at.toLocaleString(locale, { dateStyle: 'full', timeStyle: 'long' });
