import { describe, expect } from 'vitest';
import type { PageRequest, Position, Store, UserRole } from '../../../src/store/store.ts';
import { aKey, later, noon, readAll, type StoreTest } from './fixture.ts';

const person = (username: string, role: UserRole = 'member') => ({
  username,
  passwordHash: `hash of ${username}`,
  role,
  createdAt: noon,
});

export async function addUser(store: Store, username: string, role: UserRole = 'member') {
  const user = await store.users.insert(person(username, role));
  if (!user) throw new Error(`${username} is taken`);
  return user;
}

const namesOf = (users: readonly { username: string }[]) => users.map(({ username }) => username);

export function usersConformance(it: StoreTest) {
  describe('users', () => {
    it('are found by name and by id, in the order asked, with null for the others', async ({ store }) => {
      const [zoe, ann] = [await addUser(store, 'zoe'), await addUser(store, 'ann', 'admin')];
      expect(ann).toEqual({
        ...person('ann', 'admin'),
        ...{ id: ann.id, passwordChangedAt: null, credentialsVersion: 1 },
        ...{ suspendedAt: null, suspendedBy: null, suspensionReason: null, closedAt: null, closedBy: null },
        lastUsedAt: null,
      });
      expect(await store.users.findByName('ann')).toEqual(ann);
      expect(await store.users.findByName('Ann')).toBeNull();
      expect(await store.users.findMany([ann.id, 999, zoe.id, ann.id])).toEqual([ann, null, zoe, ann]);
      expect(await store.users.findManyByName(['zoe', 'nobody', 'ann'])).toEqual([zoe, null, ann]);
      expect([await store.users.findMany([]), await store.users.findManyByName([])]).toEqual([[], []]);
      expect(await store.users.count()).toBe(2);
    });

    it('have names of their own', async ({ store }) => {
      const first = await addUser(store, 'ann');
      expect(await store.users.insert(person('ann', 'admin'))).toBeNull();
      expect(await store.users.findByName('ann')).toEqual(first);
      const many = await Promise.all(Array.from({ length: 8 }, () => store.users.insert(person('bob'))));
      expect(many.filter(Boolean)).toHaveLength(1);
      expect(await store.users.count()).toBe(2);
    });

    it('have names that are not mistaken for others', async ({ store }) => {
      const add = (username: string, skeletons: string[]) => store.users.insert(person(username), skeletons);
      const ann = await add('ann', ['x', 'y']);
      expect(await add('Ann', ['z', 'y'])).toBeNull();
      expect(await store.users.findByName('Ann')).toBeNull();
      // what was refused has left no skeleton behind
      expect(await add('zed', ['z'])).not.toBeNull();
      expect(await store.users.findBySkeleton(['none', 'y'])).toEqual(ann);
      expect([await store.users.findBySkeleton(['none']), await store.users.findBySkeleton([])]).toEqual([null, null]);
      const many = await Promise.all(
        Array.from({ length: 8 }, (_, index) => add(`bob ${index}`, index % 2 ? ['p', 'q'] : ['q', 'p'])),
      );
      expect(many.filter(Boolean)).toHaveLength(1);
      const left = await store.transaction(async (tx) => {
        const refused = await tx.users.insert(person('ANN'), ['x']);
        return [refused, await tx.users.insert(person('cid'), ['c'])];
      });
      expect(left).toMatchObject([null, { username: 'cid' }]);
      expect(namesOf((await store.users.list({ limit: 9 })).items)).toHaveLength(4);
    });

    it('are listed by name in code-point order, forward and back', async ({ store }) => {
      expect(await store.users.list({ limit: 2 })).toEqual({ items: [], hasMore: false });
      for (const name of ['c', 'a', 'B', 'é', 'b', 'a b', 'a-b']) await addUser(store, name);
      for (const limit of [1, 3, 7])
        for (const backward of [false, true]) {
          const seen = await readAll(
            (page: PageRequest<Position<string, number>>) => store.users.list(page),
            ({ id, username }) => ({ key: username, id }),
            { limit, backward },
          );
          expect(namesOf(seen)).toEqual(['B', 'a', 'a b', 'a-b', 'b', 'c', 'é']);
        }
    });

    it('change role', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann', 'admin'), await addUser(store, 'bob')];
      expect(await store.users.setRole(bob.id, 'reviewer')).toEqual({ ...bob, role: 'reviewer' });
      expect(await store.users.findByName('bob')).toMatchObject({ role: 'reviewer' });
      expect(await store.users.setRole(999, 'member')).toBeNull();
      expect(await store.users.findByName('ann')).toEqual(ann);
    });

    it('always keep an administrator', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann', 'admin'), await addUser(store, 'bob')];
      expect(await store.users.setRole(ann.id, 'member')).toBe('lastAdmin');
      expect(await store.users.setRole(ann.id, 'reviewer')).toBe('lastAdmin');
      expect(await store.users.setRole(ann.id, 'admin')).toEqual(ann);
      expect(await store.users.setRole(bob.id, 'admin')).toMatchObject({ role: 'admin' });
      expect(await store.users.setRole(ann.id, 'member')).toMatchObject({ role: 'member' });
      expect(await store.users.setRole(bob.id, 'member')).toBe('lastAdmin');
    });

    it('keep one of several administrators who leave at once', async ({ store }) => {
      const leaving = [];
      for (const name of ['ann', 'bob', 'cid', 'dan']) leaving.push(await addUser(store, name, 'admin'));
      const outcomes = await Promise.all(leaving.map(({ id }) => store.users.setRole(id, 'member')));
      expect(outcomes.filter((outcome) => outcome === 'lastAdmin')).toHaveLength(1);
      const { items } = await store.users.list({ limit: 9 });
      expect(items.filter(({ role }) => role === 'admin')).toHaveLength(1);
    });

    it('are suspended, which voids tokens, and reinstated', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const suspension = { at: later(1), by: 'rob', reason: 'spam' };
      const suspended = await store.users.suspend(ann.id, suspension);
      expect(suspended).toEqual({
        ...ann,
        ...{ suspendedAt: later(1), suspendedBy: 'rob', suspensionReason: 'spam', credentialsVersion: 2 },
      });
      expect(await store.users.suspend(ann.id, { at: later(2), by: 'zoe', reason: 'again' })).toEqual(suspended);
      expect(await store.users.findByName('ann')).toEqual(suspended);
      const key = aKey(ann.id);
      await store.apiKeys.insert(key, 20);
      expect((await store.apiKeys.findActive(key.id, noon))?.user).toEqual(suspended);
      for (const mark of [
        { at: later(2), by: 'rob' },
        { at: later(1), by: 'ann' },
      ])
        expect(await store.users.reinstate(ann.id, mark)).toEqual({ user: suspended, ended: false });
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.users.reinstate(ann.id, index % 2 ? suspension : undefined)),
      );
      expect(outcomes.filter((outcome) => outcome?.ended)).toHaveLength(1);
      const reinstated = { ...ann, credentialsVersion: 2 };
      for (const outcome of outcomes) expect(outcome?.user).toEqual(reinstated);
      expect(await store.users.reinstate(bob.id)).toEqual({ user: bob, ended: false });
      expect([await store.users.suspend(999, suspension), await store.users.reinstate(999)]).toEqual([null, null]);
    });

    it('are closed, which voids tokens and revokes keys, and opened again under the same name', async ({ store }) => {
      const ann = await store.users.insert(person('ann'), ['skeleton']);
      if (!ann) throw new Error('ann is taken');
      const [one, ended, other] = [
        aKey(ann.id),
        aKey(ann.id, { revokedAt: noon }),
        aKey((await addUser(store, 'bob')).id),
      ];
      for (const key of [one, ended, other]) await store.apiKeys.insert(key, 20);
      const closed = await store.users.close(ann.id, { at: later(1), by: 'rob' });
      expect(closed).toEqual({ ...ann, closedAt: later(1), closedBy: 'rob', credentialsVersion: 2 });
      expect(await store.users.close(ann.id, { at: later(2), by: 'zoe' })).toEqual(closed);
      const revoked = { ...one, revokedAt: later(1) };
      expect(await store.apiKeys.findMany([one.id, ended.id, other.id])).toEqual([revoked, ended, other]);
      expect(await store.users.insert(person('ann'), [])).toBeNull();
      expect(await store.users.insert(person('Ann'), ['skeleton'])).toBeNull();
      expect(await store.users.reopen(ann.id)).toEqual({ ...ann, credentialsVersion: 2 });
      expect(await store.apiKeys.findMany([one.id])).toEqual([revoked]);
      expect([await store.users.close(999, { at: noon, by: 'rob' }), await store.users.reopen(999)]).toEqual([
        null,
        null,
      ]);
    });

    it('always keep an administrator who is neither suspended nor closed', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann', 'admin'), await addUser(store, 'bob', 'admin')];
      const [suspension, closing] = [
        { at: noon, by: 'ann', reason: 'r' },
        { at: noon, by: 'ann' },
      ];
      expect(await store.users.suspend(bob.id, suspension)).toMatchObject({ suspendedAt: noon });
      expect(await store.users.suspend(ann.id, suspension)).toBe('lastAdmin');
      expect(await store.users.close(ann.id, closing)).toBe('lastAdmin');
      expect(await store.users.setRole(ann.id, 'member')).toBe('lastAdmin');
      // who is suspended already can leave
      expect(await store.users.close(bob.id, closing)).toMatchObject({ closedAt: noon });
      await store.users.reinstate(bob.id);
      expect(await store.users.suspend(ann.id, suspension)).toBe('lastAdmin');
      await store.users.reopen(bob.id);
      expect(await store.users.close(ann.id, closing)).toMatchObject({ closedAt: noon });
      expect(await store.users.setRole(bob.id, 'reviewer')).toBe('lastAdmin');
    });

    it('keep one of several administrators who are suspended, closed and given other roles at once', async ({
      store,
    }) => {
      const admins = [];
      for (let index = 0; index < 16; index++) admins.push(await addUser(store, `admin ${index}`, 'admin'));
      const outcomes = await Promise.all(
        admins.flatMap(({ id }, index) => [
          index % 3 === 0
            ? store.users.setRole(id, 'member')
            : store.users.suspend(id, { at: noon, by: 'x', reason: 'r' }),
          store.users.close(id, { at: noon, by: 'x' }),
        ]),
      );
      expect(outcomes).toContain('lastAdmin');
      const left = (await store.users.list({ limit: 99 })).items.filter(
        ({ role, suspendedAt, closedAt }) => role === 'admin' && !suspendedAt && !closedAt,
      );
      expect(left).toHaveLength(1);
    });

    it('get a new password, and with it another version of their credentials', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const changed = { ...ann, passwordHash: 'changed', passwordChangedAt: later(5), credentialsVersion: 2 };
      expect(await store.users.setPassword(ann.id, 'changed', later(5))).toEqual(changed);
      expect(await store.users.findByName('ann')).toEqual(changed);
      expect(await store.users.setPassword(ann.id, 'again', later(6), 1)).toBeNull();
      expect(await store.users.findByName('ann')).toEqual(changed);
      expect(await store.users.setPassword(ann.id, 'again', later(6), 2)).toMatchObject({ credentialsVersion: 3 });
      expect(await store.users.setPassword(999, 'x', later(7))).toBeNull();
      expect(await store.users.findByName('bob')).toEqual(bob);
    });

    it('get one new password of many that were to follow the same one', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const wanted = Array.from({ length: 8 }, (_, index) => `hash ${index}`);
      const outcomes = await Promise.all(wanted.map((hash) => store.users.setPassword(ann.id, hash, later(5), 1)));
      const [winner, ...others] = outcomes.filter((outcome) => outcome !== null);
      expect(others).toEqual([]);
      expect(await store.users.findByName('ann')).toEqual(winner);
      expect(winner?.credentialsVersion).toBe(2);
    });

    it('get another hash of the same password, unless the password is another one by then', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      await store.users.rehash(ann.id, ann.passwordHash, 'rehashed');
      expect(await store.users.findByName('ann')).toEqual({ ...ann, passwordHash: 'rehashed' });
      const changed = await store.users.setPassword(ann.id, 'changed', later(5));
      await store.users.rehash(ann.id, 'rehashed', 'too late');
      expect(await store.users.findByName('ann')).toEqual(changed);
      expect(await store.users.findByName('bob')).toEqual(bob);
    });
  });
}
