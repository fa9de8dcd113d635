import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Session, User } from '../store/store.ts';
import { isHexId } from './ids.ts';
import { isStorable } from './rules.ts';
import { jwtSecretsOf, type Secrets } from './secrets.ts';

const tokenHours = 24;

export interface Token {
  readonly text: string;
  readonly expiresAt: Date;
}

/** The account that a token is issued to; `credentialsVersion` counts the changes of its password. */
export type TokenOwner = Pick<User, 'id' | 'username' | 'credentialsVersion'>;

/** When a token expires that is issued now. */
export const tokenExpiry = (now: Date): Date => new Date(seconds(now) * 1000 + tokenHours * 3_600_000);

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/**
 * Issues a JWT to a person: HS256, valid for 24 hours. `sub` is the user name, as in the tokens of the Python server, which also
 * accepts ours; `cq_uid` is the account's id, `cq_cv` its `credentialsVersion` and `cq_sid` the session. Releases before had no
 * sessions: to them it is a token like any other.
 */
export async function issueToken(
  { jwtSecret }: Secrets,
  owner: TokenOwner,
  now: Date,
  session?: Pick<Session, 'id'>,
): Promise<Token> {
  const claims = { cq_uid: owner.id, cq_cv: owner.credentialsVersion, ...(session && { cq_sid: session.id }) };
  const expiresAt = tokenExpiry(now);
  const text = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(owner.username)
    .setIssuedAt(seconds(now))
    .setExpirationTime(seconds(expiresAt))
    .sign(Buffer.from(jwtSecret, 'utf8'));
  return { text, expiresAt };
}

/** The claims of a token. */
export interface TokenClaims {
  readonly username: string;
  /** In whole seconds. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Null for a token that the Python server issued. */
  readonly account: { readonly id: number; readonly credentialsVersion: number } | null;
  /** Null for a token of a release that had no sessions. */
  readonly sessionId: string | null;
}

/**
 * Verifies signature and expiry of a JWT, and returns its claims; null for anything that is not a valid token. The signature may be
 * by the current secret or by a previous one.
 */
export async function verifyToken(secrets: Secrets, text: string, now: Date): Promise<TokenClaims | null> {
  try {
    const payload = await verifiedPayload(secrets, text, now);
    const { sub, iat, exp, cq_uid: id, cq_cv: credentialsVersion, cq_sid: sid } = payload;
    const issuedAt = new Date(Number(iat) * 1000);
    if (typeof sub !== 'string' || !isStorable(sub) || Number.isNaN(issuedAt.getTime())) return null;
    const claims = { username: sub, issuedAt, expiresAt: new Date(Number(exp) * 1000), sessionId: null };
    if (id === undefined && credentialsVersion === undefined && sid === undefined) return { ...claims, account: null };
    if (typeof id !== 'number' || typeof credentialsVersion !== 'number') return null;
    const account = { id, credentialsVersion };
    if (sid === undefined) return { ...claims, account };
    return typeof sid === 'string' && isHexId(sid) ? { ...claims, account, sessionId: sid } : null;
  } catch {
    return null;
  }
}

/** The keys of secrets that tokens were verified with: to make one takes a third of the time of a verification. */
const keys = new WeakMap<Secrets, Map<string, Promise<CryptoKey>>>();

function keyOf(secrets: Secrets, secret: string): Promise<CryptoKey> {
  const known = keys.get(secrets) ?? new Map<string, Promise<CryptoKey>>();
  keys.set(secrets, known);
  let key = known.get(secret);
  if (!key) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    key = crypto.subtle.importKey('raw', Buffer.from(secret, 'utf8'), algorithm, false, ['verify']);
    known.set(secret, key);
  }
  return key;
}

async function verifiedPayload(secrets: Secrets, text: string, currentDate: Date): Promise<JWTPayload> {
  const rules = { algorithms: ['HS256'], currentDate, requiredClaims: ['sub', 'iat', 'exp'] };
  let failure: unknown;
  for (const secret of jwtSecretsOf(secrets))
    try {
      return (await jwtVerify(text, await keyOf(secrets, secret), rules)).payload;
    } catch (error) {
      failure = error;
      // what is wrong otherwise is wrong with any secret
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  throw failure;
}

/**
 * Whether a token was issued to this account since its last change of the password. A token of the Python server names neither:
 * it must be no older, by the second, than the account and its password.
 */
export function isTokenOf({ account, issuedAt }: TokenClaims, user: User): boolean {
  if (account) return account.id === user.id && account.credentialsVersion === user.credentialsVersion;
  const since = Math.max(user.createdAt.getTime(), user.passwordChangedAt?.getTime() ?? 0);
  return issuedAt.getTime() >= Math.floor(since / 1000) * 1000;
}
