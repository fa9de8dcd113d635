import type { Embedder } from '../embedding/embedder.ts';
import { EmbeddingError } from '../embedding/failure.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import { embedBatch } from './batch.ts';
import { createOwnModel, touchMs } from './own-model.ts';
import { backOff, type Clock, systemClock } from './pause.ts';

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

export interface Worker {
  /** What keeps this worker from its work; null when nothing does. */
  readonly problem: string | null;
  /** Has it look for work now, since there is some. While something holds it up, it goes on waiting. */
  wake(): void;
  /** Tells it how many numbers a vector had that the service made; where the model has others, it asks the service. */
  saw(dimensions: number): void;
  /** Gives back what it is at, and resolves when it has stopped. */
  stop(): Promise<void>;
}

/** About how often an idle worker looks for work, which another process may have left. */
const idleMs = 1000;
/** The pause after some of what retired models have left was removed: others write too. */
const tidyMs = 100;
/** A model is given up when nobody has worked with it for so long before it was built. */
const givenUpMs = 24 * 3_600_000;
/** The longest until a service that was away is asked again; one that is set up wrongly can wait longer. */
const longestAwayMs = 60_000;

/**
 * Makes the vectors of units in the background, together with any number of workers in other processes. Never throws: while
 * the service or the database is away, or says that it is set up wrongly, it tries again, more and more seldom.
 */
export function startWorker({
  store,
  embedder,
  batch,
  timeoutMs,
  log,
  activated,
  clock = systemClock,
}: WorkerOptions): Worker {
  const stopped = new AbortController();
  const { signal } = stopped;
  // some calls may fail one after the other before a batch is given back
  const lockMs = 5 * timeoutMs + 60_000;
  let problem: string | null = null;
  let failures = 0;
  let doubtful = false;
  let tidyAt = 0;
  /** Aborted when there is work. */
  let idle = new AbortController();
  const own = createOwnModel(store, embedder, clock, signal);

  /** Does what there is to do, and answers how long to wait before the next time. */
  async function step(): Promise<number> {
    // the service is asked before jobs are taken, so that an outage costs them no attempts
    const { sized, model } = await own.current(doubtful || failures > 0);
    doubtful = false;
    if (model.state === 'retired') return replaced(model);
    const claimed = await store.embeddings.claim(model.id, batch, clock.now(), lockMs);
    if (claimed.length === 0) {
      if (problem !== null) well();
      await takeOver(model);
      return tidy();
    }
    const { done, parked, failure } = await embedBatch(store, model.id, sized, claimed, clock, signal);
    if (parked > 0) log.warn({ parked }, 'embedding of units failed for good; see: cq-server embeddings parked');
    if (failure) throw failure;
    if (done > 0) well();
    return 0;
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
    if (now) own.stands({ ...now, state: now.state === 'building' ? 'active' : now.state });
    // other processes know for some seconds the model of before
    tidyAt = clock.now().getTime() + touchMs;
    activated?.();
  }

  /** There is nothing to embed; answers how long to wait. */
  async function tidy(): Promise<number> {
    const now = clock.now().getTime();
    const pause = idleMs * (0.75 + clock.random() / 2);
    if (now < tidyAt) return pause;
    if (await store.embeddings.tidy(new Date(now - givenUpMs))) return tidyMs;
    tidyAt = now + touchMs;
    return pause;
  }

  function replaced({ provider, name, dimensions }: EmbeddingModel): Promise<number> {
    failures = 0;
    const message = `Another model has taken the place of ${provider} (${name}) with ${dimensions} dimensions. This process makes its vectors again when it is started anew.`;
    if (message !== problem) log.info({ reason: message }, 'nothing is embedded here');
    problem = message;
    return tidy();
  }

  function well() {
    if (problem !== null) log.info('embedding goes on');
    problem = null;
    failures = 0;
  }

  function unwell(error: unknown): number {
    failures++;
    const message = error instanceof Error ? error.message : String(error);
    if (message !== problem) {
      if (error instanceof EmbeddingError || error instanceof UnavailableError)
        log.warn({ reason: message }, 'embedding is held up');
      else log.error({ err: error }, 'embedding failed unexpectedly');
    }
    problem = message;
    const pause = backOff(failures - 1, clock);
    return error instanceof EmbeddingError && error.fault === 'setup' ? pause : Math.min(pause, longestAwayMs);
  }

  async function work(): Promise<void> {
    while (!signal.aborted) {
      idle = new AbortController();
      const pause = await step().catch((error: unknown) => (signal.aborted ? 0 : unwell(error)));
      if (pause > 0) await clock.sleep(pause, failures > 0 ? signal : idle.signal);
    }
  }

  const ended = work();
  return {
    get problem() {
      return problem;
    },
    wake: () => idle.abort(),
    saw(dimensions) {
      if (own.dimensions === null || own.dimensions === dimensions || doubtful) return;
      doubtful = true;
      idle.abort();
    },
    stop() {
      stopped.abort();
      idle.abort();
      return ended;
    },
  };
}
