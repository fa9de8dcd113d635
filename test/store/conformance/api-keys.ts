import { describe, expect } from 'vitest';
import type { PageRequest, Position } from '../../../src/store/store.ts';
import { aKey, idsOf, later, noon, readAll, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

export function apiKeysConformance(it: StoreTest) {
  describe('API keys', () => {
    it('come back as they were made, in the order asked, with null where there is none', async ({ store }) => {
      const user = await addUser(store, 'ann');
      const limits = { access: 'read' as const, domains: ['a', 'ä😀"'] };
      const [one, two] = [
        aKey(user.id, { lastUsedAt: later(7) }),
        aKey(user.id, { labels: [], revokedAt: noon, ...limits }),
      ];
      expect(await store.apiKeys.insert(one, 20)).toBe(true);
      expect(await store.apiKeys.insert(two, 20)).toBe(true);
      expect(await store.apiKeys.findMany([two.id, 'none', one.id, two.id])).toEqual([two, null, one, two]);
      expect(await store.apiKeys.findMany([])).toEqual([]);
    });

    it('are found with their owner until they end', async ({ store }) => {
      const user = await addUser(store, 'ann');
      const key = aKey(user.id);
      await store.apiKeys.insert(key, 20);
      expect(await store.apiKeys.findActive(key.id, noon)).toEqual({ key, user });
      expect(await store.apiKeys.findActive(key.id, later(-1, key.expiresAt))).toEqual({ key, user });
      expect(await store.apiKeys.findActive(key.id, key.expiresAt)).toBeNull();
      expect(await store.apiKeys.findActive('none', noon)).toBeNull();
      await store.apiKeys.revoke(key.id, user.id, noon);
      expect(await store.apiKeys.findActive(key.id, noon)).toBeNull();
    });

    it('are ended once, by their owner only', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const key = aKey(ann.id);
      await store.apiKeys.insert(key, 20);
      expect(await store.apiKeys.revoke(key.id, bob.id, noon)).toBeNull();
      expect(await store.apiKeys.revoke('none', ann.id, noon)).toBeNull();
      expect(await store.apiKeys.findMany([key.id])).toEqual([key]);
      const revoked = await store.apiKeys.revoke(key.id, ann.id, noon);
      expect(revoked).toEqual({ ...key, revokedAt: noon });
      expect(await store.apiKeys.revoke(key.id, ann.id, later(9))).toEqual(revoked);
    });

    it('are listed newest first, ties by id, forward and back', async ({ store }) => {
      const { id } = await addUser(store, 'ann');
      const made = [0, 1, 2, 3, 4].map((index) => aKey(id, { createdAt: later(Math.floor(index / 2)) }));
      for (const key of made) await store.apiKeys.insert(key, 20);
      for (const limit of [1, 2, 5])
        for (const backward of [false, true]) {
          const seen = await readAll(
            (page: PageRequest<Position<Date>>) => store.apiKeys.list(id, null, page),
            (key) => ({ key: key.createdAt, id: key.id }),
            { limit, backward },
          );
          expect(idsOf(seen)).toEqual(idsOf(made.toReversed()));
        }
    });

    it('are listed and counted all, or the active ones, of one user', async ({ store }) => {
      const { id } = await addUser(store, 'ann');
      const made = [aKey(id), aKey(id, { revokedAt: noon }), aKey(id, { expiresAt: later(-1) }), aKey(id)];
      for (const key of made) await store.apiKeys.insert(key, 20);
      const bob = await addUser(store, 'bob');
      await store.apiKeys.insert(aKey(bob.id), 20);
      const [one, two, three, four] = idsOf(made);
      const list = async (activeAt: Date | null) => idsOf((await store.apiKeys.list(id, activeAt, { limit: 9 })).items);
      expect(await list(null)).toEqual([four, three, two, one]);
      expect(await list(noon)).toEqual([four, one]);
      expect(await list(later(-2))).toEqual([four, three, one]);
      expect([await store.apiKeys.count(id, null), await store.apiKeys.count(id, noon)]).toEqual([4, 2]);
      expect(await store.apiKeys.count(999, null)).toBe(0);
    });

    it('stay within the limit, however many are made at once', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const made = await Promise.all(
        [ann, bob].flatMap(({ id }) => Array.from({ length: 40 }, () => store.apiKeys.insert(aKey(id), 20))),
      );
      expect(made.filter(Boolean)).toHaveLength(40);
      expect([await store.apiKeys.count(ann.id, noon), await store.apiKeys.count(bob.id, noon)]).toEqual([20, 20]);
    });

    it('make room for others when they end', async ({ store }) => {
      const { id } = await addUser(store, 'ann');
      const [one, two] = [aKey(id, { expiresAt: later(50_000) }), aKey(id)];
      expect([await store.apiKeys.insert(one, 2), await store.apiKeys.insert(two, 2)]).toEqual([true, true]);
      expect(await store.apiKeys.insert(aKey(id), 2)).toBe(false);
      await store.apiKeys.revoke(two.id, id, noon);
      expect(await store.apiKeys.insert(aKey(id), 2)).toBe(true);
      expect(await store.apiKeys.insert(aKey(id), 2)).toBe(false);
      // what counts is the time at which the key is made
      expect(await store.apiKeys.insert(aKey(id, { createdAt: later(50_000) }), 2)).toBe(true);
    });

    it('remember their last use', async ({ store }) => {
      const { id: userId } = await addUser(store, 'ann');
      const [key, other] = [aKey(userId), aKey(userId)];
      for (const each of [key, other]) await store.apiKeys.insert(each, 20);
      const used = { ...key, lastUsedAt: later(5) };
      store.apiKeys.touch(key.id, later(5));
      store.apiKeys.touch('ak_none', later(5));
      const check = async () => {
        expect(await store.apiKeys.findMany([key.id, other.id])).toEqual([used, other]);
        expect((await store.apiKeys.list(userId, null, { limit: 5 })).items).toContainEqual(used);
        expect((await store.apiKeys.findActive(key.id, noon))?.key).toEqual(used);
      };
      await check();
      await store.apiKeys.saveUses();
      await check();
      // another process may have seen a later one
      store.apiKeys.touch(key.id, later(4));
      await check();
      await store.apiKeys.saveUses();
      await check();
      expect(await store.apiKeys.revoke(key.id, userId, later(6))).toEqual({ ...used, revokedAt: later(6) });
    });

    it('remember the last use of many at once', async ({ store }) => {
      const { id: userId } = await addUser(store, 'ann');
      const made = Array.from({ length: 10 }, () => aKey(userId));
      for (const key of made) await store.apiKeys.insert(key, 20);
      for (let index = 0; index < 12_000; index++) store.apiKeys.touch(`ak_${index}`, noon);
      for (const [index, { id }] of made.entries()) store.apiKeys.touch(id, later(index));
      await store.apiKeys.saveUses();
      const found = await store.apiKeys.findMany(made.map(({ id }) => id));
      expect(found.map((key) => key?.lastUsedAt)).toEqual(made.map((_, index) => later(index)));
    });
  });
}
