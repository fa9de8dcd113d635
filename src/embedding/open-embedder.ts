import type { EmbeddingConfig } from '../config/embedding.ts';
import { createEmbedder, type Embedder } from './embedder.ts';
import { encoderfileCall } from './encoderfile-provider.ts';
import { hashCall, hashModel } from './hash-provider.ts';
import { localCall } from './local/local-provider.ts';
import { readModelFolder } from './local/model-folder.ts';
import { openaiCall } from './openai-provider.ts';

/**
 * The embedder of the configured provider; only this file picks one. Makes no call. Throws `EmbeddingError` where the folder of
 * a local model cannot be used.
 */
export function openEmbedder(config: EmbeddingConfig): Embedder {
  const { provider, dimensions, batch } = config;
  if (provider === 'hash')
    return createEmbedder(hashCall(dimensions), {
      model: { provider, name: hashModel, dimensions, documentPrefix: '' },
      queryPrefix: '',
      batch,
    });
  const { documentPrefix, queryPrefix } = config;
  if (provider === 'local') {
    const folder = readModelFolder(config.modelDir);
    return createEmbedder(localCall(folder, config), {
      model: { provider, name: folder.name, dimensions, documentPrefix },
      queryPrefix,
      batch,
    });
  }
  const { model: name } = config;
  const calls = { openai: openaiCall, encoderfile: encoderfileCall };
  return createEmbedder(calls[provider](config), {
    model: { provider, name, dimensions, documentPrefix },
    queryPrefix,
    batch,
  });
}
