import { type Clock, systemClock, withJitter } from '../background/backoff.ts';
import { runLoop, type StepResult, type Worker } from '../background/run-loop.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import { createConfiguredModel, touchMs } from './configured-model.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './failure.ts';
import { embedBatch } from './worker-batch.ts';

export interface WorkerOptions {
  readonly store: Store;
  readonly embedder: Embedder;
  /** The most units in one call. */
  readonly batch: number;
  /** How long one call may take. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Is told when another model is searched with from now on. */
  readonly activated?: () => void;
  readonly clock?: Clock;
}

export interface EmbeddingWorker extends Worker {
  /** Tells it how many numbers a vector had that the service made; where the model has others, it asks the service. */
  reportDimensions(dimensions: number): void;
}

/** About how often an idle worker looks for work, which another process may have left. */
const idleMs = 1000;
/** The pause after some of what retired models have left was removed: others write too. */
const tidyMs = 100;
/** A model is given up when nobody has worked with it for so long before it was built. */
const givenUpMs = 24 * 3_600_000;

/**
 * Makes the vectors of units in the background, together with any number of workers in other processes. While the service or the
 * database is away, or says that it is set up wrongly, it tries again, more and more seldom.
 */
export function startWorker({
  store,
  embedder,
  batch,
  timeoutMs,
  log,
  activated,
  clock = systemClock,
}: WorkerOptions): EmbeddingWorker {
  // some calls may fail one after the other before a batch is given back
  const lockMs = 5 * timeoutMs + 60_000;
  const own = createConfiguredModel(store, embedder, clock);
  let needsProbe = false;
  let tidyAt = 0;

  async function step(signal: AbortSignal, failures: number): Promise<StepResult> {
    // the service is asked before jobs are taken, so that an outage costs them no attempts
    const { sized, model } = await own.current(needsProbe || failures > 0, signal);
    needsProbe = false;
    if (model.state === 'retired') return { pauseMs: await tidy(), problem: replaced(model) };
    const claimed = await store.embeddings.claim(model.id, batch, clock.now(), lockMs);
    if (claimed.length === 0) {
      await takeOver(model);
      return { pauseMs: await tidy() };
    }
    const { parked, failure } = await embedBatch(store, model.id, sized, claimed, clock, signal);
    if (parked > 0) log.warn({ parked }, 'embedding of units failed for good; see: cq-server embeddings parked');
    if (failure) throw failure;
    return { pauseMs: 0 };
  }

  /** A model whose vectors are complete is searched with from now on. */
  async function takeOver({ id, state }: EmbeddingModel): Promise<void> {
    if (state !== 'building') return;
    const now = (await store.embeddings.models()).find((known) => known.id === id) ?? null;
    // another process may have done it, or have gone on to another model
    if (now?.state === 'building') {
      if (!(await store.embeddings.activate(id))) return;
      log.info({ provider: now.provider, model: now.name }, 'search by meaning is up to date');
    }
    if (now) own.update({ ...now, state: now.state === 'building' ? 'active' : now.state });
    // other processes know for some seconds the model of before
    tidyAt = clock.now().getTime() + touchMs;
    activated?.();
  }

  /** There is nothing to embed; answers how long to wait. */
  async function tidy(): Promise<number> {
    const now = clock.now().getTime();
    const pause = withJitter(idleMs, clock);
    if (now < tidyAt) return pause;
    if (await store.embeddings.tidy(new Date(now - givenUpMs))) return tidyMs;
    tidyAt = now + touchMs;
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
      if (own.dimensions === null || own.dimensions === dimensions || needsProbe) return;
      needsProbe = true;
      worker.wake();
    },
  };
}

const replaced = ({ provider, name, dimensions }: EmbeddingModel) =>
  `Another model has taken the place of ${provider} (${name}) with ${dimensions} dimensions. This process makes its vectors again when it is started anew.`;
