import type { QueryVectors, SemanticUnavailableReason } from '../domain/query-vectors.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import type { EmbeddingModel as Configured, Embedder } from './embedder.ts';
import type { QueryEmbedder } from './query-embedder.ts';

/** How texts get their vectors while somebody waits. */
export interface QuestionSource {
  readonly embedder: Embedder;
  readonly questions: QueryEmbedder;
  /** What meaning weighs in a search. */
  readonly weight: number;
  /** Is told how many numbers a vector has that units cannot be compared with. */
  readonly reportDimensions?: (dimensions: number) => void;
}

export interface QueryVectorsOptions {
  /** How long it is known which model is active. */
  readonly keepMs?: number;
  /** Milliseconds since any fixed point. */
  readonly now?: () => number;
}

/** Query vectors of the store's active model, as long as it is the one that `source` embeds with; null where nothing is configured. */
export function createQueryVectors(
  store: Store,
  source: QuestionSource | null,
  { keepMs = 3000, now = () => performance.now() }: QueryVectorsOptions = {},
): QueryVectors {
  let known: { readonly model: Promise<EmbeddingModel | null>; readonly until: number } | null = null;

  function model(): Promise<EmbeddingModel | null> {
    if (store.vectorEngine === null) return Promise.resolve(null);
    if (known && now() < known.until) return known.model;
    const read = { model: activeModel(store), until: now() + keepMs };
    known = read;
    read.model.catch(() => {
      if (known === read) known = null;
    });
    return read.model;
  }

  return {
    on: source !== null && store.vectorEngine !== null,
    model,
    forget() {
      known = null;
    },
    async of(text, kind) {
      if (source === null || store.vectorEngine === null) return { missing: 'off' };
      const active = await model();
      if (!active || !isSame(active, source.embedder.model)) return missing('building');
      const answer = await source.questions.queryVector(text, kind, active.dimensions);
      if ('unavailable' in answer) return missing(answer.unavailable);
      const { vector } = answer;
      if (vector.length !== active.dimensions) {
        source.reportDimensions?.(vector.length);
        return missing('wrongSize');
      }
      return { meaning: { modelId: active.id, vector, weight: source.weight } };
    },
  };
}

const missing = (reason: SemanticUnavailableReason) => ({ missing: reason });

async function activeModel(store: Store): Promise<EmbeddingModel | null> {
  return (await store.embeddings.models()).find(({ state }) => state === 'active') ?? null;
}

function isSame(model: EmbeddingModel, { provider, name, documentPrefix, dimensions }: Configured): boolean {
  return (
    model.provider === provider &&
    model.name === name &&
    model.documentPrefix === documentPrefix &&
    (dimensions === null || model.dimensions === dimensions)
  );
}
