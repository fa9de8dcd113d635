import { describe, expect } from 'vitest';
import { createUser } from '../../src/domain/account.ts';
import { operator } from '../../src/domain/audit.ts';
import { userNodeId } from '../../src/domain/ids.ts';
import { reinstateUser, suspendUser } from '../../src/domain/suspension.ts';
import { eraseUser } from '../../src/domain/user-erasure.ts';
import { ConflictError, InvalidInputError } from '../../src/errors.ts';
import type { Store, UserRole } from '../../src/store/store.ts';
import { put } from '../store/conformance/fixture.ts';
import { inMemory as it } from '../store/sqlite-fixture.ts';

async function add(store: Store, username: string, role: UserRole = 'member') {
  const user = await createUser(store, { username, password: 'correct horse', role });
  return { kind: 'person', user } as const;
}

const idOf = ({ user }: { user: { id: number } }) => userNodeId(user.id);

describe('the erasure of a person', () => {
  it('closes the account first, and says nothing of the name in the audit log', async ({ store }) => {
    const ann = await add(store, 'ann', 'admin');
    const kittiwake = await add(store, 'kittiwake');
    const erased = await eraseUser(store, ann, { id: idOf(kittiwake), reason: 'They asked.' });
    expect(erased.erasure).toMatchObject({ id: idOf(kittiwake), erasedBy: ann.user.id });
    const { items } = await store.audit.list({ target: idOf(kittiwake) }, { limit: 9 });
    expect(items.map(({ action, details }) => [action, details])).toEqual([
      ['user.erased', '{"reason":"They asked."}'],
      ['user.closed', null],
      ['user.created', '{"role":"member"}'],
    ]);
  });

  it.for([
    ['kittiwake', 'For Kittiwake.'],
    ['kittiwake', 'KITTIWAKE'],
    ['é', 'said (e\u0301), twice'],
    ['a b', 'is a b, or was'],
  ])('of %s is refused with the reason “%s”', async ([name, reason], { store }) => {
    await add(store, 'ann', 'admin');
    const id = idOf(await add(store, name as string));
    await expect(eraseUser(store, operator, { id, reason: reason as string })).rejects.toThrow(InvalidInputError);
    expect(await store.users.count()).toBe(2);
    expect(await eraseUser(store, operator, { id, reason: `${name}s and un${name} are others` })).toBeTruthy();
  });

  it('lets nobody take a suspension back by half, which the person had made', async ({ store }) => {
    const [ann, kittiwake] = [await add(store, 'ann', 'admin'), await add(store, 'kittiwake', 'admin')];
    const mallory = await add(store, 'mallory');
    const { id } = await put(store, { status: 'pending', createdBy: 'mallory' });
    const suspension = { id: idOf(mallory), reason: 'Spam', rejectPending: true };
    await suspendUser(store, suspension, { by: kittiwake });
    expect(await store.units.find(id)).toMatchObject({ status: 'rejected' });
    await eraseUser(store, ann, { id: idOf(kittiwake), reason: 'r' });
    const restore = () => reinstateUser(store, { id: idOf(mallory), restore: true }, { by: ann });
    await expect(restore()).rejects.toThrow(ConflictError);
    await expect(suspendUser(store, suspension, { by: ann })).rejects.toThrow(ConflictError);
    expect((await store.users.findByName('mallory'))?.suspendedAt).not.toBeNull();
    const [done] = await store.erasures.cleanUp({ atOnce: true });
    expect(done?.doneAt).toBeInstanceOf(Date);
    expect(await restore()).toMatchObject({ restored: 1, hasMore: false });
    expect(await store.units.find(id)).toMatchObject({ status: 'pending', review: null });
    expect((await store.users.findByName('mallory'))?.suspendedAt).toBeNull();
  });
});
