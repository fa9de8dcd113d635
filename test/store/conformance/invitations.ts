import { describe, expect } from 'vitest';
import type { Invitation, PageRequest, Position, Store } from '../../../src/store/store.ts';
import { idsOf, later, noon, readAll, type StoreTest } from './fixture.ts';
import { addUser } from './users.ts';

let made = 0;

/** An operator's invitation, a millisecond younger than the last. */
export function anInvitation(changes: Partial<Invitation> = {}): Invitation {
  made++;
  const id = made.toString(16).padStart(32, '0');
  return {
    ...{ id, userId: null, tokenHash: `hash of ${id}`, role: 'member', username: null },
    ...{ createdAt: later(made), expiresAt: later(86_400_000) },
    ...changes,
  };
}

async function put(store: Store, changes: Partial<Invitation> = {}): Promise<Invitation> {
  const invitation = anInvitation(changes);
  expect(await store.invitations.insert(invitation, 99)).toBe('added');
  return invitation;
}

const waiting = (store: Store, at = noon) =>
  readAll(
    (page: PageRequest<Position<Date>>) => store.invitations.list(at, page),
    ({ createdAt, id }: Invitation) => ({ key: createdAt, id }),
  );

export function invitationsConformance(it: StoreTest) {
  describe('invitations', () => {
    it('come back as they were made, and are listed with the newest first until they expire', async ({ store }) => {
      const { id: userId } = await addUser(store, 'ann', 'admin');
      const one = await put(store, { userId, role: 'admin', username: 'Zoë 😀' });
      const [short, two] = [await put(store, { expiresAt: later(1000) }), await put(store)];
      expect(await store.invitations.find(one.id)).toEqual(one);
      expect(await store.invitations.find('none')).toBeNull();
      expect(await waiting(store)).toEqual([two, short, one]);
      expect([await waiting(store, later(999)), await store.invitations.count(later(999))]).toEqual([
        [two, short, one],
        3,
      ]);
      expect([await waiting(store, later(1000)), await store.invitations.count(later(1000))]).toEqual([[two, one], 2]);
      expect(await store.invitations.find(short.id)).toEqual(short);
    });

    it('are as many as the limit allows, whoever makes them at once', async ({ store }) => {
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => store.invitations.insert(anInvitation(), 3)));
      expect(outcomes.filter((one) => one === 'added')).toHaveLength(3);
      expect(outcomes.filter((one) => one === 'full')).toHaveLength(9);
      expect(await store.invitations.count(noon)).toBe(3);
    });

    it('make room when they have expired', async ({ store }) => {
      const expired = await put(store, { expiresAt: later(1000) });
      const next = anInvitation({ createdAt: later(1000) });
      expect(await store.invitations.insert(next, 1)).toBe('added');
      expect(await store.invitations.find(expired.id)).toBeNull();
      expect(idsOf(await waiting(store))).toEqual([next.id]);
    });

    it('are taken once', async ({ store }) => {
      const [one, other] = [await put(store), await put(store)];
      const taken = await Promise.all([1, 2, 3, 4, 5].map(() => store.invitations.take(one.id)));
      expect(taken.filter((invitation) => invitation !== null)).toEqual([one]);
      expect(await store.invitations.find(one.id)).toBeNull();
      expect(await store.invitations.take('none')).toBeNull();
      expect(await waiting(store)).toEqual([other]);
    });

    it('are as they were where the transaction that took them fails', async ({ store }) => {
      const one = await put(store);
      const failing = store.transaction(async (tx) => {
        expect(await tx.invitations.take(one.id)).toEqual(one);
        throw new Error('the name is taken');
      });
      await expect(failing).rejects.toThrow('the name is taken');
      expect(await store.invitations.find(one.id)).toEqual(one);
    });

    it('go with the account of who made them', async ({ store }) => {
      await addUser(store, 'zoe', 'admin');
      const { id: userId } = await addUser(store, 'ann', 'admin');
      const [hers, ours] = [await put(store, { userId }), await put(store)];
      const by = { erasedAt: noon, erasedBy: 1, reason: 'r', placeholder: '[erased 0123456789abcdef]' };
      await store.erasures.eraseUser(userId, by);
      expect(await store.invitations.find(hers.id)).toBeNull();
      expect(await waiting(store)).toEqual([ours]);
    });

    it('suggest no name of somebody who was erased', async ({ store }) => {
      await addUser(store, 'zoe', 'admin');
      const { id } = await addUser(store, 'ann');
      const by = { erasedAt: noon, erasedBy: 1, reason: 'r', placeholder: '[erased 0123456789abcdef]' };
      await store.erasures.eraseUser(id, by);
      expect(await store.invitations.insert(anInvitation({ username: 'ann' }), 9)).toBe('nameErased');
      expect(await waiting(store)).toEqual([]);
    });
  });
}
