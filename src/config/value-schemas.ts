import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Zod schemas for the values of environment variables. Each error message continues the variable's name. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** `on` or `off`, as a boolean. */
export const onOff = (defaultValue: 'on' | 'off') =>
  z
    .enum(['on', 'off'], { error: ({ input }) => `must be "on" or "off", got ${JSON.stringify(input)}` })
    .default(defaultValue)
    .transform((value) => value === 'on');

/** A whole number within limits. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, { error: ({ input }) => `must be a whole number, got ${JSON.stringify(input)}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: ({ input }) => `must be from ${min} to ${max}, got ${input}`,
    });

/** The same with a default. */
export const integerWithDefault = (defaultValue: number, min: number, max: number) =>
  integer(min, max).default(defaultValue);

/** A number in decimal notation, with a default. */
export const decimal = (defaultValue: number, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, {
      error: ({ input }) => `must be a number such as ${defaultValue}, got ${JSON.stringify(input)}`,
    })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: ({ input }) => `must be from ${min} to ${max}, got ${input}`,
    })
    .default(defaultValue);

/** A number of days such as `365d`, or `forever`; see `daysOf`. */
export const days = (defaultValue: string, max: number) =>
  z
    .string()
    .regex(/^(?:[1-9]\d{0,5}d|forever)$/, {
      error: ({ input }) => `must be days such as ${defaultValue}, or "forever", got ${JSON.stringify(input)}`,
    })
    .refine((value) => value === 'forever' || Number.parseInt(value, 10) <= max, {
      error: ({ input }) => `must be at most ${max}d, got ${input}`,
    })
    .default(defaultValue);

/** The days of a value of `days`; null for ever. */
export const daysOf = (value: string): number | null => (value === 'forever' ? null : Number.parseInt(value, 10));

/** Text of at most `max` characters. */
export const text = (max: number) =>
  z.string().max(max, { error: ({ input }) => `must be at most ${max} characters, got ${String(input).length}` });

/** An address to listen on: an IP address or a host name. */
export const host = () =>
  z.string().refine(isHost, {
    error: ({ input }) =>
      `must be an IP address or a host name such as 0.0.0.0, ::1 or localhost, got ${JSON.stringify(input)}`,
  });

/** A host name of RFC 1123. Its last label must not be all digits: that is a malformed IP address. */
function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const labels = value.replace(/\.$/, '').split('.');
  if (value.length > 253 || /^\d+$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i.test(label));
}

/** `*`, or origins separated by commas, as a browser writes them. */
export const origins = (defaultValue: '*') =>
  z
    .string()
    .transform((value, context): '*' | readonly string[] => {
      const entries = value.split(',').map((entry) => entry.trim());
      if (entries.length === 1 && entries[0] === '*') return '*';
      const wrong = entries.find((entry) => originOf(entry) === null);
      if (wrong === undefined) return [...new Set(entries.map((entry) => originOf(entry) as string))];
      context.addIssue({ code: 'custom', message: originProblem(wrong) });
      return z.NEVER;
    })
    .default(defaultValue);

/** Networks in CIDR notation, separated by commas. */
export const networks = () =>
  z
    .string()
    .transform((value, context): readonly string[] => {
      const entries = value.split(',').map((entry) => entry.trim());
      const wrong = entries.find((entry) => !ipaddr.isValidCIDR(entry));
      if (wrong === undefined) return entries;
      context.addIssue({
        code: 'custom',
        message: `must be networks such as 10.0.0.0/8,fd00::/8, got ${JSON.stringify(wrong)}`,
      });
      return z.NEVER;
    })
    .optional();

function originProblem(entry: string): string {
  if (entry === '*') return 'must be * alone, or a list of origins without it';
  // an entry with a user may contain a password
  const got = entry.includes('@') ? 'one with a user' : JSON.stringify(entry);
  const { protocol, host } = URL.parse(entry) ?? {};
  const suggestion = `${protocol}//${host}`;
  const hint =
    originOf(suggestion) === null || entry.includes('@') ? '' : ` (did you mean ${JSON.stringify(suggestion)}?)`;
  return `must be * or origins such as https://app.example.com,http://localhost:5173 (scheme, host and port, no path, no slash at the end), got ${got}${hint}`;
}

/** The origin as a browser sends it: in lower case, without a default port; null for anything else. */
function originOf(entry: string): string | null {
  const url = URL.parse(entry);
  if (!url || !/^[a-z][a-z\d+.-]*:\/\/[^/?#@\s\\*]+$/i.test(entry)) return null;
  // URL gives no origin for other schemes, such as an app's own
  return url.origin === 'null' ? entry.toLowerCase() : url.origin;
}
