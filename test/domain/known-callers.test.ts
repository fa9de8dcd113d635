import { describe, expect, it, vi } from 'vitest';
import type { DatabaseConfig } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { createApiKey } from '../../src/domain/account.ts';
import { type Authority, authenticate, authenticateSession } from '../../src/domain/authenticate.ts';
import { issueToken } from '../../src/domain/jwt.ts';
import { createKnownCallers, knownForMs, type Verified } from '../../src/domain/known-callers.ts';
import { newSession } from '../../src/domain/sessions.ts';
import type { KnownViewer } from '../../src/domain/viewer.ts';
import { UnauthenticatedError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store, User } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { later, noon } from '../store/conformance/fixture.ts';
import { addUser } from '../store/conformance/users.ts';

const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
const day = 86_400_000;

/** Known callers with a clock of their own; `verify` counts how often somebody is verified. */
function remembering(options: { readonly most?: number } = {}) {
  let [time, changes] = [1, 0];
  const known = createKnownCallers({ changes: () => changes, monotonic: () => time, ...options });
  let verified = 0;
  const verify = async (found: Partial<Verified> | null = {}) => {
    verified++;
    return found && { viewer: {} as KnownViewer, expiresAt: later(day), isSettled: true, ...found };
  };
  return {
    known,
    verify,
    find: (credential: string, now = noon, found?: Partial<Verified> | null) =>
      known.find('bearer', credential, now, () => verify(found)),
    pass: (ms: number) => {
      time += ms;
    },
    change: () => {
      changes++;
    },
    get verified() {
      return verified;
    },
  };
}

describe('known callers', () => {
  it('are verified once a second', async () => {
    const callers = remembering();
    const first = await callers.find('one');
    callers.pass(knownForMs);
    expect(await callers.find('one')).toBe(first);
    expect(callers.verified).toBe(1);
    callers.pass(1);
    expect(await callers.find('one')).not.toBe(first);
    expect(callers.verified).toBe(2);
  });

  it('are told apart by all of the credential, and by how it is presented', async () => {
    const { known, verify, ...callers } = remembering();
    const seen = [await callers.find('one'), await callers.find('one '), await callers.find('on')];
    seen.push(await known.find('cookie', 'one', noon, () => verify()));
    expect(new Set(seen).size).toBe(4);
    expect(await known.find('cookie', 'one', noon, () => verify(null))).toBe(seen[3]);
  });

  it('are verified anew after a change', async () => {
    const callers = remembering();
    await callers.find('one');
    callers.change();
    await callers.find('one');
    expect(callers.verified).toBe(2);
    await callers.find('one');
    expect(callers.verified).toBe(2);
  });

  it('are verified anew where something changed, or time passed, while they were', async () => {
    const callers = remembering();
    const meanwhile = { one: callers.change, two: () => callers.pass(knownForMs + 1) };
    for (const [credential, happens] of Object.entries(meanwhile)) {
      const before = callers.verified;
      await callers.known.find('bearer', credential, noon, async () => {
        happens();
        return callers.verify();
      });
      await callers.find(credential);
      expect(callers.verified).toBe(before + 2);
    }
  });

  it('are not those who are refused, nor those of whom something is left to write', async () => {
    const callers = remembering();
    const refuse = () =>
      callers.known.find('bearer', 'one', noon, () => Promise.reject(new UnauthenticatedError('no')));
    await expect(refuse()).rejects.toThrow('no');
    for (const found of [null, { isSettled: false }, {}]) await callers.find('one', noon, found);
    expect(callers.verified).toBe(3);
    callers.change();
    await expect(refuse()).rejects.toThrow('no');
    await callers.find('one');
    expect(callers.verified).toBe(4);
  });

  it('are verified anew when the credential has expired, and when the clock was set back', async () => {
    const callers = remembering();
    await callers.find('one', noon, { expiresAt: later(5) });
    await callers.find('one', later(4));
    expect(callers.verified).toBe(1);
    expect(await callers.find('one', later(5), null)).toBeNull();
    await callers.find('one', later(10));
    await callers.find('one', later(9));
    expect(callers.verified).toBe(4);
  });

  it('are so many at most', async () => {
    const callers = remembering({ most: 2 });
    for (const credential of ['one', 'two', 'three']) await callers.find(credential);
    await callers.find('three');
    await callers.find('two');
    expect(callers.verified).toBe(3);
    await callers.find('one');
    expect(callers.verified).toBe(4);
  });
});

