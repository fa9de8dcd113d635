import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Statement } from '../../src/store/sql/statement.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit, startServer, type TestServer } from '../harness.ts';

let server: TestServer;
const [unit, ...others] = [aUnit(), aUnit(), aUnit()];
let keyId: string;

beforeAll(async () => {
  server = await startServer();
  const { store, people } = server;
  for (const each of [unit, ...others])
    await store.units.restore(each, [
      {
        id: `fl_${each.id}`,
        unitId: each.id,
        reason: 'stale',
        detail: null,
        duplicateOf: null,
        createdBy: 'mia',
        createdAt: each.createdAt,
      },
    ]);
  const keys = await store.apiKeys.list(people.member.user.id, null, { limit: 1 });
  keyId = keys.items[0]?.id ?? '';
});
afterAll(() => server[Symbol.asyncDispose]());

const lookUps: Record<string, (store: Store) => Promise<unknown>> = {
  'users by id': (store) => store.users.findMany([server.people.member.user.id]),
  'users by name': (store) => store.users.findManyByName(['mia']),
  'a user by name': (store) => store.users.findByName('mia'),
  'units by id': (store) => store.units.findMany([unit.id]),
  'who may see a unit': (store) => store.units.standings([unit.id]),
  'flags of a unit': (store) => store.flags.latest([unit.id], 10),
  'flags by id': (store) => store.flags.findMany([`fl_${unit.id}`]),
  'API keys by id': (store) => store.apiKeys.findMany([keyId]),
};

/** What is read besides would cost more with each unit and person. */
it.each(Object.entries(lookUps))('%s: no other rows are read', async (_name, lookUp) => {
  const all = vi.spyOn(Statement.prototype, 'all');
  await lookUp(server.store);
  const read = all.mock.settledResults.map(({ value }) => (value as unknown[]).length);
  expect(Math.max(...read)).toBe(1);
});
