import { z } from 'zod';
import type { ServiceConfig } from '../config/embedding.ts';
import type { EmbeddingCall } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';
import { postJson } from './post-json.ts';
import { meanPooling } from './raw-vectors.ts';

const answerSchema = z.object({
  model_id: z.string().optional(),
  results: z.array(z.object({ embeddings: z.array(z.object({ embedding: z.array(z.unknown()) })) })),
});

/**
 * The provider encoderfile: `POST /predict` answers a vector for each token of a text, which mean pooling turns into one. The
 * binary holds one model and names it; another name than the configured one is an error, so that vectors of two models never
 * mix.
 */
export function encoderfileCall({ url: base, model, key, timeoutMs }: ServiceConfig): EmbeddingCall {
  const url = `${base}/predict`;
  return async (inputs, signal) => {
    const parsed = answerSchema.safeParse(await postJson({ url, key, timeoutMs }, { inputs }, signal));
    if (!parsed.success) throw new EmbeddingError(`${url} answered JSON without token embeddings.`, 'setup');
    const { model_id: answering, results } = parsed.data;
    if (answering && answering !== model)
      throw new EmbeddingError(
        `${url} holds the model ${JSON.stringify(answering.slice(0, 200))}, and CQ_EMBEDDING_MODEL says ${JSON.stringify(model)}.`,
        'setup',
      );
    return results.map(({ embeddings }) =>
      meanPooling(
        embeddings.map(({ embedding }) => embedding),
        url,
      ),
    );
  };
}