/** A store of this process with its callers, and the same of another one on the same database. */
interface Two {
  readonly here: Authority;
  readonly elsewhere: Store;
  /** Lets time pass for those who are known here. */
  pass(ms: number): void;
}

async function twoOn(config: DatabaseConfig, resources: AsyncDisposableStack): Promise<Two> {
  const open = async (migrate: boolean) => {
    const store = await openStore(config, { migrate });
    resources.defer(() => store.close());
    return store;
  };
  const [store, elsewhere] = [await open(true), await open(false)];
  let time = 1;
  const known = createKnownCallers({ changes: () => store.credentialChanges, monotonic: () => time });
  const pass = (ms: number) => {
    time += ms;
  };
  return { here: { store, secrets, known }, elsewhere, pass };
}

const databases = {
  SQLite: async (resources: AsyncDisposableStack) =>
    twoOn(sqliteDatabase(resources.use(temporaryFolder()).file('cq.db')), resources),
  PostgreSQL: async (resources: AsyncDisposableStack) =>
    twoOn(configOf(resources.use(await createDatabase()).url), resources),
};

/** The three ways of being known, of one person. */
async function credentialsOf(authority: Authority, user: User) {
  const { store } = authority;
  const now = store.now();
  const session = newSession(user, {}, now);
  await store.sessions.insert(session, 100);
  const token = (await issueToken(secrets, user, now, session)).text;
  const { secret, apiKey } = await createApiKey(store, secrets, user, { name: 'k', ttl: '1d' });
  const ways = {
    key: () => authenticate(authority, `Bearer ${secret}`),
    token: () => authenticate(authority, `bearer  ${token}`),
    cookie: () => authenticateSession(authority, token),
  };
  // the first use of a key is noted
  await ways.key();
  return { session, apiKey, secret, token, ways };
}

const outcomeOf = (viewer: Promise<{ kind: string; user?: User }>) =>
  viewer.then(
    ({ kind, user }) => `${kind} ${user?.role}`,
    ({ message }) => message as string,
  );

const void_ = {
  token: 'Invalid or expired token.',
  key: 'Invalid API key.',
  suspended: 'This account is suspended.',
  closed: 'This account is closed.',
};

