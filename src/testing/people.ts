import { createApiKey, createUser } from '../domain/account.ts';
import { userNodeId } from '../domain/ids.ts';
import { issueToken } from '../domain/jwt.ts';
import type { Secrets } from '../domain/secrets.ts';
import { newSession, openSession } from '../domain/sessions.ts';
import type { ApiKeyAccess, Store, User, UserRole } from '../store/store.ts';
import { naming } from './naming.ts';
import type { Options } from './options.ts';
import { testPasswords } from './passwords.ts';
import type { Person } from './types.ts';

/** A user of a test server, and the account. */
export interface Account extends Person {
  readonly user: User;
}

/** Opens the accounts, signs each in, and makes each a key. Throws a `TypeError` that names the field. */
export async function addPeople(
  store: Store,
  secrets: Secrets,
  users: Options['users'],
): Promise<Map<string, Account>> {
  const people = new Map<string, Account>();
  for (const [username, { role, password, key }] of Object.entries(users)) {
    const user = await naming(['users', username], () =>
      createUser(
        store,
        { username, password, role: role.toLowerCase() as UserRole },
        { passwords: testPasswords, now: store.now() },
      ),
    );
    const session = newSession(user, { userAgent: 'startTestServer' }, store.now());
    await store.transaction((tx) => openSession(tx, session));
    const token = await issueToken(secrets, user, store.now(), session);
    const access = key.access.toLowerCase() as ApiKeyAccess;
    const { secret } = await naming(['users', username, 'key'], () =>
      createApiKey(store, secrets, user, { name: 'test', ttl: '365d', access, domains: key.domains }),
    );
    people.set(username, { user, username, password, token: token.text, key: secret, id: userNodeId(user.id) });
  }
  return people;
}
