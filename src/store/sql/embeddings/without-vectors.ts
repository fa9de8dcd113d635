import type { EmbeddingStore } from '../../store.ts';

/** The embedding store of a database without a vector engine: every method throws. */
export function withoutVectors(): EmbeddingStore {
  const refuse = async () => {
    throw new Error(noVectors);
  };
  return {
    models: refuse,
    register: refuse,
    touch: refuse,
    claim: refuse,
    complete: refuse,
    fail: refuse,
    parked: refuse,
    retry: refuse,
    progress: refuse,
    activate: refuse,
    purgeRetired: refuse,
    nearest: refuse,
    vectorOf: refuse,
  };
}

export const noVectors =
  'This database holds no vectors: PostgreSQL needs the extension pgvector, and SQLite needs sqlite-vec, which does not support every platform.';
