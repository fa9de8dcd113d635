import type { Clock } from '../background/clock.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './embedding-error.ts';
import { probe, type SizedEmbedder } from './probe.ts';

/** How often a process writes its model's heartbeat, and reads the model's state. */
export const heartbeatMs = 60_000;
/** After 10 minutes without a heartbeat, another process may replace the active model. */
const unusedMs = 10 * heartbeatMs;
/** How many consecutive probes must find the new dimensions: during its update, a service may answer with either model. */
const confirmations = 3;

/** The embedder, with known dimensions, and the registered model that its vectors belong to. */
export interface RegisteredModel {
  readonly sized: SizedEmbedder;
  readonly model: EmbeddingModel;
}

export interface ConfiguredModel {
  /** The dimensions of its vectors; null before the first probe. */
  readonly dimensions: number | null;
  /**
   * The model with its current state; registers it on the first call. With `needsProbe`, probes the service first; after
   * several probes with other dimensions it registers another model. Throws `EmbeddingError` from the probe, `UnavailableError`
   * from the store.
   */
  current(needsProbe: boolean, signal: AbortSignal): Promise<RegisteredModel>;
  /** Replaces the cached model by its new state in the store. */
  update(model: EmbeddingModel): void;
}

/**
 * The model that this process is configured for. The process that was started last wins: it registers its model, which replaces
 * the active one. A process whose model was retired stays passive while the active one has heartbeats, so that two
 * configurations do not fight.
 */
export function createConfiguredModel(store: Store, embedder: Embedder, clock: Clock): ConfiguredModel {
  let registered: RegisteredModel | null = null;
  let heartbeatAt = 0;
  let lastProbe = { dimensions: 0, times: 0 };

  async function register(sized: SizedEmbedder): Promise<RegisteredModel> {
    heartbeatAt = clock.now().getTime();
    return { sized, model: await store.embeddings.register(sized.model, clock.now()) };
  }

  async function withHeartbeat(known: RegisteredModel, signal: AbortSignal): Promise<RegisteredModel> {
    const now = clock.now();
    if (now.getTime() - heartbeatAt < heartbeatMs) return known;
    const model = await store.embeddings.touch(known.model.id, now);
    heartbeatAt = now.getTime();
    if (model && model.state !== 'retired') return { ...known, model };
    const active = await activeModel(now);
    if (!model || !active) return register(known.sized);
    // the same model with other dimensions: another process may have noticed the change first
    return differsInDimensionsOnly(active, model) ? withProbe({ ...known, model }, signal) : { ...known, model };
  }

  /** The active model; null where there is none, or no process uses it any more. */
  async function activeModel(now: Date): Promise<EmbeddingModel | null> {
    const active = (await store.embeddings.models()).find(({ state }) => state === 'active');
    if (!active) return null;
    const unused = active.lastUsedAt === null ? 0 : now.getTime() - active.lastUsedAt.getTime();
    return unused > unusedMs ? null : active;
  }

  async function withProbe(known: RegisteredModel, signal: AbortSignal): Promise<RegisteredModel> {
    const sized = await probe(embedder, signal);
    const { provider, name, dimensions } = sized.model;
    const before = known.sized.model.dimensions;
    lastProbe = { dimensions, times: lastProbe.dimensions === dimensions ? lastProbe.times + 1 : 1 };
    if (dimensions === before) return known;
    if (lastProbe.times < confirmations)
      throw new EmbeddingError(
        `${provider} (${name}) answered a vector with ${dimensions} dimensions, expected ${before}.`,
        'setup',
      );
    return register(sized);
  }

  return {
    get dimensions() {
      return registered?.sized.model.dimensions ?? null;
    },
    async current(needsProbe, signal) {
      if (registered === null) {
        registered = await register(await probe(embedder, signal));
        return registered;
      }
      registered = await withHeartbeat(registered, signal);
      if (needsProbe) registered = await withProbe(registered, signal);
      return registered;
    },
    update(model) {
      if (registered) registered = { ...registered, model };
    },
  };
}

const differsInDimensionsOnly = (one: EmbeddingModel, other: EmbeddingModel): boolean =>
  one.provider === other.provider && one.name === other.name && one.documentPrefix === other.documentPrefix;
