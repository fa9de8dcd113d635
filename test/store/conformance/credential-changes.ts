import { describe, expect } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { aKey, later, noon, type StoreTest } from './fixture.ts';
import { aSession } from './sessions.ts';
import { addUser } from './users.ts';

const placeholder = '[erased 0123456789abcdef]';
const suspension = { at: noon, by: 'root', reason: 'spam' };

/** A member with an administrator beside, a session and a key. */
async function aPerson(store: Store) {
  await addUser(store, 'root', 'admin');
  const user = await addUser(store, 'ann');
  const [session, key] = [aSession(user), aKey(user.id)];
  await store.sessions.insert(session, 100);
  await store.apiKeys.insert(key, 20);
  return { user, session, key };
}

type Person = Awaited<ReturnType<typeof aPerson>>;

const changes: Record<string, (store: Store, person: Person) => Promise<unknown>> = {
  'a role that is raised': (store, { user }) => store.users.setRole(user.id, 'admin'),
  'a role that is lowered': (store, { user }) => store.users.setRole(user.id, 'member'),
  'a suspension': (store, { user }) => store.users.suspend(user.id, suspension),
  'a closing': (store, { user }) => store.users.close(user.id, { at: noon, by: 'root' }),
  'an erasure': (store, { user }) =>
    store.erasures.eraseUser(user.id, { erasedAt: noon, erasedBy: 1, reason: 'asked for', placeholder }),
  'a password': (store, { user }) => store.users.setPassword(user.id, 'new', noon),
  'a password of a version': (store, { user }) =>
    store.users.setPassword(user.id, 'new', noon, user.credentialsVersion),
  'the end of a session': (store, { user, session }) => store.sessions.end(session.id, user.id),
  'the end of all sessions': (store, { user }) => store.sessions.endAll(user, noon),
  'a sign-in that takes the place of a session': (store, { user }) => store.sessions.insert(aSession(user), 1),
  'the revocation of a key': (store, { user, key }) => store.apiKeys.revoke(key.id, user.id, noon),
};

const others: Record<string, (store: Store, person: Person) => Promise<unknown>> = {
  'a sign-in': (store, { user }) => store.sessions.insert(aSession(user), 100),
  'another key': (store, { user }) => store.apiKeys.insert(aKey(user.id), 20),
  'another account': (store) => addUser(store, 'bob'),
  'what ends nothing': async (store, { user, key }) => {
    await store.sessions.end('none', user.id);
    await store.apiKeys.revoke(key.id, user.id + 1, noon);
    await store.users.setPassword(user.id, 'new', noon, user.credentialsVersion + 1);
  },
  uses: async (store, { user, session, key }) => {
    await store.apiKeys.noteFirstUse(key.id, noon);
    store.apiKeys.touch(key.id, later(1));
    store.sessions.touch(session.id, later(1));
    store.users.touch(user.id, later(1));
    for (const used of [store.apiKeys, store.sessions, store.users]) await used.saveUses();
  },
};

export function credentialChangesConformance(it: StoreTest) {
  describe('changes of credentials', () => {
    it.for(Object.entries(changes))('count %s', async ([, change], { store }) => {
      const person = await aPerson(store);
      const before = store.credentialChanges;
      await change(store, person);
      expect(store.credentialChanges).toBeGreaterThan(before);
    });

    it.for(Object.entries(others))('do not count %s', async ([, change], { store }) => {
      const person = await aPerson(store);
      const before = store.credentialChanges;
      await change(store, person);
      expect(store.credentialChanges).toBe(before);
    });

    it('are counted when the transaction that they are made in has been committed', async ({ store }) => {
      const { user, key } = await aPerson(store);
      const before = store.credentialChanges;
      await store.transaction(async (tx) => {
        await tx.apiKeys.revoke(key.id, user.id, noon);
        expect(store.credentialChanges).toBe(before);
      });
      expect(store.credentialChanges).toBeGreaterThan(before);
    });
  });
}
