import type { Config } from '../config/config.ts';

/** Throws `ConfigError` where the file of `CQ_TRUSTED_DOCUMENTS` cannot be read, or one of its documents is not valid. */
export async function requireTrustedDocuments(config: Config): Promise<void> {
  if (config.trustedDocuments === null) return;
  const { graphqlSchema } = await import('../graphql/schema.ts');
  const { loadTrustedDocuments } = await import('../load-trusted-documents.ts');
  await loadTrustedDocuments(config, graphqlSchema());
}
