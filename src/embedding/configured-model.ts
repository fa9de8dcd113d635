import type { Clock } from '../background/backoff.ts';
import type { EmbeddingModel, Store } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import { EmbeddingError } from './failure.ts';
import { probe, type SizedEmbedder } from './probe.ts';

/** How often a process says that it works with its model, and sees how that stands. */
export const touchMs = 60_000;
/** When nobody has worked with the active model for so long, it is nobody's. */
const unusedMs = 10 * touchMs;
/** So many probes in a row must find a new size: a service that is being replaced answers now one, now the other. */
const confirmations = 3;

/** What a worker embeds with, and the model that it makes vectors of. */
export interface Work {
  readonly sized: SizedEmbedder;
  readonly model: EmbeddingModel;
}

export interface ConfiguredModel {
  /** The size of its vectors; null as long as nobody has asked the service. */
  readonly dimensions: number | null;
  /**
   * The model as it stands, registered when first asked for. With `needsProbe` the service is asked whether it is there, and
   * makes the same vectors; when it keeps answering another size, that is another model from now on. Throws what it throws.
   */
  current(needsProbe: boolean, signal: AbortSignal): Promise<Work>;
  /** Takes the model's new state, which the store has. */
  update(model: EmbeddingModel): void;
}

/**
 * The model of the configuration. Where another one has taken its place, it is `retired` and stays so as long as somebody
 * works with that: two configurations at once do not fight. Who is started anew registers, and wins.
 */
export function createConfiguredModel(store: Store, embedder: Embedder, clock: Clock): ConfiguredModel {
  let work: Work | null = null;
  let touchedAt = 0;
  let other = { dimensions: 0, times: 0 };

  async function register(sized: SizedEmbedder): Promise<Work> {
    touchedAt = clock.now().getTime();
    return { sized, model: await store.embeddings.register(sized.model, clock.now()) };
  }

  async function touched(known: Work, signal: AbortSignal): Promise<Work> {
    const now = clock.now();
    if (now.getTime() - touchedAt < touchMs) return known;
    const model = await store.embeddings.touch(known.model.id, now);
    touchedAt = now.getTime();
    if (model && model.state !== 'retired') return { ...known, model };
    const active = await activeModel(now);
    if (!model || !active) return register(known.sized);
    // the same one of another size: another process may have learnt of it first
    return isNamesake(active, model) ? checked({ ...known, model }, signal) : { ...known, model };
  }

  /** What has taken the place of a retired model; null where nobody works with it any more. */
  async function activeModel(now: Date): Promise<EmbeddingModel | null> {
    const active = (await store.embeddings.models()).find(({ state }) => state === 'active');
    if (!active) return null;
    const unused = active.lastUsedAt === null ? 0 : now.getTime() - active.lastUsedAt.getTime();
    return unused > unusedMs ? null : active;
  }

  async function checked(known: Work, signal: AbortSignal): Promise<Work> {
    const sized = await probe(embedder, signal);
    const { provider, name, dimensions } = sized.model;
    const before = known.sized.model.dimensions;
    other = { dimensions, times: other.dimensions === dimensions ? other.times + 1 : 1 };
    if (dimensions === before) return known;
    if (other.times < confirmations)
      throw new EmbeddingError(
        `${provider} (${name}) answered a vector of ${dimensions} numbers where ${before} belong.`,
        'setup',
      );
    return register(sized);
  }

  return {
    get dimensions() {
      return work?.sized.model.dimensions ?? null;
    },
    async current(needsProbe, signal) {
      if (work === null) {
        work = await register(await probe(embedder, signal));
        return work;
      }
      work = await touched(work, signal);
      if (needsProbe) work = await checked(work, signal);
      return work;
    },
    update(model) {
      if (work) work = { ...work, model };
    },
  };
}

const isNamesake = (one: EmbeddingModel, other: EmbeddingModel): boolean =>
  one.provider === other.provider && one.name === other.name && one.documentPrefix === other.documentPrefix;
