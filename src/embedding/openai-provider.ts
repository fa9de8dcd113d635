import { z } from 'zod';
import type { ServiceConfig } from '../config/embedding.ts';
import type { EmbeddingCall } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';
import { postJson } from './post-json.ts';
import type { RawVector } from './raw-vectors.ts';

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().optional(), embedding: z.union([z.string(), z.array(z.unknown())]) })),
});

/**
 * The provider openai: `POST /embeddings` of OpenAI's API, which Ollama, llama.cpp, vLLM, TEI and LM Studio offer too. Sends
 * `dimensions` only if configured, since many of them reject it.
 */
export function openaiCall({ url: base, model, key, timeoutMs, dimensions }: ServiceConfig): EmbeddingCall {
  const url = `${base}/embeddings`;
  return async (input, signal) => {
    const body = { model, input, encoding_format: 'float', ...(dimensions !== null && { dimensions }) };
    const parsed = answerSchema.safeParse(await postJson({ url, key, timeoutMs }, body, signal));
    if (!parsed.success) throw new EmbeddingError(`${url} answered JSON without embeddings.`, 'setup');
    return sortByIndex(parsed.data.data, url).map(({ embedding }) =>
      typeof embedding === 'string' ? floatsOf(embedding, url) : embedding,
    );
  };
}

/** Sorts by `index`, the position of the text in the request; services that omit it answer in that order. */
function sortByIndex<Item extends { readonly index?: number }>(items: readonly Item[], url: string): readonly Item[] {
  if (items.every(({ index }) => index === undefined)) return items;
  const sorted = items.toSorted((a, b) => (a.index ?? -1) - (b.index ?? -1));
  if (sorted.some(({ index }, place) => index !== place))
    throw new EmbeddingError(`${url} answered vectors whose index is missing or repeated.`, 'setup');
  return sorted;
}

/** Decodes base64 of little-endian 32-bit floats. */
function floatsOf(base64: string, url: string): RawVector {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== base64)
    throw new EmbeddingError(`${url} answered a vector that is not floats in base64.`, 'setup');
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
