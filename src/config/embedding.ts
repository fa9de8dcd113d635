import { z } from 'zod';
import { decimal, type Environment, text, whole, wholeNumber } from './forms.ts';

/** The most numbers in a vector that the indexes of both databases take. */
export const maxDimensions = 4000;

/** Where vectors come from, what they weigh in a search, and how near is the same. */
export const embeddingVariables = {
  CQ_EMBEDDING_PROVIDER: z
    .enum(['openai', 'encoderfile', 'hash'], {
      error: ({ input }) => `must be openai, encoderfile or hash, got ${JSON.stringify(input)}`,
    })
    .optional(),
  CQ_EMBEDDING_URL: z
    .string()
    .refine(isBase, { error: 'must be an http:// or https:// URL without a user, a query or a fragment' })
    .optional(),
  CQ_EMBEDDING_MODEL: text(200).optional(),
  CQ_EMBEDDING_KEY: z.string().optional(),
  CQ_EMBEDDING_KEY_FILE: z.string().optional(),
  CQ_EMBEDDING_DIMENSIONS: wholeNumber(1, maxDimensions).optional(),
  CQ_EMBEDDING_DOCUMENT_PREFIX: text(1000).default(''),
  CQ_EMBEDDING_QUERY_PREFIX: text(1000).default(''),
  CQ_EMBEDDING_BATCH: whole(32, 1, 2048),
  CQ_EMBEDDING_TIMEOUT_MS: whole(30_000, 100, 600_000),
  CQ_EMBEDDING_QUERY_TIMEOUT_MS: whole(400, 10, 60_000),
  CQ_EMBEDDING_WEIGHT: decimal(0.2, 0, 1),
  CQ_DUPLICATE_THRESHOLD: decimal(0.95, 0.5, 1),
};

const schema = z.object(embeddingVariables);

interface EmbeddingSettings {
  /** The most texts in one call. */
  readonly batch: number;
  readonly timeoutMs: number;
  readonly queryTimeoutMs: number;
  /** What meaning weighs beside words and domains, from 0 to 1. */
  readonly weight: number;
  /** The cosine from which a proposal says the same as a unit, from 0.5 to 1. */
  readonly duplicateThreshold: number;
}

/** An embedding service, reached over HTTP. */
export interface ServiceConfig extends EmbeddingSettings {
  readonly provider: 'openai' | 'encoderfile';
  /** The base: the adapter adds its path. */
  readonly url: string;
  readonly model: string;
  readonly key: string | null;
  /** Null: as many as the model makes. */
  readonly dimensions: number | null;
  /** What the model wants to read before a text that is kept, and before a question. */
  readonly documentPrefix: string;
  readonly queryPrefix: string;
}

/** The embedder that is built in. */
export interface HashConfig extends EmbeddingSettings {
  readonly provider: 'hash';
  readonly dimensions: number;
}

export type EmbeddingConfig = ServiceConfig | HashConfig;

const services = ['CQ_EMBEDDING_URL', 'CQ_EMBEDDING_MODEL'] as const;
const serviceOnly = [
  ...services,
  'CQ_EMBEDDING_KEY',
  'CQ_EMBEDDING_KEY_FILE',
  'CQ_EMBEDDING_DOCUMENT_PREFIX',
  'CQ_EMBEDDING_QUERY_PREFIX',
];

/**
 * What an environment says of embeddings; null where it names no provider. Throws an `Error` over variables that do not
 * go together, a line for each. Values of a wrong form are `readConfig`'s to report, which knows every variable.
 */
export function readEmbedding(given: Environment, key: string | null): EmbeddingConfig | null {
  const parsed = schema.safeParse(given);
  if (!parsed.success) return null;
  const values = parsed.data;
  const provider = values.CQ_EMBEDDING_PROVIDER;
  const isSet = (name: string) => given[name] !== undefined;
  if (provider === undefined) {
    refuse(Object.keys(embeddingVariables).filter(isSet), 'needs CQ_EMBEDDING_PROVIDER: openai, encoderfile or hash.');
    return null;
  }
  const settings = {
    batch: values.CQ_EMBEDDING_BATCH,
    timeoutMs: values.CQ_EMBEDDING_TIMEOUT_MS,
    queryTimeoutMs: values.CQ_EMBEDDING_QUERY_TIMEOUT_MS,
    weight: values.CQ_EMBEDDING_WEIGHT,
    duplicateThreshold: values.CQ_DUPLICATE_THRESHOLD,
  };
  if (provider === 'hash') {
    refuse(serviceOnly.filter(isSet), 'is for a service; CQ_EMBEDDING_PROVIDER=hash is built in.');
    return { ...settings, provider, dimensions: values.CQ_EMBEDDING_DIMENSIONS ?? 512 };
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
  // fetch would repeat any other key in the message of its refusal
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

function isBase(value: string): boolean {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && !/[?#]/.test(value);
}

/** The same as it may be shown. */
export function describeEmbedding(config: EmbeddingConfig | null): object | null {
  if (config === null || config.provider === 'hash') return config;
  return { ...config, key: config.key === null ? 'none' : 'set' };
}
