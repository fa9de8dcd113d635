import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { createApiKey } from '../../src/domain/account.ts';
import { parseApiKey } from '../../src/domain/api-key.ts';
import { authenticate } from '../../src/domain/authenticate.ts';
import { issueToken } from '../../src/domain/jwt.ts';
import { pepperUses } from '../../src/domain/pepper-uses.ts';
import type { Secrets } from '../../src/domain/secrets.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, User } from '../../src/store/store.ts';
import { later, noon } from '../store/conformance/fixture.ts';
import { addUser } from '../store/conformance/users.ts';

const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
const [second, minute] = [1000, 60_000];
let store: Store;
let user: User;
beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  user = await addUser(store, 'mia');
});
afterEach(() => store.close());

describe('a key', () => {
  /** A key of a day, made at noon, and what its use at an instant comes to: when it says that it was last used. */
  async function generateApiKey() {
    const { apiKey, secret } = await createApiKey(store, secrets, user, { name: 'k', ttl: '1d' }, { now: noon });
    return async (at: Date) => {
      const viewer = await authenticate({ store, secrets }, `Bearer ${secret}`, { now: at }).catch(() => null);
      return viewer && (await store.apiKeys.findMany([apiKey.id]))[0]?.lastUsedAt;
    };
  }

  it('notes its use', async () => {
    const useAt = await generateApiKey();
    expect(await useAt(noon)).toEqual(noon);
    expect(await useAt(later(minute))).toEqual(later(minute));
    // another request may have come later and been faster
    expect(await useAt(later(second))).toEqual(later(minute));
  });

  it('has the limits that it was made with, and works with no others', async () => {
    const made = { name: 'k', ttl: '1d', access: 'read' as const, domains: [' API ', 'db'] };
    const { apiKey, secret } = await createApiKey(store, secrets, user, made);
    const limits = { access: 'read', domains: ['api', 'db'] };
    expect(apiKey).toMatchObject(limits);
    expect(await authenticate({ store, secrets }, `Bearer ${secret}`)).toMatchObject({ kind: 'agent', limits });
    // a server of the release before knows no limits, and takes no such key
    const key = parseApiKey(secrets, secret);
    expect(key?.matches(apiKey)).toBe(true);
    for (const other of [{ access: 'write', domains: null }, { access: 'read', domains: null }, { domains: ['api'] }])
      expect(key?.matches({ ...apiKey, ...other } as typeof apiKey)).toBe(false);
    expect((await createApiKey(store, secrets, user, { name: 'k', ttl: '1d' })).apiKey).toMatchObject({
      access: 'write',
      domains: null,
    });
    for (const domains of [[], [' '], Array.from({ length: 17 }, (_, index) => `d${index}`), ['x'.repeat(65)]])
      await expect(createApiKey(store, secrets, user, { ...made, domains })).rejects.toThrow(/^domains/);
  });

  it('ends with its lifetime', async () => {
    const useAt = await generateApiKey();
    expect(await useAt(later(24 * 60 * minute - 1))).not.toBeNull();
    expect(await useAt(later(24 * 60 * minute))).toBeNull();
  });
});

describe('secrets that are rotated', () => {
  const next = { jwtSecret: 'n'.repeat(32), apiKeyPepper: 'q'.repeat(32) };
  const both = { ...next, previousJwtSecrets: [secrets.jwtSecret], previousApiKeyPeppers: [secrets.apiKeyPepper] };
  const isGood = async (credential: string, under: Secrets) =>
    (await authenticate({ store, secrets: under }, `Bearer ${credential}`, { now: noon }).catch(() => null)) !== null;

  it.for([
    ['without limits', {}],
    ['with limits', { access: 'read' as const, domains: ['api'] }],
  ] as const)('accept a key %s, and hash it with the current pepper when it is used', async ([, limits]) => {
    const { secret, apiKey } = await createApiKey(
      store,
      secrets,
      user,
      { name: 'k', ttl: '1d', ...limits },
      { now: noon },
    );
    expect(await isGood(secret, next)).toBe(false);
    expect((await pepperUses(store, both, noon)).map(({ pepper, keys }) => [pepper, keys])).toEqual([
      ['current', 0],
      ['previous', 1],
    ]);
    expect(await isGood(secret, both)).toBe(true);
    expect(await isGood(secret, next)).toBe(true);
    expect(await isGood(secret, secrets)).toBe(false);
    expect((await store.apiKeys.findMany([apiKey.id]))[0]?.pepper).not.toBe(apiKey.pepper);
    expect((await pepperUses(store, secrets, noon)).map(({ pepper, keys }) => [pepper, keys])).toEqual([
      ['current', 0],
      ['foreign', 1],
    ]);
  });

  it('accept no key and no token of a secret that is not among them', async () => {
    const other = { jwtSecret: 'x'.repeat(32), apiKeyPepper: 'x'.repeat(32) };
    const { secret } = await createApiKey(store, other, user, { name: 'k', ttl: '1d' }, { now: noon });
    const { text } = await issueToken(other, user, noon);
    expect([await isGood(secret, both), await isGood(text, both)]).toEqual([false, false]);
    expect(await isGood((await issueToken(secrets, user, noon)).text, both)).toBe(true);
  });

  it('have the first use of a key in the audit log once, however many use it at once', async () => {
    const { secret, apiKey } = await createApiKey(store, secrets, user, { name: 'k', ttl: '1d' }, { now: noon });
    await Promise.all(
      Array.from({ length: 16 }, () =>
        authenticate({ store, secrets: both }, `Bearer ${secret}`, { now: noon, address: '192.0.2.7' }),
      ),
    );
    const { items } = await store.audit.list({ actions: ['apiKey.firstUsed'] }, { limit: 9 });
    expect(items).toMatchObject([{ actorKind: 'agent', keyId: apiKey.id, actorId: user.id, address: '192.0.2.7' }]);
  });
});

describe('a token', () => {
  const isGood = async (text: string) =>
    (await authenticate({ store, secrets }, `Bearer ${text}`).catch(() => null)) !== null;

  it('is void when the password was changed, also within its second', async () => {
    // tokens expire by the clock of the machine
    const now = new Date(Math.floor(Date.now() / second) * second);
    const { text } = await issueToken(secrets, user, now);
    expect(await isGood(text)).toBe(true);
    const changed = (await store.users.setPassword(user.id, 'other', now)) as User;
    expect(await isGood(text)).toBe(false);
    expect(await isGood((await issueToken(secrets, changed, now)).text)).toBe(true);
  });

  it('is good for 24 hours', async () => {
    const hours = 60 * minute;
    const { expiresAt } = await issueToken(secrets, user, noon);
    // in whole seconds
    expect(expiresAt).toEqual(later(24 * hours - noon.getMilliseconds()));
    const old = await issueToken(secrets, user, new Date(Date.now() - 24 * hours - minute));
    expect(await isGood(old.text)).toBe(false);
    const young = await issueToken(secrets, user, new Date(Date.now() - 23 * hours));
    expect(await isGood(young.text)).toBe(true);
  });
});
