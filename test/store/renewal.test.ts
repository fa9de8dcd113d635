import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withRenewal } from '../../src/store/sql/renewal.ts';

it('renews for as long as the work takes, also after a renewal that failed, and not after it', async () => {
  let renewals = 0;
  const third = Promise.withResolvers<void>();
  const renew = async () => {
    if (++renewals === 3) third.resolve();
    else throw new Error('away');
  };
  expect(await withRenewal(renew, 1, () => third.promise.then(() => 'done'))).toBe('done');
  expect(renewals).toBe(3);
});

it('ends when no renewal is under way, and makes one at a time', async () => {
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let renewals = 0;
  const renew = () => {
    renewals++;
    begun.resolve();
    return held.promise;
  };
  let hasEnded = false;
  const failing = withRenewal(renew, 1, async () => {
    await begun.promise;
    throw new Error('failed');
  }).finally(() => {
    hasEnded = true;
  });
  failing.catch(() => {});
  await begun.promise;
  for (let n = 0; n < 10; n++) await turn();
  expect(hasEnded).toBe(false);
  held.resolve();
  await expect(failing).rejects.toThrow('failed');
  expect(renewals).toBe(1);
});
