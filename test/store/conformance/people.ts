import { describe, expect } from 'vitest';
import type { ApiKey, Store, UserRole } from '../../../src/store/store.ts';
import { later, noon, type StoreTest } from './fixture.ts';

const person = (username: string, role: UserRole = 'member') => ({
  username,
  passwordHash: `hash of ${username}`,
  role,
  createdAt: noon,
});

async function add(store: Store, username: string, role: UserRole = 'member') {
  const user = await store.users.insert(person(username, role));
  if (!user) throw new Error(`${username} is taken`);
  return user;
}

let keys = 0;
function aKey(userId: number, changes: Partial<ApiKey> = {}): ApiKey {
  keys++;
  const id = keys.toString(16).padStart(32, '0');
  return {
    id,
    userId,
    name: `key ${keys}`,
    labels: ['a', 'b'],
    prefix: 'abcdefgh',
    hash: id.padStart(64, '1'),
    ttl: '30d',
    createdAt: later(keys),
    expiresAt: later(86_400_000),
    lastUsedAt: null,
    revokedAt: null,
    ...changes,
  };
}

export function usersConformance(it: StoreTest) {
  describe('users', () => {
    it('are found by name and by id, in the order asked, with null for the others', async ({ store }) => {
      const [zoe, ann] = [await add(store, 'zoe'), await add(store, 'ann', 'admin')];
      expect(ann).toMatchObject({ ...person('ann', 'admin'), passwordChangedAt: null });
      expect(await store.users.findByName('ann')).toEqual(ann);
      expect(await store.users.findByName('Ann')).toBeNull();
      expect(await store.users.findMany([ann.id, 999, zoe.id])).toEqual([ann, null, zoe]);
      expect(await store.users.findManyByName(['zoe', 'nobody', 'ann'])).toEqual([zoe, null, ann]);
      expect(await store.users.count()).toBe(2);
    });

    it('have names of their own', async ({ store }) => {
      const first = await add(store, 'ann');
      expect(await store.users.insert(person('ann', 'admin'))).toBeNull();
      expect(await store.users.findByName('ann')).toEqual(first);
      const many = await Promise.all(Array.from({ length: 8 }, () => store.users.insert(person('bob'))));
      expect(many.filter(Boolean)).toHaveLength(1);
    });

    it('are listed by name, a page at a time', async ({ store }) => {
      for (const name of ['c', 'a', 'B', 'é', 'b']) await add(store, name);
      const first = await store.users.list({ limit: 2 });
      const last = first.items.at(-1);
      const second = await store.users.list({ limit: 9, from: last && { key: last.username, id: last.id } });
      expect([...first.items, ...second.items].map(({ username }) => username)).toEqual(['B', 'a', 'b', 'c', 'é']);
      expect([first.hasMore, second.hasMore]).toEqual([true, false]);
    });

    it('change role, and one administrator stays', async ({ store }) => {
      const [ann, bob] = [await add(store, 'ann', 'admin'), await add(store, 'bob')];
      expect(await store.users.setRole(bob.id, 'reviewer')).toMatchObject({ role: 'reviewer' });
      expect(await store.users.setRole(999, 'member')).toBeNull();
      expect(await store.users.setRole(ann.id, 'admin')).toMatchObject({ role: 'admin' });
      expect(await store.users.setRole(ann.id, 'member')).toBe('lastAdmin');
      await store.users.setRole(bob.id, 'admin');
      const both = await Promise.all([store.users.setRole(ann.id, 'member'), store.users.setRole(bob.id, 'member')]);
      expect(both.filter((outcome) => outcome === 'lastAdmin')).toHaveLength(1);
    });

    it('get a new hash, and with an instant older tokens are void', async ({ store }) => {
      const { id } = await add(store, 'ann');
      await store.users.setPassword(id, 'rehashed', null);
      expect(await store.users.findByName('ann')).toMatchObject({ passwordHash: 'rehashed', passwordChangedAt: null });
      await store.users.setPassword(id, 'changed', noon);
      expect(await store.users.findByName('ann')).toMatchObject({ passwordHash: 'changed', passwordChangedAt: noon });
    });
  });
}

