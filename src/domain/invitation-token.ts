import { createHash, randomBytes } from 'node:crypto';
import type { Invitation } from '../store/store.ts';
import { base32 } from './base32.ts';
import { sameDigest } from './digests.ts';
import { newHexId } from './ids.ts';

/** `cqi.v1.<invitation id>.<secret>`: 32 hexadecimal digits, then 32 random bytes in lower-case base32. */
const tokenFormat = /^cqi\.v1\.([0-9a-f]{32})\.([a-z2-7]{52})$/;

/** The token of a new invitation, of which the database stores all but `text`. */
export interface GeneratedToken {
  readonly id: string;
  /** The token itself, shown once. */
  readonly text: string;
  readonly hash: string;
}

export function generateInvitationToken(): GeneratedToken {
  const id = newHexId();
  const secret = base32(randomBytes(32));
  return { id, text: `cqi.v1.${id}.${secret}`, hash: hashOf(secret) };
}

/** A token as somebody sent it. */
export interface PresentedToken {
  readonly id: string;
  /** Compares the secret, in constant time. */
  matches(invitation: Pick<Invitation, 'tokenHash'>): boolean;
}

/** Reads a token; null for a malformed one. */
export function parseInvitationToken(text: string): PresentedToken | null {
  const [, id, secret] = tokenFormat.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return {
    id,
    matches: ({ tokenHash }) => sameDigest(tokenHash, hashOf(secret)),
  };
}

/** A plain digest: 256 random bits need no pepper, and an invitation is as good on a server with other secrets, such as after a copy. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
