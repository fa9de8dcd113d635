import { expect, it } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { startFoldingCounts } from '../../src/background/unit-counts.ts';
import { createLog } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually, foundCommons } from '../faults/commons.ts';
import { createDatabase } from '../postgres/databases.ts';
import { startProcess } from '../process.ts';

it('counters of single sessions are merged every minute', async () => {
  const did: (string | number)[] = [];
  const turns: (() => void)[] = [];
  const clock: Clock = {
    now: () => new Date(),
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        did.push(ms);
        turns.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  const fold = async () => void did.push('added up');
  const store = { stats: { fold } } as unknown as Pick<Store, 'stats'>;
  const worker = startFoldingCounts({ store, log: createLog('silent'), clock });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  turns[0]?.();
  await settled();
  expect(did).toEqual(['added up', 60_000, 'added up', 60_000]);
  await worker.stop();
});

it('a server on PostgreSQL merges the counters of earlier sessions', async () => {
  await using database = await createDatabase();
  const { environment } = await foundCommons(database.url);
  const counts = () =>
    database.query("select key, entry = 0 as folded, count from unit_counts where kind = 'status' order by key");
  expect(await counts()).toEqual([{ key: 'approved', folded: false, count: 1 }]);
  const server = await startProcess(environment);
  await eventually(
    () => database.query('select from unit_counts where entry <> 0'),
    (rows) => rows.length === 0,
  );
  expect(await counts()).toEqual([{ key: 'approved', folded: true, count: 1 }]);
  expect((await server.stop()).code).toBe(0);
});
