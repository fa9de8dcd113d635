import { withJitter } from '../background/backoff.ts';
import { type Clock, clockOf } from '../background/clock.ts';
import { runLoop, type StepResult, type Worker } from '../background/run-loop.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import { jobs } from '../observations/job.ts';
import { observed } from '../observations/observed.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import { createConfiguredModel, heartbeatMs } from './configured-model.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';
import { embedBatch } from './worker-batch.ts';

export interface WorkerOptions {
  readonly store: Store;
  readonly embedder: Embedder;
  /** The most units in one call to the service. */
  readonly batch: number;
  /** The timeout of one call. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Called after this worker has activated a model, and when that has its index. */
  readonly onActivated?: () => void;
  readonly clock?: Clock;
}

export interface EmbeddingWorker extends Worker {
  /** Reports the dimensions of a vector from the service; if the model has others, the worker probes the service. */
  reportDimensions(dimensions: number): void;
}

/** How often an idle worker looks for jobs, which other processes may have added. */
const idleMs = 1000;
/** The pause between two purge batches, so that other writers get their turn. */
const purgePauseMs = 100;
/** A model still building is abandoned after 24 h without a heartbeat. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Embeds units in the background; any number of processes may run a worker. Retries with exponential backoff while the service
 * or the database is unreachable or misconfigured.
 */
export function startWorker({
  store,
  embedder,
  batch,
  timeoutMs,
  log,
  onActivated,
  clock = clockOf(store),
}: WorkerOptions): EmbeddingWorker {
  // several calls may time out before the jobs of a batch are released
  const lockMs = 5 * timeoutMs + 60_000;
  const configured = createConfiguredModel(store, embedder, clock);
  let needsProbe = false;
  let nextPurgeAt = 0;
  let indexProblem: string | null = null;

  async function step(signal: AbortSignal, failures: number): Promise<StepResult> {
    // probe before claiming, so that an outage costs jobs no attempts
    const { sized, model } = await configured.current(needsProbe || failures > 0, signal);
    needsProbe = false;
    if (model.state === 'retired') return { pauseMs: await purge(model), problem: replaced(model) };
    const claimed = await store.embeddings.claim(model.id, batch, clock.now(), lockMs);
    if (claimed.length === 0) {
      await activateWhenComplete(model);
      return { pauseMs: await purge(model) };
    }
    const embed = () => embedBatch(store, model.id, sized, claimed, clock, signal);
    const job = { since: performance.now(), ms: 0, name: 'embedding' as const, items: claimed.length };
    const { parked, failure } = await (jobs.hasSubscribers ? observed(jobs, job, embed) : embed());
    if (parked > 0) log.warn({ parked }, 'embedding of units failed for good; see: cq-server embeddings parked');
    if (failure) throw failure;
    return { pauseMs: 0 };
  }

  /** Activates the model if all its vectors are complete. */
  async function activateWhenComplete({ id, state }: EmbeddingModel): Promise<void> {
    if (state !== 'building') return;
    const current = (await store.embeddings.models()).find((known) => known.id === id) ?? null;
    // another process may have activated it already, or another model
    if (current?.state === 'building') {
      if (!(await store.embeddings.activate(id))) return;
      log.info({ provider: current.provider, model: current.name }, 'semantic search is up to date');
    }
    if (current) configured.update({ ...current, state: current.state === 'building' ? 'active' : current.state });
    // searches by it begin at once, and use its index once it has one
    onActivated?.();
    await maintainIndex(id);
    await store.embeddings.renewMeanCosine(id);
    // other processes cache the previous model for some seconds
    nextPurgeAt = clock.now().getTime() + heartbeatMs;
    onActivated?.();
  }

  /** Builds the index of the active model where it is missing, and says why it is still missing: once, until that changes. */
  async function maintainIndex(modelId: number): Promise<void> {
    const problem = await store.embeddings.buildIndex(modelId);
    if (problem !== null && problem !== indexProblem) log.warn({ reason: problem }, 'semantic search has no index');
    if (problem === null && indexProblem !== null) log.info('semantic search has its index');
    indexProblem = problem;
  }

  /** Looks after the index and the mean cosine, and purges retired models, while there is nothing to embed; answers how long to pause. */
  async function purge({ id, state }: EmbeddingModel): Promise<number> {
    const now = clock.now().getTime();
    const pause = withJitter(idleMs, clock);
    if (now < nextPurgeAt) return pause;
    if (state === 'active') {
      await maintainIndex(id);
      await store.embeddings.renewMeanCosine(id);
    }
    if (await store.embeddings.purgeRetired(new Date(now - abandonedAfterMs))) return purgePauseMs;
    nextPurgeAt = now + heartbeatMs;
    return pause;
  }

  const worker = runLoop({
    name: 'embedding',
    step,
    log,
    clock,
    isExpected: (error) => error instanceof EmbeddingError || error instanceof UnavailableError,
    isPermanent: (error) => error instanceof EmbeddingError && error.fault === 'setup',
  });
  return {
    get problem() {
      return worker.problem;
    },
    wake: worker.wake,
    stop: worker.stop,
    reportDimensions(dimensions) {
      if (configured.dimensions === null || configured.dimensions === dimensions || needsProbe) return;
      needsProbe = true;
      worker.wake();
    },
  };
}

const replaced = ({ provider, name, dimensions }: EmbeddingModel) =>
  `Another process has replaced the model ${provider} (${name}) with ${dimensions} dimensions. Restart this process to make its model the active one again.`;
