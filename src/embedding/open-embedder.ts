import type { EmbeddingConfig } from '../config/embedding.ts';
import { createEmbedder, type Embedder } from './embedder.ts';
import { encoderfileCall } from './encoderfile-provider.ts';
import { hashCall, hashModel } from './hash-provider.ts';
import { openaiCall } from './openai-provider.ts';

/** The embedder of the configured provider; only this file picks one. Makes no call. */
export function openEmbedder(config: EmbeddingConfig): Embedder {
  const { provider, dimensions, batch } = config;
  if (provider === 'hash')
    return createEmbedder(hashCall(dimensions), {
      model: { provider, name: hashModel, dimensions, documentPrefix: '' },
      queryPrefix: '',
      batch,
    });
  const { model: name, documentPrefix, queryPrefix } = config;
  const calls = { openai: openaiCall, encoderfile: encoderfileCall };
  return createEmbedder(calls[provider](config), {
    model: { provider, name, dimensions, documentPrefix },
    queryPrefix,
    batch,
  });
}
