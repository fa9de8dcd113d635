import { z } from 'zod';
import { decimal, type Environment, integer, integerWithDefault, text } from './value-schemas.ts';

/** The most dimensions of a vector: pgvector's index takes no more. */
export const maxDimensions = 4000;

/** The weight of the semantic signal unless told, measured on public collections: of a model, and of `hash`, which knows no meaning. */
const [modelWeight, hashWeight] = [0.4, 0.2];

/** The variables of embeddings, with their defaults. */
export const embeddingVariables = {
  CQ_EMBEDDING_PROVIDER: z
    .enum(['openai', 'encoderfile', 'local', 'hash'], {
      error: ({ input }) => `must be openai, encoderfile, local or hash, got ${JSON.stringify(input)}`,
    })
    .optional(),
  CQ_EMBEDDING_URL: z
    .string()
    .refine(isBaseUrl, { error: 'must be an http:// or https:// URL without a user, a query or a fragment' })
    .optional(),
  CQ_EMBEDDING_MODEL: text(200).optional(),
  CQ_EMBEDDING_MODEL_DIR: z.string().optional(),
  CQ_EMBEDDING_KEY: z.string().optional(),
  CQ_EMBEDDING_KEY_FILE: z.string().optional(),
  CQ_EMBEDDING_DIMENSIONS: integer(1, maxDimensions).optional(),
  CQ_EMBEDDING_DOCUMENT_PREFIX: text(1000).default(''),
  CQ_EMBEDDING_QUERY_PREFIX: text(1000).default(''),
  CQ_EMBEDDING_BATCH: integerWithDefault(32, 1, 2048),
  CQ_EMBEDDING_TIMEOUT_MS: integerWithDefault(30_000, 100, 600_000),
  CQ_EMBEDDING_QUERY_TIMEOUT_MS: integerWithDefault(400, 10, 60_000),
  CQ_EMBEDDING_WEIGHT: decimal(modelWeight, 0, 1),
  CQ_DUPLICATE_THRESHOLD: decimal(0.9, 0.5, 1),
};

const schema = z.object(embeddingVariables);

/** Settings of every provider. */
interface EmbeddingSettings {
  /** The most texts in one call. */
  readonly batch: number;
  /** The timeout of a call with documents. */
  readonly timeoutMs: number;
  /** The timeout of a call with a query, while a search waits. */
  readonly queryTimeoutMs: number;
  /** The weight of the semantic signal beside keywords and relevance, from 0 to 1. */
  readonly weight: number;
  /** The calibrated cosine from which a proposal counts as a duplicate of a unit, from 0.5 to 1. */
  readonly duplicateThreshold: number;
}

/** An embedding service, reached over HTTP. */
export interface ServiceConfig extends EmbeddingSettings {
  readonly provider: 'openai' | 'encoderfile';
  /** The base URL: the provider adds its path. */
  readonly url: string;
  readonly model: string;
  readonly key: string | null;
  /** Null: the model's own. */
  readonly dimensions: number | null;
  /** Prefixes that the model expects before documents and before queries. */
  readonly documentPrefix: string;
  readonly queryPrefix: string;
}

/** A model in a folder, computed in this process. */
export interface LocalConfig extends EmbeddingSettings {
  readonly provider: 'local';
  /** The folder of the model. */
  readonly modelDir: string;
  /** Null: the model's own. */
  readonly dimensions: number | null;
  /** Prefixes that the model expects before documents and before queries. */
  readonly documentPrefix: string;
  readonly queryPrefix: string;
}

/** The built-in provider. */
export interface HashConfig extends EmbeddingSettings {
  readonly provider: 'hash';
  readonly dimensions: number;
}

export type EmbeddingConfig = ServiceConfig | LocalConfig | HashConfig;

const services = ['CQ_EMBEDDING_URL', 'CQ_EMBEDDING_MODEL'] as const;
const serviceOnly = [...services, 'CQ_EMBEDDING_KEY', 'CQ_EMBEDDING_KEY_FILE'];
const prefixes = ['CQ_EMBEDDING_DOCUMENT_PREFIX', 'CQ_EMBEDDING_QUERY_PREFIX'];

