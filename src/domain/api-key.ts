import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../store/store.ts';
import { newHexId } from './ids.ts';
import type { Secrets } from './secrets.ts';

/** `cqa.v1.<key id>.<secret>`: 32 hexadecimal digits, then 32 random bytes in lower-case base32. */
const keyFormat = /^cqa\.v1\.([0-9a-f]{32})\.([a-z2-7]{52})$/;

/** A new API key, of which the database stores all but `text`. */
export interface GeneratedApiKey {
  readonly id: string;
  /** The key itself, shown to its owner once. */
  readonly text: string;
  readonly prefix: string;
  readonly hash: string;
}

/** What a key is limited to. */
export type ApiKeyLimits = Pick<ApiKey, 'access' | 'domains'>;

/** Generates an API key: `cqa.v1.<key id>.<secret>`, of which the hash is an HMAC-SHA-256 under the pepper. */
export function generateApiKey(secrets: Secrets, limits: ApiKeyLimits): GeneratedApiKey {
  const id = newHexId();
  const secret = base32(randomBytes(32));
  return { id, text: `cqa.v1.${id}.${secret}`, prefix: secret.slice(0, 8), hash: hashKey(secrets, secret, limits) };
}

/** Whether a credential is meant as an API key, well-formed or not, and not as a JWT. */
export const isApiKey = (text: string): boolean => text.startsWith('cqa.');

/** The id in an API key, and a constant-time check of its secret against the hash of a stored key; null for a malformed key. */
export function parseApiKey(
  secrets: Secrets,
  text: string,
): { id: string; matches(key: ApiKeyLimits & Pick<ApiKey, 'hash'>): boolean } | null {
  const [, id, secret] = keyFormat.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return {
    id,
    matches({ hash, ...limits }) {
      const actual = Buffer.from(hashKey(secrets, secret, limits), 'hex');
      const expected = Buffer.from(hash, 'hex');
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
  };
}

/** The hash of a key with limits covers them: a server of the release before, which knows none, takes no such key for one without. */
function hashKey({ apiKeyPepper }: Secrets, secret: string, { access, domains }: ApiKeyLimits): string {
  const hmac = createHmac('sha256', Buffer.from(apiKeyPepper, 'utf8')).update(secret);
  if (access !== 'write' || domains !== null) hmac.update(JSON.stringify([access, domains]));
  return hmac.digest('hex');
}

/** RFC 4648 base32 in lower case, without padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
