import { describe, expect } from 'vitest';
import { createUser } from '../../src/domain/account.ts';
import { operator } from '../../src/domain/audit.ts';
import { recordBackup } from '../../src/domain/backups.ts';
import { eraseUnit } from '../../src/domain/erasure.ts';
import { userNodeId } from '../../src/domain/ids.ts';
import { limits } from '../../src/domain/rules.ts';
import { eraseUser } from '../../src/domain/user-erasure.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { later, noon, put } from '../store/conformance/fixture.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

const backup = (place: string, at: number) => ({ place, madeAt: later(at) });
const record = (store: Store, place: string, at: number) => store.backups.record(backup(place, at), limits.backups);
const kept = (place: string, at: number) => ({ ...backup(place, at), kind: 'backup' });
const reason = 'They asked.';

async function addKittiwake(store: Store) {
  await createUser(store, { username: 'ann', password: 'correct horse', role: 'admin' });
  return createUser(store, { username: 'kittiwake', password: 'correct horse', role: 'member' }, { now: later(5) });
}

describe('the backups that may have what is erased', () => {
  it('are of a unit those from when it was there, and before it was erased', async ({ store }) => {
    await record(store, '/before', -1);
    const [one, two] = [await put(store, { createdAt: noon }), await put(store, { createdAt: noon })];
    await record(store, '/one', 1);
    const { backups } = await eraseUnit(store, operator, { id: one.id, reason });
    expect(backups).toEqual([kept('/one', 1)]);
    await record(store, '/two', 2);
    expect((await eraseUnit(store, operator, { id: two.id, reason })).backups).toEqual([
      kept('/one', 1),
      kept('/two', 2),
    ]);
  });

  it('are of a person those from when there was the account', async ({ store }) => {
    await record(store, '/before', 4);
    const { id } = await addKittiwake(store);
    await record(store, '/since', 6);
    const { backups } = await eraseUser(store, operator, { id: userNodeId(id), reason });
    expect(backups).toEqual([kept('/since', 6)]);
  });

  it('are of a person those from when the first unit was made, which may be older than the account', async ({
    store,
  }) => {
    await record(store, '/before', 1);
    await record(store, '/with a unit', 3);
    const { id } = await addKittiwake(store);
    await store.units.restore(aUnit({ createdBy: 'kittiwake', createdAt: later(2) }), []);
    const { backups } = await eraseUser(store, operator, { id: userNodeId(id), reason });
    expect(backups).toEqual([kept('/with a unit', 3)]);
  });

  it('are recorded with the time of the store, and only the last ones are kept', async ({ store }) => {
    for (let n = 0; n <= limits.backups; n++) await recordBackup(store, `/${n}`);
    const places = (await store.backups.since(new Date(0))).map(({ place }) => place);
    expect(places).toHaveLength(limits.backups);
    expect([places[0], places.at(-1)]).toEqual(['/1', `/${limits.backups}`]);
  });
});
