import type { Clock } from '../../src/background/clock.ts';

/** A clock whose pauses end when they are told to, or aborted. `slept` has their lengths; `wake` ends the last one. */
export function manualClock(): { readonly clock: Clock; readonly slept: readonly number[]; wake(): void } {
  const slept: number[] = [];
  let end = () => {};
  return {
    clock: {
      now: () => new Date(),
      random: () => 0.5,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          slept.push(ms);
          end = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        }),
    },
    slept,
    wake: () => end(),
  };
}
