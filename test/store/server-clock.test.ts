import { expect, it } from 'vitest';
import { adjustOffset } from '../../src/store/postgres/server-clock.ts';

it.for([
  // nothing known: the middle of what is possible
  [null, { before: 100, server: 5000, after: 104 }, 4898],
  // within the bounds of a reading, slow as it may be, nothing moves
  [4898, { before: 200, server: 5100, after: 204 }, 4898],
  [4898, { before: 200, server: 9000, after: 9000 }, 4898],
  // beyond them: as little as the reading allows
  [4898, { before: 200, server: 5200, after: 204 }, 4996],
  [4898, { before: 200, server: 5000, after: 204 }, 4800],
] as const)('an offset of %d after the reading %o is %d', ([before, reading, after]) => {
  expect(adjustOffset(before, reading)).toBe(after);
});
