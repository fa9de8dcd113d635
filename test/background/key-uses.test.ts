import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/background/backoff.ts';
import { startSavingKeyUses } from '../../src/background/key-uses.ts';
import { UnavailableError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';

/** A worker on a clock that a test turns, and what it did: saved, or rested for so long. */
function started(save: () => Promise<void> = async () => {}) {
  const did: (string | number)[] = [];
  let turn = () => {};
  const clock: Clock = {
    now: () => new Date(),
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        did.push(ms);
        turn = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const saveUses = () => {
    did.push('saved');
    return save();
  };
  const store = { apiKeys: { saveUses } } as unknown as Pick<Store, 'apiKeys'>;
  return { worker: startSavingKeyUses({ store, log, clock }), did, lines, turn: () => turn() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the use of keys', () => {
  it('is saved every minute, and once more at the end', async () => {
    const { worker, did, turn } = started();
    await settled();
    expect(did).toEqual(['saved', 60_000]);
    turn();
    await settled();
    expect(did).toEqual(['saved', 60_000, 'saved', 60_000]);
    await worker.stop();
    expect(did.slice(4)).toContain('saved');
    expect(did.filter((one) => one === 'saved')).toHaveLength(3);
  });

  it('is tried again, sooner, while the database is away, and given up at the end', async () => {
    const { worker, did, lines } = started(() => Promise.reject(new UnavailableError(new Error('locked'))));
    await settled();
    expect(did).toEqual(['saved', expect.any(Number)]);
    expect(did[1]).toBeLessThan(60_000);
    expect(worker.problem).not.toBeNull();
    await worker.stop();
    expect(lines.at(-1)).toContain('the last use of some keys is lost');
  });

  it('does not hold up the end for long', async () => {
    let hangs = false;
    const { worker, did, turn } = started(() => (hangs ? new Promise(() => {}) : Promise.resolve()));
    await settled();
    hangs = true;
    const stopping = worker.stop();
    await settled();
    expect(did.at(-1)).toBe('saved');
    expect(did).toContain(2000);
    turn();
    await expect(stopping).resolves.toBeUndefined();
  });
});
