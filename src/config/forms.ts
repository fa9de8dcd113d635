import { isIP } from 'node:net';
import { z } from 'zod';

/** The forms that a variable's value may have. Each refusal reads on from the variable's name. */

export type Environment = Readonly<Record<string, string | undefined>>;

export const onOff = (standard: 'on' | 'off') =>
  z
    .enum(['on', 'off'], { error: ({ input }) => `must be "on" or "off", got ${JSON.stringify(input)}` })
    .default(standard)
    .transform((value) => value === 'on');

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, { error: ({ input }) => `must be a whole number, got ${JSON.stringify(input)}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: ({ input }) => `must be from ${least} to ${most}, got ${input}`,
    });

export const whole = (standard: number, least: number, most: number) => wholeNumber(least, most).default(standard);

/** A number in decimal notation. */
export const decimal = (standard: number, least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, {
      error: ({ input }) => `must be a number such as ${standard}, got ${JSON.stringify(input)}`,
    })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: ({ input }) => `must be from ${least} to ${most}, got ${input}`,
    })
    .default(standard);

/** Text of at most `most` characters. */
export const text = (most: number) =>
  z.string().max(most, { error: ({ input }) => `must be at most ${most} characters, got ${String(input).length}` });

/** Where to listen: an address, or a name of one. */
export const host = (standard: string) =>
  z
    .string()
    .refine(isHost, {
      error: ({ input }) =>
        `must be an IP address or a host name such as 0.0.0.0, ::1 or localhost, got ${JSON.stringify(input)}`,
    })
    .default(standard);

/** RFC 1123; a last label of digits alone is what is left of an address that is none. */
function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const labels = value.replace(/\.$/, '').split('.');
  if (value.length > 253 || /^\d+$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/i.test(label));
}

/** `*`, or origins separated by commas, as a browser writes them. */
export const origins = (standard: '*') =>
  z
    .string()
    .transform((value, context): '*' | readonly string[] => {
      const entries = value.split(',').map((entry) => entry.trim());
      if (entries.length === 1 && entries[0] === '*') return '*';
      const wrong = entries.find((entry) => originOf(entry) === null);
      if (wrong === undefined) return [...new Set(entries.map((entry) => originOf(entry) as string))];
      context.addIssue({ code: 'custom', message: refusalOfOrigin(wrong) });
      return z.NEVER;
    })
    .default(standard);

function refusalOfOrigin(entry: string): string {
  if (entry === '*') return 'must be * alone, or a list of origins without it';
  // a user in it may come with a password
  const got = entry.includes('@') ? 'one with a user' : JSON.stringify(entry);
  const { protocol, host } = URL.parse(entry) ?? {};
  const meant = `${protocol}//${host}`;
  const hint = originOf(meant) === null || entry.includes('@') ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
  return `must be * or origins such as https://app.example.com,http://localhost:5173 (scheme, host and port, no path, no slash at the end), got ${got}${hint}`;
}

/** As a browser sends it: in lower case, without the scheme's own port. Null for what is none. */
function originOf(entry: string): string | null {
  const url = URL.parse(entry);
  if (!url || !/^[a-z][a-z\d+.-]*:\/\/[^/?#@\s\\*]+$/i.test(entry)) return null;
  // of schemes other than those of the web, such as an app's own, URL knows no origin
  return url.origin === 'null' ? entry.toLowerCase() : url.origin;
}
