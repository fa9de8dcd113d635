import { readEmbedding, type ServiceConfig } from '../../src/config/embedding.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { EmbeddingError } from '../../src/embedding/embedding-error.ts';
import { openEmbedder } from '../../src/embedding/open-embedder.ts';
import { type EmbeddingServer, serverModel, vectorFor } from './openai-server.ts';

/** A key that a JSON string holds in another form. */
export const key = 'sk-"hush\\hush"';

export type Service = 'openai' | 'encoderfile';

/** The configuration of a service at `origin`; `environment` are further variables, without `CQ_EMBEDDING_`. */
export function configOf(
  origin: string,
  service: Service = 'openai',
  environment: Record<string, string> = {},
): ServiceConfig {
  const given = {
    PROVIDER: service,
    URL: service === 'openai' ? `${origin}/v1/` : origin,
    MODEL: serverModel,
    ...environment,
  };
  const named = Object.fromEntries(Object.entries(given).map(([name, value]) => [`CQ_EMBEDDING_${name}`, value]));
  const config = readEmbedding(named, key);
  if (config === null || !('url' in config)) throw new Error(`not a configuration: ${JSON.stringify(named)}`);
  return config;
}

export const embedderOf = (server: EmbeddingServer, service?: Service, environment?: Record<string, string>) =>
  openEmbedder(configOf(server.origin, service, environment));

/** What comes of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<EmbeddingError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EmbeddingError)) throw new Error(`no EmbeddingError, but ${error}`);
  return error;
}

/** The vector that the server makes of a text, of length 1. */
export function unitVectorFor(text: string, size?: number): number[] {
  const vector = vectorFor(text, size);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

export const rounded = (vectors: Awaited<ReturnType<Embedder['embed']>> | readonly (readonly number[])[]) =>
  vectors.map((vector) => Array.from(vector, (value) => Math.round(value * 1e5) / 1e5 + 0));
