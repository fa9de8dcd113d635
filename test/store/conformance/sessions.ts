import { describe, expect } from 'vitest';
import type { PageRequest, Position, Session, Store, User } from '../../../src/store/store.ts';
import { idsOf, later, noon, readAll, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

let sessions = 0;

/** A session with an id of its own, a millisecond younger than the last. */
export function aSession(user: User, changes: Partial<Session> = {}): Session {
  sessions++;
  const createdAt = changes.createdAt ?? later(sessions);
  return {
    id: sessions.toString(16).padStart(32, '0'),
    userId: user.id,
    credentialsVersion: user.credentialsVersion,
    createdAt,
    lastUsedAt: createdAt,
    expiresAt: later(86_400_000),
    address: '192.0.2.1',
    userAgent: 'Mozilla/5.0 "😀"',
    ...changes,
  };
}

async function add(store: Store, user: User, changes: Partial<Session> = {}, limit = 100): Promise<Session> {
  const session = aSession(user, changes);
  expect(await store.sessions.insert(session, limit)).toBe(true);
  return session;
}

const openOf = async (store: Store, user: User, at = noon) =>
  idsOf((await store.sessions.list(user, at, { limit: 200 })).items);

export function sessionsConformance(it: StoreTest) {
  describe('sessions', () => {
    it('come back as they were made, in the order asked, with null where there is none', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const [one, two] = [await add(store, ann), await add(store, ann, { address: null, userAgent: null })];
      expect(await store.sessions.findMany([two.id, 'none', one.id, two.id])).toEqual([two, null, one, two]);
      expect(await store.sessions.findMany([])).toEqual([]);
    });

    it('lead to their user until they are ended', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const session = await add(store, ann);
      const used = { ...ann, lastUsedAt: session.createdAt };
      expect(await store.sessions.findUser('ann', session.id)).toEqual(used);
      expect(await store.sessions.findUser('ann', 'none')).toBeNull();
      expect(await store.sessions.findUser('bob', session.id)).toBeNull();
      expect(await store.sessions.findUser('none', session.id)).toBeNull();
      expect(await store.sessions.end(session.id, bob.id)).toBeNull();
      expect(await store.sessions.end('none', ann.id)).toBeNull();
      expect(await store.sessions.findUser('ann', session.id)).toEqual(used);
      expect(await store.sessions.end(session.id, ann.id)).toEqual(session);
      expect(await store.sessions.findUser('ann', session.id)).toBeNull();
      expect(await store.sessions.end(session.id, ann.id)).toBeNull();
      expect(await store.sessions.findMany([session.id])).toEqual([null]);
    });

    it('that have been ended lead to their user when the account is suspended or closed', async ({ store }) => {
      await addUser(store, 'root', 'admin');
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const suspended = await store.users.suspend(ann.id, { at: noon, by: 'rob', reason: 'spam' });
      const closed = await store.users.close(bob.id, { at: noon, by: 'rob' });
      expect(await store.sessions.findUser('ann', 'none')).toEqual(suspended);
      expect(await store.sessions.findUser('bob', 'none')).toEqual(closed);
      expect(await store.sessions.findUser('root', 'none')).toBeNull();
    });

    it('are ended once, however many end one at once', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const { id } = await add(store, ann);
      const ended = await Promise.all(Array.from({ length: 64 }, () => store.sessions.end(id, ann.id)));
      expect(ended.filter((session) => session !== null)).toHaveLength(1);
    });

    it('are listed newest first, ties by id, forward and back', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const made = [];
      for (const index of [0, 1, 2, 3, 4])
        made.push(await add(store, ann, { createdAt: later(Math.floor(index / 2)) }));
      for (const limit of [1, 2, 5])
        for (const backward of [false, true]) {
          const seen = await readAll(
            (page: PageRequest<Position<Date>>) => store.sessions.list(ann, noon, page),
            (session) => ({ key: session.createdAt, id: session.id }),
            { limit, backward },
          );
          expect(idsOf(seen)).toEqual(idsOf(made.toReversed()));
        }
    });

    it('are listed and counted while they are in force, of one user', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const [one, two] = [await add(store, ann, { expiresAt: later(5000) }), await add(store, ann)];
      await add(store, bob);
      expect(await openOf(store, ann)).toEqual([two.id, one.id]);
      expect(await openOf(store, ann, later(4999))).toEqual([two.id, one.id]);
      expect(await openOf(store, ann, later(5000))).toEqual([two.id]);
      expect([await store.sessions.count(ann, noon), await store.sessions.count(ann, later(5000))]).toEqual([2, 1]);
      // as after a change of the password by the release before, which leaves the rows
      const changed = { ...ann, credentialsVersion: 2 };
      expect([await openOf(store, changed), await store.sessions.count(changed, noon)]).toEqual([[], 0]);
    });

    it('note the use of the account, unless it was used later', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      expect(ann.lastUsedAt).toBeNull();
      await add(store, ann, { createdAt: later(5) });
      await add(store, ann, { createdAt: later(4) });
      expect((await store.users.findByName('ann'))?.lastUsedAt).toEqual(later(5));
    });

    it('are not opened with credentials that have changed', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      await store.users.setPassword(ann.id, 'changed', noon);
      const session = aSession(ann);
      expect(await store.sessions.insert(session, 100)).toBe(false);
      expect(await store.sessions.insert(aSession({ ...ann, id: 999 }), 100)).toBe(false);
      expect(await store.sessions.findMany([session.id])).toEqual([null]);
      expect((await store.users.findByName('ann'))?.lastUsedAt).toBeNull();
    });

    it('end with the password, and when the account is suspended or closed, of that user alone', async ({ store }) => {
      await addUser(store, 'root', 'admin');
      const bob = await addUser(store, 'bob');
      const others = await add(store, bob);
      const ends = [
        (id: number) => store.users.setPassword(id, 'changed', noon),
        (id: number) => store.users.setPassword(id, 'changed', noon, 1),
        (id: number) => store.users.suspend(id, { at: noon, by: 'rob', reason: 'spam' }),
        (id: number) => store.users.close(id, { at: noon, by: 'rob' }),
      ];
      for (const [index, end] of ends.entries()) {
        const user = await addUser(store, `user ${index}`);
        const made = [await add(store, user), await add(store, user)];
        await end(user.id);
        expect(await store.sessions.findMany(idsOf(made) as string[])).toEqual([null, null]);
      }
      const ann = await addUser(store, 'ann');
      const session = await add(store, ann);
      // of another version
      expect(await store.users.setPassword(ann.id, 'changed', noon, 7)).toBeNull();
      expect(await store.sessions.findMany([session.id, others.id])).toEqual([session, others]);
    });

    it('are never left of credentials that change while they are opened', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const opening = Array.from({ length: 32 }, () => store.sessions.insert(aSession(ann), 100));
      const changing = store.users.setPassword(ann.id, 'changed', noon);
      await Promise.all([...opening.slice(0, 16), changing, ...opening.slice(16)]);
      expect(await store.sessions.count(ann, noon)).toBe(0);
    });

    it('are ended all at once, but one if told so, and counted while in force', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const [one, two] = [await add(store, ann), await add(store, ann)];
      await add(store, ann, { expiresAt: later(5000) });
      const others = await add(store, bob);
      expect(await store.sessions.endAll(ann, later(5000), two.id)).toBe(1);
      expect(await store.sessions.findMany([one.id, two.id, others.id])).toEqual([null, two, others]);
      // the id of another's session keeps none
      expect(await store.sessions.endAll(ann, noon, others.id)).toBe(1);
      expect(await store.sessions.endAll(ann, noon)).toBe(0);
      expect(await store.sessions.findMany([others.id])).toEqual([others]);
    });

    it('stay within the limit, however many are opened at once', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      const opened = await Promise.all(
        [ann, bob].flatMap((user) => Array.from({ length: 64 }, () => store.sessions.insert(aSession(user), 20))),
      );
      expect(opened.every(Boolean)).toBe(true);
      expect([await store.sessions.count(ann, noon), await store.sessions.count(bob, noon)]).toEqual([20, 20]);
    });

    it('make room by the one that was not used the longest, and by those that are over', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const [one, two, three] = [
        await add(store, ann, { createdAt: later(1) }),
        await add(store, ann, { createdAt: later(2) }),
        await add(store, ann, { createdAt: later(3) }),
      ];
      store.sessions.touch(one.id, later(10));
      await store.sessions.saveUses();
      const four = await add(store, ann, { createdAt: later(11), expiresAt: later(20) }, 3);
      expect(new Set(await openOf(store, ann))).toEqual(new Set(idsOf([one, three, four])));
      expect(await store.sessions.findMany([two.id])).toEqual([null]);
      const five = await add(store, ann, { createdAt: later(20) }, 3);
      expect(new Set(await openOf(store, ann))).toEqual(new Set(idsOf([one, three, five])));
      expect(await store.sessions.findMany([four.id])).toEqual([null]);
    });

    it('remember their last use', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const [session, other] = [await add(store, ann), await add(store, ann)];
      const used = { ...session, lastUsedAt: later(5000) };
      store.sessions.touch(session.id, later(5000));
      store.sessions.touch('none', later(5000));
      const check = async () => {
        expect(await store.sessions.findMany([session.id, other.id])).toEqual([used, other]);
        expect((await store.sessions.list(ann, noon, { limit: 5 })).items).toEqual([other, used]);
      };
      await check();
      await store.sessions.saveUses();
      await check();
      // another process may have seen a later one
      store.sessions.touch(session.id, later(4000));
      await store.sessions.saveUses();
      await check();
      expect(await store.sessions.end(session.id, ann.id)).toEqual(used);
      // used once more by a request that was running
      store.sessions.touch(session.id, later(6000));
      await store.sessions.saveUses();
      expect(await store.sessions.findMany([session.id])).toEqual([null]);
    });

    it('are ended while their uses are saved, and opened', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const made = [];
      for (let index = 0; index < 20; index++) made.push(await add(store, ann));
      const work = made.flatMap(({ id }, index) => {
        store.sessions.touch(id, later(5000));
        return [
          store.sessions.saveUses(),
          index % 2 ? store.sessions.end(id, ann.id) : store.sessions.insert(aSession(ann), 20),
          store.sessions.prune(later(-1), 10),
        ];
      });
      await Promise.all([...work, store.sessions.endAll(ann, noon), store.sessions.endAll(ann, noon)]);
      await store.sessions.endAll(ann, noon);
      expect(await openOf(store, ann)).toEqual([]);
    });

    it('are deleted when they have expired, some at a time, oldest first', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      const made: Session[] = [];
      // opened before any has expired
      for (const ms of [3, 1, 2, 4]) made.push(await add(store, ann, { createdAt: noon, expiresAt: later(ms) }));
      const left = async () => idsOf(await store.sessions.findMany(idsOf(made) as string[])).map(Boolean);
      expect(await store.sessions.prune(noon, 10)).toBe(0);
      expect(await store.sessions.prune(later(3), 2)).toBe(2);
      expect(await left()).toEqual([true, false, false, true]);
      expect(await store.sessions.prune(later(3), 2)).toBe(1);
      expect(await left()).toEqual([false, false, false, true]);
    });
  });

  describe('the last use of accounts', () => {
    it('is shown at once, and saved', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      store.users.touch(ann.id, later(5));
      store.users.touch(999, later(5));
      const used = { ...ann, lastUsedAt: later(5) };
      const check = async () => {
        expect(await store.users.findByName('ann')).toEqual(used);
        expect(await store.users.findMany([ann.id, bob.id])).toEqual([used, bob]);
        expect(await store.users.findManyByName(['bob', 'ann'])).toEqual([bob, used]);
        expect((await store.users.list({ limit: 5 })).items).toEqual([used, bob]);
      };
      await check();
      await store.users.saveUses();
      await check();
      store.users.touch(ann.id, later(4));
      await store.users.saveUses();
      await check();
    });

    it('is saved of many at once', async ({ store }) => {
      const users = [];
      for (let index = 0; index < 10; index++) users.push(await addUser(store, `user ${index}`));
      for (let index = 0; index < 12_000; index++) store.users.touch(1_000_000 + index, noon);
      for (const [index, { id }] of users.entries()) store.users.touch(id, later(index));
      await store.users.saveUses();
      const found = await store.users.findMany(users.map(({ id }) => id));
      expect(found.map((user) => user?.lastUsedAt)).toEqual(users.map((_, index) => later(index)));
    });
  });
}
