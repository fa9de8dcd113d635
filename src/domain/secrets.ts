import { createHash } from 'node:crypto';

/**
 * The two secrets of an installation; `config/secrets.ts` loads them. Every cq server with the same two accepts the same tokens
 * and API keys.
 */
export interface Secrets {
  /** `CQ_JWT_SECRET`: signs the JWTs of people. */
  readonly jwtSecret: string;
  /** `CQ_API_KEY_PEPPER`: the HMAC key of API key hashes. */
  readonly apiKeyPepper: string;
  /** `CQ_JWT_SECRET_PREVIOUS`: JWTs that these signed are accepted too. */
  readonly previousJwtSecrets?: readonly string[];
  /** `CQ_API_KEY_PEPPER_PREVIOUS`: API keys that were hashed with these are accepted too, and hashed with the current one. */
  readonly previousApiKeyPeppers?: readonly string[];
}

/** The secrets that JWTs may be signed with, the current one first. */
export const jwtSecretsOf = ({ jwtSecret, previousJwtSecrets = [] }: Secrets): readonly string[] => [
  jwtSecret,
  ...previousJwtSecrets,
];

/** The peppers that API keys may be hashed with, the current one first. */
export const peppersOf = ({ apiKeyPepper, previousApiKeyPeppers = [] }: Secrets): readonly string[] => [
  apiKeyPepper,
  ...previousApiKeyPeppers,
];

/**
 * A short digest of a secret, by which two can be told apart, and which may be stored: 32 bits of SHA-256 as eight hexadecimal
 * digits, too few to recognise a secret by that somebody guesses.
 */
export const fingerprintOf = (secret: string): string =>
  createHash('sha256').update(`cq fingerprint\n${secret}`).digest('hex').slice(0, 8);