/**
 * Reads the configuration of embeddings; null without a provider. Throws an `Error` with a line for each variable that does not
 * fit the others. Values of a wrong form are left to `readConfig`, which checks every variable.
 */
export function readEmbedding(given: Environment, key: string | null): EmbeddingConfig | null {
  const parsed = schema.safeParse(given);
  if (!parsed.success) return null;
  const values = parsed.data;
  const provider = values.CQ_EMBEDDING_PROVIDER;
  const isSet = (name: string) => given[name] !== undefined;
  if (provider === undefined) {
    refuse(
      Object.keys(embeddingVariables).filter(isSet),
      'needs CQ_EMBEDDING_PROVIDER: openai, encoderfile, local or hash.',
    );
    return null;
  }
  const settings = {
    batch: values.CQ_EMBEDDING_BATCH,
    timeoutMs: values.CQ_EMBEDDING_TIMEOUT_MS,
    queryTimeoutMs: values.CQ_EMBEDDING_QUERY_TIMEOUT_MS,
    weight: values.CQ_EMBEDDING_WEIGHT,
    duplicateThreshold: values.CQ_DUPLICATE_THRESHOLD,
  };
  if (provider !== 'local' && isSet('CQ_EMBEDDING_MODEL_DIR'))
    refuse(['CQ_EMBEDDING_MODEL_DIR'], `is for CQ_EMBEDDING_PROVIDER=local; it is ${provider}.`);
  if (provider === 'local') {
    refuse(serviceOnly.filter(isSet), 'is for a service; CQ_EMBEDDING_PROVIDER=local computes in this process.');
    const { CQ_EMBEDDING_MODEL_DIR: modelDir } = values;
    if (modelDir === undefined)
      return refuse(['CQ_EMBEDDING_MODEL_DIR'], 'must be set with CQ_EMBEDDING_PROVIDER=local.');
    return {
      ...settings,
      provider,
      modelDir,
      dimensions: values.CQ_EMBEDDING_DIMENSIONS ?? null,
      documentPrefix: values.CQ_EMBEDDING_DOCUMENT_PREFIX,
      queryPrefix: values.CQ_EMBEDDING_QUERY_PREFIX,
    };
  }
  if (provider === 'hash') {
    refuse([...serviceOnly, ...prefixes].filter(isSet), 'is for a service; CQ_EMBEDDING_PROVIDER=hash is built in.');
    const weight = isSet('CQ_EMBEDDING_WEIGHT') ? settings.weight : hashWeight;
    return { ...settings, weight, provider, dimensions: values.CQ_EMBEDDING_DIMENSIONS ?? 512 };
  }
  const { CQ_EMBEDDING_URL: url, CQ_EMBEDDING_MODEL: model } = values;
  if (url === undefined || model === undefined)
    return refuse(
      services.filter((name) => !isSet(name)),
      `must be set with CQ_EMBEDDING_PROVIDER=${provider}.`,
    );
  const path = provider === 'openai' ? '/embeddings' : '/predict';
  if (new URL(url).pathname.replace(/\/+$/, '').endsWith(path))
    refuse(['CQ_EMBEDDING_URL'], `must end before ${path}, which is added to it.`);
  // fetch rejects a key with other characters in an error message that contains it
  if (key !== null && !/^[\x21-\x7e]+$/.test(key))
    refuse(['CQ_EMBEDDING_KEY'], 'must be visible ASCII characters without spaces.');
  return {
    ...settings,
    provider,
    url: new URL(url).href.replace(/\/+$/, ''),
    model,
    key,
    dimensions: values.CQ_EMBEDDING_DIMENSIONS ?? null,
    documentPrefix: values.CQ_EMBEDDING_DOCUMENT_PREFIX,
    queryPrefix: values.CQ_EMBEDDING_QUERY_PREFIX,
  };
}

function refuse(names: readonly string[], why: string): null {
  if (names.length > 0) throw new Error(names.map((name) => `${name} ${why}`).join('\n'));
  return null;
}

function isBaseUrl(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(value);
}

/** The configuration for display: only whether the key is set. */
export function describeEmbedding(config: EmbeddingConfig | null): object | null {
  if (config === null || !('key' in config)) return config;
  return { ...config, key: config.key === null ? 'none' : 'set' };
}
