import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { startSavingLastUses } from '../../src/background/last-uses.ts';
import { UnavailableError } from '../../src/errors.ts';
import type { Store } from '../../src/store/store.ts';

/** A worker on a fake clock, and a log of what it did: saves, and pauses with their length. */
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
  const saved: string[] = [];
  const saveTo = (table: string) => ({ saveUses: async () => void saved.push(table) });
  const store = { apiKeys: { saveUses }, sessions: saveTo('sessions'), users: saveTo('users') };
  return {
    saved,
    worker: startSavingLastUses({ store: store as unknown as Store, log, clock }),
    did,
    lines,
    turn: () => turn(),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the last use of keys, sessions and accounts', () => {
  it('is saved every minute, and once more when stopped', async () => {
    const { worker, did, saved, turn } = started();
    await settled();
    expect(did).toEqual(['saved', 60_000]);
    expect(saved).toEqual(['sessions', 'users']);
    turn();
    await settled();
    expect(did).toEqual(['saved', 60_000, 'saved', 60_000]);
    await worker.stop();
    expect(did.slice(4)).toContain('saved');
    expect(did.filter((one) => one === 'saved')).toHaveLength(3);
  });

  it('is retried with backoff while the database is unreachable, and abandoned when stopped', async () => {
    const { worker, did, lines } = started(() => Promise.reject(new UnavailableError(new Error('locked'))));
    await settled();
    expect(did).toEqual(['saved', expect.any(Number)]);
    expect(did[1]).toBeLessThan(60_000);
    expect(worker.problem).not.toBeNull();
    await worker.stop();
    expect(lines.at(-1)).toContain('the last uses of some API keys, sessions and accounts were not saved');
  });

  it('does not delay the stop for long', async () => {
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
