import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { User } from '../store/store.ts';
import { isStorable } from './rules.ts';
import { jwtSecretsOf, type Secrets } from './secrets.ts';

const tokenHours = 24;

export interface Token {
  readonly text: string;
  readonly expiresAt: Date;
}

/** The account that a token is issued to; `credentialsVersion` counts the changes of its password. */
export type TokenOwner = Pick<User, 'id' | 'username' | 'credentialsVersion'>;

/**
 * Issues a JWT to a person: HS256, valid for 24 hours. `sub` is the user name, as in the tokens of the Python server, which also
 * accepts ours; `cq_uid` is the account's id and `cq_cv` its `credentialsVersion`.
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

/** The claims of a token. */
export interface TokenClaims {
  readonly username: string;
  /** In whole seconds. */
  readonly issuedAt: Date;
  /** Null for a token that the Python server issued. */
  readonly account: { readonly id: number; readonly credentialsVersion: number } | null;
}

/**
 * Verifies signature and expiry of a JWT, and returns its claims; null for anything that is not a valid token. The signature may be
 * by the current secret or by a previous one.
 */
export async function verifyToken(secrets: Secrets, text: string, now: Date): Promise<TokenClaims | null> {
  try {
    const payload = await verifiedPayload(secrets, text, now);
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

async function verifiedPayload(secrets: Secrets, text: string, currentDate: Date): Promise<JWTPayload> {
  const rules = { algorithms: ['HS256'], currentDate, requiredClaims: ['sub', 'iat', 'exp'] };
  let failure: unknown;
  for (const secret of jwtSecretsOf(secrets))
    try {
      return (await jwtVerify(text, Buffer.from(secret, 'utf8'), rules)).payload;
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
