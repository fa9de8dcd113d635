import type { EmbeddingConfig } from '../config/embedding.ts';
import { createEmbedder, type Embedder } from './embedder.ts';
import { encoderfileCall } from './encoderfile.ts';
import { hashCall, hashModel } from './hash.ts';
import { openaiCall } from './openai.ts';

/** The embedder that the configuration names. The only place that picks a provider. Calls nobody. */
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
