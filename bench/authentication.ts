import { parseArgs } from 'node:util';
import { readConfig } from '../src/config/config.ts';
import { createApiKey } from '../src/domain/account.ts';
import { type Authority, authenticate, authenticateSession } from '../src/domain/authenticate.ts';
import { issueToken } from '../src/domain/jwt.ts';
import { createKnownCallers } from '../src/domain/known-callers.ts';
import { newSession } from '../src/domain/sessions.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { onLoaded } from './filled.ts';
import { median } from './measure.ts';
import { startProcessorTime } from './processor-time.ts';
import { table } from './table.ts';

/**
 * What knowing a caller costs, in processor time of the server and its database: one who is verified anew, and one who was verified a moment
 * ago. In turns, round by round; the median of the rounds counts, and of the ratios that of each round.
 */

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, times: { type: 'string', default: '1000' } },
});
const [rounds, times] = [Number(options.rounds), Number(options.times)];
const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };
const rows: string[][] = [];

await onLoaded(1, undefined, async (places) => {
  for (const [name, place] of Object.entries(places)) {
    const isUrl = name === 'PostgreSQL';
    const of = isUrl ? { CQ_DATABASE_URL: place } : { CQ_DB_PATH: place };
    const ofSecrets = { CQ_JWT_SECRET: secrets.jwtSecret, CQ_API_KEY_PEPPER: secrets.apiKeyPepper };
    const store = await openStore(readConfig({ ...of, ...ofSecrets }).database, { migrate: false });
    const database = isUrl ? new URL(place).pathname.slice(1) : null;
    for (const [way, ask] of Object.entries(await waysOf(store)))
      rows.push([name, way, ...(await inTurns(ask, store, database))]);
    await store.close();
  }
});
console.log(table(['database', 'by', 'anew, µs', 'known, µs', 'anew ÷ known'], rows));

/** The ways in which one person is known. */
async function waysOf(store: Store): Promise<Record<string, (authority: Authority) => Promise<unknown>>> {
  const now = store.now();
  const account = { username: 'ann', passwordHash: 'none', role: 'member', createdAt: now } as const;
  const user = await store.users.insert(account);
  if (!user) throw new Error('the database is in use');
  const session = newSession(user, {}, now);
  await store.sessions.insert(session, 100);
  const { text: token } = await issueToken(secrets, user, now, session);
  const { secret } = await createApiKey(store, secrets, user, { name: 'bench', ttl: '1d' });
  return {
    'API key': (authority) => authenticate(authority, `Bearer ${secret}`),
    token: (authority) => authenticate(authority, `Bearer ${token}`),
    cookie: (authority) => authenticateSession(authority, token),
  };
}

async function inTurns(ask: (authority: Authority) => Promise<unknown>, store: Store, database: string | null) {
  const anew = { store, secrets };
  const known = { ...anew, known: createKnownCallers({ changes: () => store.credentialChanges }) };
  const taken: { anew: number; known: number }[] = [];
  for (let round = -2; round < rounds; round++) {
    const one = {
      anew: await microseconds(() => ask(anew), database),
      known: await microseconds(() => ask(known), database),
    };
    // the first rounds warm up
    if (round >= 0) taken.push(one);
  }
  return [
    median(taken.map((one) => one.anew)).toFixed(0),
    median(taken.map((one) => one.known)).toFixed(1),
    `${median(taken.map((one) => one.anew / one.known)).toFixed(1)}×`,
  ];
}

/** Processor time of one of many. */
async function microseconds(ask: () => Promise<unknown>, database: string | null): Promise<number> {
  const used = startProcessorTime(database);
  for (let time = 0; time < times; time++) await ask();
  return (used() * 1000) / times;
}
