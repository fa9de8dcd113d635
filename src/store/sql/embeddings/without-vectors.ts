import type { EmbeddingStore } from '../../store.ts';

/** The embedding store of a database without a vector engine: every method throws, and says why there is none. */
export function withoutVectors(problem: string): EmbeddingStore {
  const refuse = async () => {
    throw new Error(`This database holds no vectors. ${problem}`);
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
    backlog: refuse,
    progress: refuse,
    activate: refuse,
    buildIndex: refuse,
    indexProblem: refuse,
    isSearchable: refuse,
    renewMeanCosine: refuse,
    purgeRetired: refuse,
    nearest: refuse,
    vectorOf: refuse,
  };
}