export function apiKeysConformance(it: StoreTest) {
  describe('API keys', () => {
    it('come back as they were made, with their owner while they are active', async ({ store }) => {
      const user = await add(store, 'ann');
      const key = aKey(user.id, { lastUsedAt: later(7) });
      expect(await store.apiKeys.insert(key, 20)).toBe(true);
      expect(await store.apiKeys.findActive(key.id, noon)).toEqual({ key, user });
      expect(await store.apiKeys.findActive(key.id, later(-1, key.expiresAt))).not.toBeNull();
      expect(await store.apiKeys.findActive(key.id, key.expiresAt)).toBeNull();
      expect(await store.apiKeys.findActive('none', noon)).toBeNull();
      expect(await store.apiKeys.findMany(['none', key.id])).toEqual([null, key]);
    });

    it('end once, by their owner only', async ({ store }) => {
      const [ann, bob] = [await add(store, 'ann'), await add(store, 'bob')];
      const key = aKey(ann.id);
      await store.apiKeys.insert(key, 20);
      expect(await store.apiKeys.revoke(key.id, bob.id, noon)).toBeNull();
      expect(await store.apiKeys.revoke('none', ann.id, noon)).toBeNull();
      const revoked = await store.apiKeys.revoke(key.id, ann.id, noon);
      expect(revoked).toEqual({ ...key, revokedAt: noon });
      expect(await store.apiKeys.revoke(key.id, ann.id, later(9))).toEqual(revoked);
      expect(await store.apiKeys.findActive(key.id, noon)).toBeNull();
    });

    it('are listed newest first, all or the active ones, and counted alike', async ({ store }) => {
      const { id } = await add(store, 'ann');
      const made = [
        aKey(id),
        aKey(id, { revokedAt: noon }),
        aKey(id, { expiresAt: later(-1) }),
        aKey(id),
        aKey((await add(store, 'bob')).id),
      ];
      for (const key of made) await store.apiKeys.insert(key, 20);
      const [one, two, three, four] = made.map((key) => key.id);
      const list = async (activeAt: Date | null) => {
        const first = await store.apiKeys.list(id, activeAt, { limit: 1 });
        const last = first.items[0];
        const rest = await store.apiKeys.list(id, activeAt, {
          limit: 9,
          from: last && { key: last.createdAt, id: last.id },
        });
        return [...first.items, ...rest.items].map((key) => key.id);
      };
      expect(await list(null)).toEqual([four, three, two, one]);
      expect(await list(noon)).toEqual([four, one]);
      expect([await store.apiKeys.count(id, null), await store.apiKeys.count(id, noon)]).toEqual([4, 2]);
    });

    it('stay within the limit, however many are made at once', async ({ store }) => {
      const [ann, bob] = [await add(store, 'ann'), await add(store, 'bob')];
      await store.apiKeys.insert(aKey(ann.id, { revokedAt: noon }), 20);
      await store.apiKeys.insert(aKey(ann.id, { expiresAt: later(-1) }), 20);
      const made = await Promise.all(Array.from({ length: 40 }, () => store.apiKeys.insert(aKey(ann.id), 20)));
      expect(made.filter(Boolean)).toHaveLength(20);
      expect(await store.apiKeys.count(ann.id, noon)).toBe(20);
      expect(await store.apiKeys.insert(aKey(bob.id), 20)).toBe(true);
    });

    it('remember their last use', async ({ store }) => {
      const key = aKey((await add(store, 'ann')).id);
      await store.apiKeys.insert(key, 20);
      await store.apiKeys.touch(key.id, later(5));
      expect(await store.apiKeys.findMany([key.id])).toEqual([{ ...key, lastUsedAt: later(5) }]);
    });
  });
}
