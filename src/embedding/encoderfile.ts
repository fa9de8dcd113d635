import { z } from 'zod';
import type { ServiceConfig } from '../config/embedding.ts';
import type { Call } from './embedder.ts';
import { EmbeddingError } from './failure.ts';
import { post } from './post.ts';
import { meanOf } from './vectors.ts';

const answerSchema = z.object({
  model_id: z.string().optional(),
  results: z.array(z.object({ embeddings: z.array(z.object({ embedding: z.array(z.unknown()) })) })),
});

/**
 * `POST /predict` of an encoderfile: one result for each text, with a vector for each of its tokens, of which the mean is
 * taken. The binary holds one model and says which: another than was configured is refused, so that vectors never mix.
 */
export function encoderfileCall({ url: base, model, key, timeoutMs }: ServiceConfig): Call {
  const url = `${base}/predict`;
  return async (inputs, signal) => {
    const parsed = answerSchema.safeParse(await post({ url, key, timeoutMs }, { inputs }, signal));
    if (!parsed.success) throw new EmbeddingError(`${url} answered JSON that holds no token embeddings.`, 'setup');
    const { model_id: answering, results } = parsed.data;
    if (answering && answering !== model)
      throw new EmbeddingError(
        `${url} holds the model ${JSON.stringify(answering.slice(0, 200))}, and CQ_EMBEDDING_MODEL says ${JSON.stringify(model)}.`,
        'setup',
      );
    return results.map(({ embeddings }) =>
      meanOf(
        embeddings.map(({ embedding }) => embedding),
        url,
      ),
    );
  };
}
