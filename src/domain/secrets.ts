/**
 * The two secrets of an installation; `config/secrets.ts` loads them. Every cq server with the same two accepts the same tokens
 * and API keys.
 */
export interface Secrets {
  /** `CQ_JWT_SECRET`: signs the JWTs of people. */
  readonly jwtSecret: string;
  /** `CQ_API_KEY_PEPPER`: the HMAC key of API key hashes. */
  readonly apiKeyPepper: string;
}
