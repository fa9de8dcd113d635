import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { later, put, type StoreTest } from './fixture.ts';

export function activityConformance(it: StoreTest) {
  describe('the activity of a store', () => {
    it('tells who waits for what, while it waits, and that nobody does', async ({ store }) => {
      const { pools, file } = store.activity();
      expect(file === null).toBe(pools.length > 0);
      for (const { name, size, busy, idle, waiting } of pools) {
        expect(name).toMatch(/^(reads|writes|probe|replica \d+)$/);
        expect(busy + idle).toBeLessThanOrEqual(size);
        expect(waiting).toBe(0);
      }
      expect([file?.writersWaiting ?? 0, file?.searches ?? 0]).toEqual([0, 0]);
      const { id } = await put(store);
      const waits = () => {
        const now = store.activity();
        return (now.file?.writersWaiting ?? 0) + now.pools.reduce((sum, { waiting, busy }) => sum + waiting + busy, 0);
      };
      let isOver = false;
      const all = Promise.all(
        Array.from({ length: 50 }, (_, at) => store.units.confirm(id, `agent-${at}`, later(at), 0.01)),
      ).finally(() => {
        isOver = true;
      });
      let most = 0;
      while (!isOver) {
        most = Math.max(most, waits());
        await nextTurn();
      }
      await all;
      expect(most).toBeGreaterThan(0);
      await expect.poll(waits).toBe(0);
    });

    it('has the sizes of files where there are some', async ({ store }) => {
      const sizes = await store.fileSizes();
      if (sizes !== null) expect(sizes.database).toBeGreaterThan(4096);
      else expect(sizes).toBeNull();
    });
  });
}
