import { describe, expect } from 'vitest';
import type { StoreTest } from './fixture.ts';

/** The clock that processes share. The database of a test is on the machine of the test. */
export function clockConformance(it: StoreTest) {
  describe('the time', () => {
    it('is that of the database, in whole milliseconds, and never goes back', async ({ store }) => {
      const minute = 60_000;
      let last = 0;
      for (let reading = 0; reading < 1000; reading++) {
        const now = store.now().getTime();
        expect(Number.isInteger(now)).toBe(true);
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect(Math.abs(last - Date.now())).toBeLessThan(minute);
      const within = await store.transaction(async (tx) => tx.now().getTime());
      expect(within).toBeGreaterThanOrEqual(last);
      expect(store.replica.now().getTime()).toBeGreaterThanOrEqual(within);
    });
  });
}
