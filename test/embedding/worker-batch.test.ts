import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { EmbeddingError, type Fault } from '../../src/embedding/embedding-error.ts';
import { type Claimed, embedBatch } from '../../src/embedding/worker-batch.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';

const now = new Date('2026-03-01T12:00:00.000Z');

interface Given {
  readonly random?: number;
  readonly aborted?: boolean;
}

/** The delay in milliseconds before the next attempt of a job that has failed `attempts` times; null when it is parked. */
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
  it('backs off exponentially, up to 10 min, and is parked after the twelfth attempt', async () => {
    expect(await Promise.all(attempts.map((count) => pauseOf('service', count)))).toEqual(doubling);
    expect(await pauseOf('service', 12)).toBeNull();
  });

  it('waits at least half of the backoff (equal jitter)', async () => {
    const halved = await Promise.all(attempts.map((count) => pauseOf('service', count, { random: 1 })));
    expect(halved).toEqual(doubling.map((ms) => ms / 2));
    expect(await pauseOf('service', 1, { random: 0.5 })).toBe(1500);
  });

  it('is parked at once for a fault of its text, and never for a fault of the setup', async () => {
    expect(await pauseOf('text', 1)).toBeNull();
    for (const count of [1, 12, 13, 1000]) expect(await pauseOf('setup', count)).toBe(count === 1 ? 2000 : 600_000);
  });

  it('is due at once, and not parked, when the worker is stopped', async () => {
    for (const fault of ['service', 'setup', 'text'] as const)
      expect(await pauseOf(fault, 12, { aborted: true })).toBe(0);
  });
});
