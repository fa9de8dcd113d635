import { expect, it } from 'vitest';
import { storeForReads } from '../../src/domain/read-routing.ts';
import { anonymous, type Viewer } from '../../src/domain/viewer.ts';
import { maxLagMs } from '../../src/store/postgres/replicas.ts';
import type { Store, User } from '../../src/store/store.ts';
import { later, noon } from '../store/conformance/fixture.ts';

const member: Viewer = { kind: 'person', user: { username: 'mia' } as User };

/** Where a caller reads who wrote to a unit at noon, or never. */
async function placeOf(viewer: Viewer, now: Date, last: Date | null = noon) {
  const replica = {} as Store;
  const store = { replica, events: { lastOf: async () => last } } as unknown as Store;
  return (await storeForReads(store, viewer, now)) === replica ? 'replica' : 'primary';
}

it('who has written reads from the primary for twice as long as a replica may be behind', async () => {
  expect(maxLagMs).toBe(5000);
  for (const ms of [0, 1, 5000, 9999]) expect(await placeOf(member, later(ms))).toBe('primary');
  for (const ms of [10_000, 60_000]) expect(await placeOf(member, later(ms))).toBe('replica');
  // the clock of another process may be ahead
  expect(await placeOf(member, later(-1000))).toBe('primary');
});

it('a caller who has not written, and an anonymous one, reads from a replica', async () => {
  expect(await placeOf(member, noon, null)).toBe('replica');
  expect(await placeOf(anonymous, noon)).toBe('replica');
});

it('where there is no replica, all read from the store itself', async () => {
  const store = { events: {} } as Store;
  Object.assign(store, { replica: store });
  expect(await storeForReads(store, member, noon)).toBe(store);
});
