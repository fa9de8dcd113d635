import { z } from 'zod';
import type { ServiceConfig } from '../config/embedding.ts';
import type { Call } from './embedder.ts';
import { EmbeddingError } from './failure.ts';
import { post } from './post.ts';
import type { RawVector } from './vectors.ts';

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().optional(), embedding: z.union([z.string(), z.array(z.unknown())]) })),
});

/**
 * `POST /embeddings` as OpenAI defines it, and Ollama, llama.cpp, vLLM, TEI and LM Studio speak it. `dimensions` is sent
 * only where it is configured, since many of them refuse it.
 */
export function openaiCall({ url: base, model, key, timeoutMs, dimensions }: ServiceConfig): Call {
  const url = `${base}/embeddings`;
  return async (input, signal) => {
    const body = { model, input, encoding_format: 'float', ...(dimensions !== null && { dimensions }) };
    const parsed = answerSchema.safeParse(await post({ url, key, timeoutMs }, body, signal));
    if (!parsed.success) throw new EmbeddingError(`${url} answered JSON that holds no embeddings.`, 'setup');
    return inOrder(parsed.data.data, url).map(({ embedding }) =>
      typeof embedding === 'string' ? floatsOf(embedding, url) : embedding,
    );
  };
}

/** By `index`, which says whose vector it is; services that leave it out answer in order. */
function inOrder<Item extends { readonly index?: number }>(items: readonly Item[], url: string): readonly Item[] {
  if (items.every(({ index }) => index === undefined)) return items;
  const sorted = items.toSorted((a, b) => (a.index ?? -1) - (b.index ?? -1));
  if (sorted.some(({ index }, place) => index !== place))
    throw new EmbeddingError(`${url} answered vectors whose index is missing or repeated.`, 'setup');
  return sorted;
}

/** Little-endian floats of 32 bits, in base64. */
function floatsOf(base64: string, url: string): RawVector {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== base64)
    throw new EmbeddingError(`${url} answered a vector that is not floats in base64.`, 'setup');
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
