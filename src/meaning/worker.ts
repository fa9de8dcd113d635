import type { Embedder } from '../embedding/embedder.ts';
import { EmbeddingError } from '../embedding/failure.ts';
import { probe, type SizedEmbedder } from '../embedding/probe.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import { embedBatch } from './batch.ts';
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
  /** Gives back what it is at, and resolves when it has stopped. */
  stop(): Promise<void>;
}

/** About how often an idle worker looks for work. */
const idleMs = 1000;
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
  let sized: SizedEmbedder | null = null;
  let model: EmbeddingModel | null = null;

  /** Does what there is to do, and answers how long to wait before the next time. */
  async function step(): Promise<number> {
    const ready = await prepare();
    const claimed = await store.embeddings.claim(ready.model.id, batch, clock.now(), lockMs);
    if (claimed.length === 0) {
      if (problem !== null) well();
      await takeOver(ready.model);
      return idleMs * (0.75 + clock.random() / 2);
    }
    const { done, parked, failure } = await embedBatch(store, ready.model.id, ready.sized, claimed, clock, signal);
    if (parked > 0) log.warn({ parked }, 'embedding of units failed for good; see: cq-server embeddings parked');
    if (failure) throw failure;
    if (done > 0) well();
    return 0;
  }

  /** The service is asked whether it is there before jobs are taken, so that an outage costs them no attempts. */
  async function prepare(): Promise<{ sized: SizedEmbedder; model: EmbeddingModel }> {
    if (sized === null) sized = await probe(embedder, signal);
    else if (failures > 0) await sized.embed(['knowledge'], 'document', signal);
    model ??= await store.embeddings.register(sized.model, clock.now());
    return { sized, model };
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
    model = now && { ...now, state: now.state === 'building' ? 'active' : now.state };
    activated?.();
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
      const pause = await step().catch((error: unknown) => (signal.aborted ? 0 : unwell(error)));
      if (pause > 0) await clock.sleep(pause, signal);
    }
  }

  const ended = work();
  return {
    get problem() {
      return problem;
    },
    stop() {
      stopped.abort();
      return ended;
    },
  };
}
