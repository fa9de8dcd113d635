import { VectorsLostError } from '../../errors.ts';
import type { Vectors } from '../sql/embeddings/vectors.ts';
import type { ServerNotice } from '../store.ts';
import { isOfMissingObject, messageOf } from './driver-errors.ts';
import { type PgvectorFacts, pgvectorProblem, usablePgvector } from './pgvector.ts';
import { createVectors } from './vectors.ts';

/**
 * Vectors on pgvector, wherever the extension is moved, and as long as it can be used: it belongs to administrators, who may do
 * anything with it while this process runs. When a statement fails for it, `readFacts` says what has become of it. Says in `notify`
 * why vectors cannot be used, and when they can be again. Null where `facts` say that they cannot from the start.
 */
export function followVectors(
  facts: PgvectorFacts,
  readFacts: () => Promise<PgvectorFacts>,
  notify: (notice: ServerNotice) => void,
): Vectors | null {
  const installed = usablePgvector(facts);
  if (installed === null) return null;
  let current = createVectors(installed);
  let problem: string | null = null;

  function settle(found: string | null) {
    if (found === problem) return;
    problem = found;
    notify(
      found === null
        ? { level: 'info', message: 'vectors can be used again' }
        : { level: 'warn', message: `vectors cannot be used any more, and searches go by words: ${found}` },
    );
  }

  async function tryTo<T>(work: () => Promise<T>, onMissing: (error: unknown) => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      if (!isOfMissingObject(error)) throw error;
      return onMissing(error);
    }
    settle(null);
    return result;
  }

  const lose = (error: unknown, found = messageOf(error)): never => {
    settle(found);
    throw new VectorsLostError(error);
  };

  async function renew(error: unknown) {
    const now = await readFacts();
    const found = usablePgvector(now);
    if (found === null) return lose(error, pgvectorProblem(now) ?? undefined);
    current = createVectors(found);
  }

  return {
    get name() {
      return current.name;
    },
    get problem() {
      return problem;
    },
    async use(work) {
      if (problem !== null) await renew(new Error(problem));
      return tryTo(work, async (error) => {
        await renew(error);
        return tryTo(work, async (again) => lose(again));
      });
    },
    put: (...args) => current.put(...args),
    remove: (...args) => current.remove(...args),
    find: (...args) => current.find(...args),
    sample: (...args) => current.sample(...args),
    units: (...args) => current.units(...args),
    hasIndex: (...args) => current.hasIndex(...args),
    indexProblem: (...args) => current.indexProblem(...args),
    buildIndex: (...args) => current.buildIndex(...args),
    dropIndexes: (...args) => current.dropIndexes(...args),
    approximateSearch: (...args) => current.approximateSearch(...args),
    exactSearch: (...args) => current.exactSearch(...args),
  };
}
