import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { User } from '../store/store.ts';
import { newHexId } from './ids.ts';
import { isStorable } from './rules.ts';

/** The two secrets of a server. Tokens and keys of any cq server with the same two are valid here. */
export interface Secrets {
  /** Signs the tokens of people. */
  readonly jwtSecret: string;
  /** Keys the hashes of API keys. */
  readonly apiKeyPepper: string;
}

const tokenHours = 24;

export interface Token {
  readonly text: string;
  readonly expiresAt: Date;
}

/** Whom a token is for, and which of their passwords it was given for. */
export type TokenOwner = Pick<User, 'id' | 'username' | 'credentialsVersion'>;

/**
 * A token for a person: HS256, valid for 24 hours. `sub` is the name, as in tokens of the Python server, which take ours too;
 * `cq_uid` is the account's id and `cq_cv` the version of its credentials.
 */
export async function issueToken({ jwtSecret }: Secrets, owner: TokenOwner, now: Date): Promise<Token> {
  const issued = Math.floor(now.getTime() / 1000);
  const expires = issued + tokenHours * 3600;
  const text = await new SignJWT({ cq_uid: owner.id, cq_cv: owner.credentialsVersion })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(owner.username)
    .setIssuedAt(issued)
    .setExpirationTime(expires)
    .sign(Buffer.from(jwtSecret, 'utf8'));
  return { text, expiresAt: new Date(expires * 1000) };
}

/** What a token says of whose it is. */
export interface TokenClaims {
  readonly username: string;
  /** In whole seconds. */
  readonly issuedAt: Date;
  /** Null for a token of the Python server. */
  readonly account: { readonly id: number; readonly credentialsVersion: number } | null;
}

/** What a token says; null for anything but a token that is signed with our secret and has not expired. */
export async function readToken({ jwtSecret }: Secrets, text: string): Promise<TokenClaims | null> {
  try {
    const { payload } = await jwtVerify(text, Buffer.from(jwtSecret, 'utf8'), {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    const { sub, iat, cq_uid: id, cq_cv: credentialsVersion } = payload;
    const issuedAt = new Date(Number(iat) * 1000);
    if (typeof sub !== 'string' || !isStorable(sub) || Number.isNaN(issuedAt.getTime())) return null;
    const claims = { username: sub, issuedAt };
    if (id === undefined && credentialsVersion === undefined) return { ...claims, account: null };
    if (typeof id !== 'number' || typeof credentialsVersion !== 'number') return null;
    return { ...claims, account: { id, credentialsVersion } };
  } catch {
    return null;
  }
}

/**
 * Whether a token was given to this account, for the password that it has now. A token of the Python server does not say;
 * it must not be older than the account or its password, by the second in which it was issued.
 */
export function isTokenOf({ account, issuedAt }: TokenClaims, user: User): boolean {
  if (account) return account.id === user.id && account.credentialsVersion === user.credentialsVersion;
  const since = Math.max(user.createdAt.getTime(), user.passwordChangedAt?.getTime() ?? 0);
  return issuedAt.getTime() >= Math.floor(since / 1000) * 1000;
}

/** `cqa.v1.<key id>.<secret>`: 32 hexadecimal digits, then 32 random bytes in lower-case base32. */
const keyFormat = /^cqa\.v1\.([0-9a-f]{32})\.([a-z2-7]{52})$/;

export interface NewKey {
  readonly id: string;
  /** Shown to its owner once. */
  readonly text: string;
  readonly prefix: string;
  readonly hash: string;
}

export function makeKey(secrets: Secrets): NewKey {
  const id = newHexId();
  const secret = base32(randomBytes(32));
  return { id, text: `cqa.v1.${id}.${secret}`, prefix: secret.slice(0, 8), hash: hashKey(secrets, secret) };
}

export const isKey = (text: string): boolean => text.startsWith('cqa.');

/** A key's id and the check of its secret; null for what has not the form of a key. */
export function readKey(secrets: Secrets, text: string): { id: string; matches(hash: string): boolean } | null {
  const [, id, secret] = keyFormat.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const actual = Buffer.from(hashKey(secrets, secret), 'hex');
  return {
    id,
    matches(hash) {
      const expected = Buffer.from(hash, 'hex');
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
  };
}

function hashKey({ apiKeyPepper }: Secrets, secret: string): string {
  return createHmac('sha256', Buffer.from(apiKeyPepper, 'utf8')).update(secret).digest('hex');
}

/** RFC 4648 base32 in lower case, without padding. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}
