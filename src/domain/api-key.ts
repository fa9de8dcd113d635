import { createHmac, randomBytes } from 'node:crypto';
import type { ApiKey } from '../store/store.ts';
import { base32 } from './base32.ts';
import { sameDigest } from './digests.ts';
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

/** What a key is limited to. */
export type ApiKeyLimits = Pick<ApiKey, 'access' | 'domains'>;

/** Generates an API key: `cqa.v1.<key id>.<secret>`, of which the hash is an HMAC-SHA-256 under the pepper. */
export function generateApiKey(secrets: Secrets, limits: ApiKeyLimits): GeneratedApiKey {
  const id = newHexId();
  const secret = base32(randomBytes(32));
  const text = `cqa.v1.${id}.${secret}`;
  return { id, text, prefix: secret.slice(0, 8), ...hashKey(secrets.apiKeyPepper, secret, limits) };
}

/** Whether a credential is meant as an API key, well-formed or not, and not as a JWT. */
export const isApiKey = (text: string): boolean => text.startsWith('cqa.');

/** An API key as a caller sent it. */
export interface PresentedApiKey {
  readonly id: string;
  /** Compares the secret, in constant time, with the hash of a stored key, under the current pepper and the previous ones. */
  matches(key: ApiKeyLimits & Pick<ApiKey, 'hash'>): boolean;
  /** What should be stored of it: its hash under the current pepper. */
  current(limits: ApiKeyLimits): HashedKey;
}

/** A hash, and the fingerprint of the pepper that it was made with. */
export type HashedKey = Pick<GeneratedApiKey, 'hash' | 'pepper'>;

/** Reads an API key; null for a malformed one. */
export function parseApiKey(secrets: Secrets, text: string): PresentedApiKey | null {
  const [, id, secret] = keyFormat.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return {
    id,
    current: (limits) => hashKey(secrets.apiKeyPepper, secret, limits),
    matches: ({ hash, ...limits }) =>
      peppersOf(secrets).some((pepper) => sameDigest(hash, hashOf(pepper, secret, limits))),
  };
}

const hashKey = (pepper: string, secret: string, limits: ApiKeyLimits): HashedKey => ({
  hash: hashOf(pepper, secret, limits),
  pepper: fingerprintOf(pepper),
});

/** The hash of a key with limits covers them: a server of the release before, which knows none, takes no such key for one without. */
function hashOf(pepper: string, secret: string, { access, domains }: ApiKeyLimits): string {
  // as a text: with a Buffer, Node takes several times as long
  const hmac = createHmac('sha256', pepper).update(secret);
  if (access !== 'write' || domains !== null) hmac.update(JSON.stringify([access, domains]));
  return hmac.digest('hex');
}
