import { expect, it } from 'vitest';
import { maxCursor } from '../../src/graphql/cursor.ts';
import { cursorOf, placeOf } from '../../src/graphql/log-cursors.ts';
import type { Log, LogPlace } from '../../src/store/store.ts';
import { noon } from '../store/conformance/fixture.ts';

const transaction = Number.MAX_SAFE_INTEGER;
const id = 2 ** 31 - 1;

it('a cursor of a place that is ahead of as many transactions as it may be is not too long', async () => {
  const place: LogPlace = {
    ...{ epoch: 'ffffffff', transaction, id, at: noon.getTime() },
    open: Array.from({ length: 16 }, (_, index) => ({ transaction: transaction - index, id })),
  };
  const cursor = cursorOf('events', place);
  expect(cursor.length).toBeLessThanOrEqual(maxCursor);
  const log = { problemOf: async () => null } as unknown as Log<unknown>;
  expect(await placeOf('events', log, cursor)).toEqual(place);
});
