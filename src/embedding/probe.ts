import type { Embedder, ModelIdentity } from './embedder.ts';
import { checkDimensions } from './raw-vectors.ts';

/** An embedder with known dimensions, which rejects vectors of others. */
export interface SizedEmbedder extends Embedder {
  readonly model: ModelIdentity & { readonly dimensions: number };
}

/** Embeds one text to learn the dimensions. Throws `EmbeddingError` if the service is unreachable or misconfigured. */
export async function probe(embedder: Embedder, signal?: AbortSignal): Promise<SizedEmbedder> {
  const [{ length: dimensions } = { length: 0 }] = await embedder.embed(['knowledge'], 'document', signal);
  const model = { ...embedder.model, dimensions };
  return {
    model,
    async embed(texts, kind, given) {
      const vectors = await embedder.embed(texts, kind, given);
      checkDimensions(vectors, dimensions, `${model.provider} (${model.name})`);
      return vectors;
    },
  };
}
