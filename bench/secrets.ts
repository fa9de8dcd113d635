/** The benchmark's server keeps nothing worth a secret. */
export const secrets = { jwtSecret: 'b'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
