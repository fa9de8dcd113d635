import { nullIfVectorsAreLost, type QueryVectors, type SemanticUnavailableReason } from '../domain/query-vectors.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import type { Embedder, ModelIdentity } from './embedder.ts';
import type { QueryEmbedder } from './query-embedder.ts';

/** What query vectors are made with. */
export interface QueryVectorSource {
  readonly embedder: Embedder;
  readonly questions: Pick<QueryEmbedder, 'queryVector'>;
  /** The weight of the semantic signal in a search. */
  readonly weight: number;
  /** Called with the dimensions of a query vector that differ from the active model's. */
  readonly reportDimensions?: (dimensions: number) => void;
}

export interface QueryVectorsOptions {
  /** How long the active model is cached. */
  readonly modelCacheMs?: number;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Query vectors for the store's active model, if `source` embeds with that model; `source` is null without a configured
 * provider.
 */
export function createQueryVectors(
  store: Store,
  source: QueryVectorSource | null,
  { modelCacheMs = 3000, now = () => performance.now() }: QueryVectorsOptions = {},
): QueryVectors {
  let known: { readonly model: Promise<ActiveModel | null>; readonly until: number } | null = null;

  function active(): Promise<ActiveModel | null> {
    if (store.vectorEngine === null) return Promise.resolve(null);
    if (known && now() < known.until) return known.model;
    const read = { model: activeModel(store), until: now() + modelCacheMs };
    known = read;
    read.model.catch(() => {
      if (known === read) known = null;
    });
    return read.model;
  }

  return {
    on: source !== null && store.vectorEngine !== null,
    async model() {
      const found = await active().catch(nullIfVectorsAreLost);
      return found?.isSearchable ? found.model : null;
    },
    forget() {
      known = null;
    },
    async of(text, kind) {
      if (source === null || store.vectorEngine === null) return { missing: 'off' };
      const found = await active().catch(nullIfVectorsAreLost);
      if (!found && store.vectorProblem !== null) return missing('lost');
      if (!found || !isSameModel(found.model, source.embedder.model)) return missing('building');
      if (!found.isSearchable) return missing('unindexed');
      const { id, dimensions, meanCosine } = found.model;
      const answer = await source.questions.queryVector(text, kind, dimensions);
      if ('unavailable' in answer) return missing(answer.unavailable);
      const { vector } = answer;
      if (vector.length !== dimensions) {
        source.reportDimensions?.(vector.length);
        return missing('wrongSize');
      }
      return { meaning: { modelId: id, vector, meanCosine, weight: source.weight } };
    },
  };
}

const missing = (reason: SemanticUnavailableReason) => ({ missing: reason });

/** The active model, and whether its vectors can be searched. */
interface ActiveModel {
  readonly model: EmbeddingModel;
  readonly isSearchable: boolean;
}

async function activeModel({ embeddings }: Store): Promise<ActiveModel | null> {
  const model = (await embeddings.models()).find(({ state }) => state === 'active');
  return model ? { model, isSearchable: await embeddings.isSearchable(model) } : null;
}

function isSameModel(model: EmbeddingModel, { provider, name, documentPrefix, dimensions }: ModelIdentity): boolean {
  return (
    model.provider === provider &&
    model.name === name &&
    model.documentPrefix === documentPrefix &&
    (dimensions === null || model.dimensions === dimensions)
  );
}
