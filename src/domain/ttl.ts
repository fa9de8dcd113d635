import { limits } from './rules.ts';

const format = /^([0-9]+)([smhd])$/;

/** The syntax of `parseTtl` as a regular expression for JSON Schema; it cannot express the maximum. */
export const ttlPattern = '^\\s*0*[1-9][0-9]*[smhdSMHD]\\s*$';

const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Parses a time to live such as `30d` or `12h`, at most `maxSeconds`, which are whole days: its normal form and its seconds, or an error
 * message.
 */
export function parseTtl(
  text: string,
  maxSeconds: number = limits.ttlSeconds,
): { readonly ttl: string; readonly seconds: number } | { readonly error: string } {
  const ttl = text.trim().toLowerCase();
  const shown = `'${text.slice(0, 40)}'`;
  if (ttl === '') return { error: 'is required' };
  const [, digits = '', unit = ''] = format.exec(ttl) ?? [];
  const total = Number(digits) * (seconds[unit] ?? 0);
  if (digits === '') return { error: `${shown} is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h` };
  if (total === 0) return { error: `${shown}: ttl must be greater than zero` };
  if (total > maxSeconds) return { error: `${shown} exceeds the maximum of ${maxSeconds / 86_400}d` };
  if (ttl.length > limits.ttlLength)
    return { error: `must be at most ${limits.ttlLength} characters, got ${ttl.length}` };
  return { ttl, seconds: total };
}
