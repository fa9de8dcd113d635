import { describe, expect } from 'vitest';
import type { Attempt, Store } from '../../../src/store/store.ts';
import { later, noon, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

const minute = 60_000;
const limitOf = (key: string, limit: number | null = 3) => ({ key, limit, windowMs: minute });
const longAgo = later(-90 * 24 * 60 * minute);

/** What was counted; fails when nothing was. */
async function counted(store: Store, keys: readonly string[], at = noon): Promise<readonly Attempt[]> {
  const outcome = await store.signIns.attempt(
    keys.map((key) => limitOf(key)),
    at,
  );
  return 'counted' in outcome ? outcome.counted : expect.fail('full');
}

/** How many more attempts there may be under a key. */
async function left(store: Store, key: string, at = noon): Promise<number> {
  for (let more = 0; ; more++) if ('fullUntil' in (await store.signIns.attempt([limitOf(key)], at))) return more;
}

export function signInsConformance(it: StoreTest) {
  describe('attempts', () => {
    it('are counted up to the limit, and from 0 when their window has ended', async ({ store }) => {
      for (let time = 0; time < 3; time++)
        expect(await counted(store, ['a'], later(time))).toEqual([{ key: 'a', endsAt: later(minute) }]);
      const full = { fullUntil: later(minute) };
      expect(await store.signIns.attempt([limitOf('a')], later(4))).toEqual(full);
      expect(await store.signIns.attempt([limitOf('a')], later(minute - 1))).toEqual(full);
      expect(await counted(store, ['a'], later(minute))).toEqual([{ key: 'a', endsAt: later(2 * minute) }]);
      expect(await left(store, 'a', later(minute))).toBe(2);
    });

    it('count nothing where one of them has had enough', async ({ store }) => {
      for (let time = 0; time < 3; time++) await counted(store, ['full']);
      const both = [limitOf('full'), limitOf('other')];
      for (const limits of [both, both.toReversed()])
        expect(await store.signIns.attempt(limits, noon)).toEqual({ fullUntil: later(minute) });
      expect(await left(store, 'other')).toBe(3);
    });

    it('are counted without a limit too', async ({ store }) => {
      for (let time = 0; time < 5; time++)
        expect(await store.signIns.attempt([limitOf('a', null)], noon)).toHaveProperty('counted');
      expect(await left(store, 'a')).toBe(0);
    });

    it('are no more than the limit, however many come at once', async ({ store }) => {
      const outcomes = await Promise.all(
        Array.from({ length: 24 }, (_, index) =>
          store.signIns.attempt([limitOf('shared', 10), limitOf(`own ${index % 2}`, 9), limitOf('total', 30)], noon),
        ),
      );
      expect(outcomes.filter((outcome) => 'counted' in outcome)).toHaveLength(10);
    });

    it('are taken back one by one, or all of a key, and not from a later window', async ({ store }) => {
      const first = await counted(store, ['a', 'b']);
      await counted(store, ['a', 'b']);
      await store.signIns.giveBack(first);
      expect([await left(store, 'a'), await left(store, 'b')]).toEqual([2, 2]);
      await store.signIns.giveBack(first.map((attempt) => ({ ...attempt, all: attempt.key === 'a' })));
      expect([await left(store, 'a'), await left(store, 'b')]).toEqual([3, 1]);
      await counted(store, ['b'], later(minute));
      await store.signIns.giveBack(first);
      expect(await left(store, 'b', later(minute))).toBe(2);
      await store.signIns.giveBack([
        { key: 'never', endsAt: noon, all: true },
        { key: 'never', endsAt: noon },
      ]);
    });
  });

  describe('places', () => {
    const bounds = { keep: 3, since: longAgo };

    it('are known once a person has signed in from there', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      expect(await store.signIns.knows(ann.id, ['here'], longAgo)).toBe(false);
      await store.signIns.note(ann.id, 'here', noon, bounds);
      await store.signIns.note(ann.id, 'here', later(5), bounds);
      expect(await store.signIns.knows(ann.id, ['here'], longAgo)).toBe(true);
      expect(await store.signIns.knows(ann.id, ['here'], later(5))).toBe(true);
      expect(await store.signIns.knows(ann.id, ['here'], later(6))).toBe(false);
      expect(await store.signIns.knows(ann.id, ['there'], longAgo)).toBe(false);
      expect(await store.signIns.knows(bob.id, ['here'], longAgo)).toBe(false);
      // a place has a name for each pepper
      expect(await store.signIns.knows(ann.id, ['there', 'here'], longAgo)).toBe(true);
      expect(await store.signIns.knows(ann.id, [], longAgo)).toBe(false);
    });

    it('are the latest ones of each person, and none that is too old', async ({ store }) => {
      const [ann, bob] = [await addUser(store, 'ann'), await addUser(store, 'bob')];
      await store.signIns.note(bob.id, 'place 0', noon, bounds);
      const known = async () => {
        const places = ['place 0', 'place 1', 'place 2', 'place 3', 'place 4'];
        const answers = await Promise.all(places.map((place) => store.signIns.knows(ann.id, [place], longAgo)));
        return places.filter((_, index) => answers[index]);
      };
      for (let index = 0; index < 5; index++) await store.signIns.note(ann.id, `place ${index}`, later(index), bounds);
      expect(await known()).toEqual(['place 2', 'place 3', 'place 4']);
      await store.signIns.note(ann.id, 'place 2', later(9), { keep: 3, since: later(4) });
      expect(await known()).toEqual(['place 2', 'place 4']);
      expect(await store.signIns.knows(bob.id, ['place 0'], longAgo)).toBe(true);
    });

    it('may be noted many times at once', async ({ store }) => {
      const ann = await addUser(store, 'ann');
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => store.signIns.note(ann.id, `place ${index % 2}`, noon, bounds)),
      );
      expect(await store.signIns.knows(ann.id, ['place 1'], longAgo)).toBe(true);
    });
  });
}
