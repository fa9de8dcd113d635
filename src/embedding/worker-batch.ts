import { backoff, type Clock } from '../background/backoff.ts';
import { textOf } from '../domain/query-vectors.ts';
import type { Store } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './failure.ts';

export type Claimed = Awaited<ReturnType<Store['embeddings']['claim']>>;

/** A job is parked when this many attempts have failed. */
export const maxAttempts = 12;
/** Of jobs that failed this often, one may be what makes the service fail: they are tried in smaller batches. */
const suspicious = 3;
/** A service that fails this often in a row is asked no more. */
const patience = 3;

export interface BatchOutcome {
  readonly done: number;
  readonly parked: number;
  /** What the service last failed with, unless something came of the batch. */
  readonly failure: EmbeddingError | null;
}

/** Embeds claimed jobs and tells the store what came of each. A batch with a text that is not taken is split until that text is alone. */
export async function embedBatch(
  store: Store,
  modelId: number,
  embedder: Embedder,
  claimed: Claimed,
  clock: Clock,
  signal: AbortSignal,
): Promise<BatchOutcome> {
  let done = 0;
  let parked = 0;
  let failuresInRow = 0;
  let failure: EmbeddingError | null = null;

  async function embed(jobs: Claimed): Promise<void> {
    const vectors = await vectorsOf(jobs);
    if (vectors instanceof EmbeddingError) {
      const worthSplitting = vectors.fault === 'text' || (hasSuspect(jobs) && failuresInRow < patience);
      if (jobs.length === 1 || !worthSplitting || signal.aborted) return giveBack(jobs, vectors);
      const middle = Math.ceil(jobs.length / 2);
      await embed(jobs.slice(0, middle));
      return embed(jobs.slice(middle));
    }
    await store.embeddings.complete(
      modelId,
      jobs.flatMap(({ unit }, at) => {
        const vector = vectors[at];
        return vector ? [{ unitId: unit.id, vector }] : [];
      }),
    );
    done += jobs.length;
    failuresInRow = 0;
  }

  async function vectorsOf(jobs: Claimed): Promise<Float32Array[] | EmbeddingError> {
    try {
      return await embedder.embed(
        jobs.map(({ unit }) => textOf(unit.insight)),
        'document',
        signal,
      );
    } catch (error) {
      if (!(error instanceof EmbeddingError)) throw error;
      if (error.fault !== 'text') {
        failuresInRow++;
        failure = error;
      }
      return error;
    }
  }

  async function giveBack(jobs: Claimed, error: EmbeddingError): Promise<void> {
    const now = clock.now().getTime();
    for (const { job, unit } of jobs) {
      const park = !signal.aborted && isHopeless(error, job.attempts);
      const runAt = park ? null : new Date(signal.aborted ? now : now + backoff(job.attempts, clock));
      await store.embeddings.fail(modelId, unit.id, error.message, runAt);
      if (park) parked++;
    }
  }

  await embed(claimed);
  return { done, parked, failure: done > 0 ? null : failure };
}

const hasSuspect = (jobs: Claimed) => jobs.some(({ job }) => job.attempts >= suspicious);

/** A fault of the setup is the operator's, and no number of attempts is the text's. */
function isHopeless({ fault }: EmbeddingError, attempts: number): boolean {
  return fault === 'text' || (fault === 'service' && attempts >= maxAttempts);
}
