import { type Clock, systemClock } from '../background/pause.ts';
import { repeat, type Worker } from '../background/repeat.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { EmbeddingError } from '../embedding/failure.ts';
import { probe, type SizedEmbedder } from '../embedding/probe.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import { embedBatch } from './batch.ts';

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

/** About how often an idle worker looks for work. */
const idleMs = 1000;

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
}: WorkerOptions): Worker {
  // some calls may fail one after the other before a batch is given back
  const lockMs = 5 * timeoutMs + 60_000;
  let sized: SizedEmbedder | null = null;
  let model: EmbeddingModel | null = null;

  /** Does what there is to do, and answers how long to wait before the next time. */
  async function step(signal: AbortSignal, failures: number): Promise<number> {
    const ready = await prepare(signal, failures);
    const claimed = await store.embeddings.claim(ready.model.id, batch, clock.now(), lockMs);
    if (claimed.length === 0) {
      await takeOver(ready.model);
      return idleMs * (0.75 + clock.random() / 2);
    }
    const { parked, failure } = await embedBatch(store, ready.model.id, ready.sized, claimed, clock, signal);
    if (parked > 0) log.warn({ parked }, 'embedding of units failed for good; see: cq-server embeddings parked');
    if (failure) throw failure;
    return 0;
  }

  /** The service is asked whether it is there before jobs are taken, so that an outage costs them no attempts. */
  async function prepare(
    signal: AbortSignal,
    failures: number,
  ): Promise<{ sized: SizedEmbedder; model: EmbeddingModel }> {
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

  return repeat({
    name: 'embedding',
    step,
    log,
    clock,
    isForeseen: (error) => error instanceof EmbeddingError || error instanceof UnavailableError,
    isLasting: (error) => error instanceof EmbeddingError && error.fault === 'setup',
  });
}
