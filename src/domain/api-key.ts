import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { newHexId } from './ids.ts';
import { fingerprintOf, peppersOf, type Secrets } from './secrets.ts';

/** `cqa.v1.<key id>.<secret>`: 32 hexadecimal digits, then 32 random bytes in lower-case base32. */
const keyFormat = /^cqa\.v1\.([0-9a-f]{32})\.([a-z2-7]{52})$/;

/** A new API key, of which the database stores all but `text`. */
export interface GeneratedApiKey {
  readonly id: string;
  /** The key itself, shown to its owner once. */
  readonly text: string;
  readonly prefix: string;
  readonly hash: string;
  /** The fingerprint of the pepper. */
  readonly pepper: string;
}

/** Generates an API key: `cqa.v1.<key id>.<secret>`, of which the hash is an HMAC-SHA-256 under the pepper. */
export function generateApiKey(secrets: Secrets): GeneratedApiKey {
  const id = newHexId();
  const secret = base32(randomBytes(32));
  const text = `cqa.v1.${id}.${secret}`;
  return { id, text, prefix: secret.slice(0, 8), ...hashKey(secrets.apiKeyPepper, secret) };
}

/** Whether a credential is meant as an API key, well-formed or not, and not as a JWT. */
export const isApiKey = (text: string): boolean => text.startsWith('cqa.');

/** An API key as a caller sent it. */
export interface PresentedApiKey {
  readonly id: string;
  /** Its hash under the current pepper, which is what should be stored of it. */
  readonly current: HashedKey;
  /** Compares the secret, in constant time, with a stored hash, under the current pepper and the previous ones. */
  matches(hash: string): boolean;
}

export interface HashedKey {
  readonly hash: string;
  /** The fingerprint of the pepper. */
  readonly pepper: string;
}

/** Reads an API key; null for a malformed one. */
export function parseApiKey(secrets: Secrets, text: string): PresentedApiKey | null {
  const [, id, secret] = keyFormat.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const current = hashKey(secrets.apiKeyPepper, secret);
  return {
    id,
    current,
    matches(hash) {
      const expected = Buffer.from(hash, 'hex');
      return peppersOf(secrets).some((pepper, index) => {
        const actual = Buffer.from(index === 0 ? current.hash : hashKey(pepper, secret).hash, 'hex');
        return expected.length === actual.length && timingSafeEqual(expected, actual);
      });
    },
  };
}

function hashKey(pepper: string, secret: string): HashedKey {
  const hash = createHmac('sha256', Buffer.from(pepper, 'utf8')).update(secret).digest('hex');
  return { hash, pepper: fingerprintOf(pepper) };
}

/** RFC 4648 base32 in lower case, without padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