describe.for(Object.entries(databases))('callers who are known, on %s,', ([, open]) => {
  it('are not looked up, and their uses are noted as before', async () => {
    await using resources = new AsyncDisposableStack();
    const { here, pass } = await open(resources);
    const { store } = here;
    const ann = await addUser(store, 'ann');
    const { ways, session, apiKey, secret } = await credentialsOf(here, ann);
    for (const ask of Object.values(ways)) await ask();
    const lookUps = [
      vi.spyOn(store.apiKeys, 'findActive'),
      vi.spyOn(store.sessions, 'findUser'),
      vi.spyOn(store.users, 'findByName'),
    ];
    const asked = () => lookUps.map(({ mock }) => mock.calls.length);
    const at = later(3_600_000, store.now());
    const address = '192.0.2.7';
    vi.spyOn(store, 'now').mockReturnValue(at);
    for (const ask of Object.values(ways)) await ask();
    expect(asked()).toEqual([0, 0, 0]);
    expect((await store.apiKeys.findMany([apiKey.id]))[0]?.lastUsedAt).toEqual(at);
    expect((await store.sessions.findMany([session.id]))[0]?.lastUsedAt).toEqual(at);
    expect((await store.users.findMany([ann.id]))[0]?.lastUsedAt).toEqual(at);
    expect(await authenticate(here, `Bearer ${secret}`, { address })).toMatchObject({ kind: 'agent', address });
    for (const lookUp of lookUps) lookUp.mockClear();
    pass(knownForMs + 1);
    for (const ask of Object.values(ways)) await ask();
    expect(asked()).toEqual([1, 2, 0]);
  });

  it.for<
    [
      string,
      (store: Store, person: { user: User } & Awaited<ReturnType<typeof credentialsOf>>) => unknown,
      string,
      string,
    ]
  >([
    [
      'a key is revoked',
      (store, { apiKey, user }) => store.apiKeys.revoke(apiKey.id, user.id, noon),
      void_.key,
      'person member',
    ],
    [
      'a session is ended',
      (store, { session, user }) => store.sessions.end(session.id, user.id),
      'agent member',
      void_.token,
    ],
    ['all sessions are ended', (store, { user }) => store.sessions.endAll(user, noon), 'agent member', void_.token],
    [
      'the password is changed',
      (store, { user }) => store.users.setPassword(user.id, 'new', noon),
      'agent member',
      void_.token,
    ],
    [
      'the role is changed',
      (store, { user }) => store.users.setRole(user.id, 'reviewer'),
      'agent reviewer',
      'person reviewer',
    ],
    [
      'the account is suspended',
      (store, { user }) => store.users.suspend(user.id, { at: noon, by: 'root', reason: 'spam' }),
      void_.suspended,
      void_.suspended,
    ],
    [
      'the account is closed',
      (store, { user }) => store.users.close(user.id, { at: noon, by: 'root' }),
      void_.key,
      void_.closed,
    ],
    [
      'the person is erased',
      (store, { user }) =>
        store.erasures.eraseUser(user.id, {
          ...{ erasedAt: noon, erasedBy: 1, reason: 'asked for', placeholder: '[erased 0123456789abcdef]' },
        }),
      void_.key,
      void_.token,
    ],
  ])(
    'are told so at once when %s here, and within a second when it is elsewhere',
    async ([, change, agent, person]) => {
      for (const isHere of [true, false]) {
        await using resources = new AsyncDisposableStack();
        const { here, elsewhere, pass } = await open(resources);
        await addUser(here.store, 'root', 'admin');
        const user = await addUser(here.store, 'ann');
        const known = await credentialsOf(here, user);
        const outcomes = () => Promise.all(Object.values(known.ways).map((ask) => outcomeOf(ask())));
        const before = ['agent member', 'person member', 'person member'];
        expect(await outcomes()).toEqual(before);
        await change(isHere ? here.store : elsewhere, { user, ...known });
        if (!isHere) {
          expect(await outcomes()).toEqual(before);
          pass(knownForMs + 1);
        }
        expect(await outcomes()).toEqual([agent, person, person]);
      }
    },
  );

  it('are not let in by a token or a key that has expired meanwhile', async () => {
    await using resources = new AsyncDisposableStack();
    const { here } = await open(resources);
    const ann = await addUser(here.store, 'ann');
    const { apiKey, ways } = await credentialsOf(here, ann);
    await Promise.all(Object.values(ways).map((ask) => ask()));
    vi.spyOn(here.store, 'now').mockReturnValue(later(day + 1000, apiKey.createdAt));
    const outcomes = await Promise.all(Object.values(ways).map((ask) => outcomeOf(ask())));
    expect(outcomes).toEqual([void_.key, void_.token, 'anonymous undefined']);
  });

  it('by a header are not known by a cookie with the same text', async () => {
    await using resources = new AsyncDisposableStack();
    const { here } = await open(resources);
    const { secret, ways } = await credentialsOf(here, await addUser(here.store, 'ann'));
    await ways.key();
    expect(await authenticateSession(here, secret)).toEqual({ kind: 'anonymous' });
  });
});
