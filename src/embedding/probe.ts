import type { Embedder, EmbeddingModel } from './embedder.ts';
import { checkSizes } from './vectors.ts';

/** An embedder that knows how many numbers its vectors have, and answers no others. */
export interface SizedEmbedder extends Embedder {
  readonly model: EmbeddingModel & { readonly dimensions: number };
}

/** Has one text embedded to learn the size of the vectors. Throws `EmbeddingError` when the service is away or wrong. */
export async function probe(embedder: Embedder, signal?: AbortSignal): Promise<SizedEmbedder> {
  const [{ length: dimensions } = { length: 0 }] = await embedder.embed(['knowledge'], 'document', signal);
  const model = { ...embedder.model, dimensions };
  return {
    model,
    async embed(texts, kind, given) {
      const vectors = await embedder.embed(texts, kind, given);
      checkSizes(vectors, dimensions, `${model.provider} (${model.name})`);
      return vectors;
    },
  };
}
