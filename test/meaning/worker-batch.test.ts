import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { EmbeddingError, type Fault } from '../../src/embedding/failure.ts';
import { type Claimed, embedBatch } from '../../src/embedding/worker-batch.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';

const now = new Date('2026-03-01T12:00:00.000Z');

interface Given {
  readonly random?: number;
  readonly aborted?: boolean;
}

/** In how many milliseconds a job is tried again that has failed for the `attempts`-th time; null when it is parked. */
async function pauseOf(fault: Fault, attempts: number, { random = 0, aborted = false }: Given = {}) {
  const given: (number | null)[] = [];
  const embeddings = {
    fail: async (_model: number, _unit: string, _error: string, runAt: Date | null) => {
      given.push(runAt && runAt.getTime() - now.getTime());
    },
  };
  const embedder = {
    embed: async () => {
      throw new EmbeddingError('no', fault);
    },
  };
  const unit = aUnit();
  const claimed: Claimed = [{ job: { unitId: unit.id, modelId: 1, attempts, lastError: null, runAt: now }, unit }];
  const clock = { now: () => now, random: () => random, sleep: async () => {} };
  const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
  const { parked } = await embedBatch(
    { embeddings } as unknown as Store,
    1,
    embedder as unknown as Embedder,
    claimed,
    clock,
    signal,
  );
  expect(given).toHaveLength(1);
  expect(parked).toBe(given[0] === null ? 1 : 0);
  return given[0];
}

const attempts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const doubling = [2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000, 600_000];

describe('a job that has failed', () => {
  it('waits twice as long each time, 10 min at most, and is parked after the twelfth', async () => {
    expect(await Promise.all(attempts.map((count) => pauseOf('service', count)))).toEqual(doubling);
    expect(await pauseOf('service', 12)).toBeNull();
  });

  it('waits for half of it at least, so that many do not come back at once', async () => {
    const halved = await Promise.all(attempts.map((count) => pauseOf('service', count, { random: 1 })));
    expect(halved).toEqual(doubling.map((ms) => ms / 2));
    expect(await pauseOf('service', 1, { random: 0.5 })).toBe(1500);
  });

  it('is parked at once for what its text is, and never for what the operator has set up', async () => {
    expect(await pauseOf('text', 1)).toBeNull();
    for (const count of [1, 12, 13, 1000]) expect(await pauseOf('setup', count)).toBe(count === 1 ? 2000 : 600_000);
  });

  it('is tried at once when the process was told to stop, and not parked', async () => {
    for (const fault of ['service', 'setup', 'text'] as const)
      expect(await pauseOf(fault, 12, { aborted: true })).toBe(0);
  });
});
