import { createApiKey, createUser } from '../../src/domain/account.ts';
import { openStore } from '../../src/store/open.ts';
import { aUnit, type UnitChanges } from '../harness.ts';
import { configOf } from '../postgres/databases.ts';

const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };

/** A database with somebody in it, for servers that are processes of their own. */
export interface Commons {
  readonly environment: Record<string, string>;
  /** The key of a member called mia. */
  readonly key: string;
  readonly unitId: string;
}

/** Brings the database up to date, and puts a member and an approved unit there. */
export async function foundCommons(url: string, changes: UnitChanges = {}): Promise<Commons> {
  const store = await openStore(configOf(url), { migrate: true });
  try {
    const user = await createUser(store, { username: 'mia', password: 'a long password', role: 'member' });
    const { secret } = await createApiKey(store, secrets, user, { name: 'test', ttl: '1d' });
    const unit = aUnit(changes);
    await store.units.restore(unit, []);
    return { environment: environmentOf(url), key: secret, unitId: unit.id };
  } finally {
    await store.close();
  }
}

export const environmentOf = (url: string): Record<string, string> => ({
  CQ_DATABASE_URL: url,
  CQ_JWT_SECRET: secrets.jwtSecret,
  CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
  CQ_RATE_LIMIT: '0',
});

/** Asks again and again until the answer is as it should be; gives up in time for the test to say so. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still, after a minute: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
