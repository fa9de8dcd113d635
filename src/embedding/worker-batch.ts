import { backoff } from '../background/backoff.ts';
import type { Clock } from '../background/clock.ts';
import { textOf } from '../domain/query-vectors.ts';
import type { Store } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';

/** Claimed jobs with their units. */
export type Claimed = Awaited<ReturnType<Store['embeddings']['claim']>>;

/** A job is parked (dead-lettered) after this many failed attempts. */
export const maxAttempts = 12;
/** From this many attempts on, a job's text may be what makes the service fail (a poison message): its batch is split. */
const suspectAttempts = 3;
/** After this many consecutive failures of the service, a batch is no longer split. */
const maxConsecutiveFailures = 3;

export interface BatchOutcome {
  readonly done: number;
  readonly parked: number;
  /** The service's last failure; null if any job of the batch was completed. */
  readonly failure: EmbeddingError | null;
}

/**
 * Embeds claimed jobs and records each outcome in the store. Bisects a batch whose text the service refuses until that text is
 * alone.
 */
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
  let consecutiveFailures = 0;
  let failure: EmbeddingError | null = null;

  async function embed(jobs: Claimed): Promise<void> {
    const vectors = await vectorsOf(jobs);
    if (vectors instanceof EmbeddingError) {
      const worthSplitting =
        vectors.fault === 'text' || (hasSuspect(jobs) && consecutiveFailures < maxConsecutiveFailures);
      if (jobs.length === 1 || !worthSplitting || signal.aborted) return releaseJobs(jobs, vectors);
      const middle = Math.ceil(jobs.length / 2);
      await embed(jobs.slice(0, middle));
      return embed(jobs.slice(middle));
    }
    await store.embeddings.complete(
      modelId,
      jobs.flatMap(({ unit }, at) => {
        const vector = vectors[at];
        return vector ? [{ unitId: unit.id, vector, insight: unit.insight }] : [];
      }),
    );
    done += jobs.length;
    consecutiveFailures = 0;
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
        consecutiveFailures++;
        failure = error;
      }
      return error;
    }
  }

  async function releaseJobs(jobs: Claimed, error: EmbeddingError): Promise<void> {
    const now = clock.now().getTime();
    for (const { job, unit } of jobs) {
      const park = !signal.aborted && isPermanentFailure(error, job.attempts);
      const runAt = park ? null : new Date(signal.aborted ? now : now + backoff(job.attempts, clock));
      await store.embeddings.fail(modelId, unit.id, error.message, runAt);
      if (park) parked++;
    }
  }

  await embed(claimed);
  return { done, parked, failure: done > 0 ? null : failure };
}

const hasSuspect = (jobs: Claimed) => jobs.some(({ job }) => job.attempts >= suspectAttempts);

/** Whether to park the job. A fault of the setup is never the job's: it is retried until an operator has acted. */
function isPermanentFailure({ fault }: EmbeddingError, attempts: number): boolean {
  return fault === 'text' || (fault === 'service' && attempts >= maxAttempts);
}
