import { randomBytes } from 'node:crypto';
import type { Config } from './config/config.ts';
import { secretsFile } from './config/database.ts';
import { type Credentials, createUser } from './domain/account.ts';
import { theServer } from './domain/audit.ts';
import type { Store } from './store/store.ts';

/**
 * Creates the first administrator of a database without accounts, and announces the password. Not where the secrets come from the
 * environment: the output of such a server is collected, and must not contain a password. Nor for a database in memory.
 */
export async function createFirstAdministrator(
  { jwtSecret, database }: Config,
  store: Store,
  announce: (administrator: Credentials) => void,
): Promise<void> {
  if (jwtSecret !== null || secretsFile(database) === null || (await store.users.count()) > 0) return;
  const credentials = { username: 'admin', password: randomBytes(12).toString('base64url') };
  await store.transaction(async (tx) => {
    // another process may have created it while this one waited for the lock, which is not to be held for a hash in vain
    if ((await tx.users.count()) > 0) return;
    await createUser(tx, { ...credentials, role: 'admin' }, { by: theServer });
    // before the commit: if the process dies in between, there is no account with an unknown password
    announce(credentials);
  });
}
