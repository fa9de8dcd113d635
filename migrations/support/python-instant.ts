import { isInstant } from './python-rules.ts';

/**
 * Instants as the Python server, its scripts and its clients wrote them: ISO 8601 with `T` or a space, up to nanoseconds,
 * with `Z`, an offset, or nothing, which means UTC; or seconds since 1970 as a number.
 */
const form =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(Z|z)|([+-])(\d{2}):?(\d{2})(?::\d{2})?)?$/;

/** The instant, cut to milliseconds. Throws an Error that says what was there instead. */
export function readInstant(value: unknown): Date {
  const date = typeof value === 'number' ? fromNumber(value) : fromText(String(value).trim());
  if (date === null || !isInstant(date)) throw new Error(`no instant: ${JSON.stringify(value)}`);
  return date;
}

// as pydantic reads them: what is too large for seconds is milliseconds
const fromNumber = (value: number) => new Date(Math.trunc(Math.abs(value) > 2e10 ? value : value * 1000));

function fromText(text: string): Date | null {
  const [, year, month, day, hour, minute, second = '0', fraction = '', , sign, offsetHours, offsetMinutes] =
    form.exec(text) ?? [];
  if (year === undefined) return null;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const date = new Date(0);
  date.setUTCFullYear(parts[0], parts[1] - 1, parts[2]);
  date.setUTCHours(parts[3], parts[4], parts[5], ms);
  // a 30th of February is none
  if (date.getUTCDate() !== parts[2] || date.getUTCHours() !== parts[3] || date.getUTCMinutes() !== parts[4])
    return null;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000;
  return new Date(date.getTime() - (sign === '-' ? -offset : offset));
}
