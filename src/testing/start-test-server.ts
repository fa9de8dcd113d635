import { randomBytes } from 'node:crypto';
import { isDate } from 'node:util/types';
import { createLogTo } from '../log.ts';
import { type Server, serve } from '../main.ts';
// not by way of store/open.ts, which would load it when the first server starts: there is no other database here
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { configOf, type Options, problems, readOptions } from './options.ts';
import { testPasswords } from './passwords.ts';
import { addPeople } from './people.ts';
import { emptyDatabase } from './template.ts';
import type { StartTestServer, TestServer, TestServerOptions, TestUser } from './types.ts';
import { addUnits } from './units.ts';

export type { Person, StandardUsers, TestServer, TestServerOptions, TestUnit, TestUser } from './types.ts';

/** Starts a server for tests; see `types.ts`. */
export const startTestServer = (async (given?: TestServerOptions<Record<string, TestUser>>) => {
  const options = readOptions(given);
  const start = starter(options);
  const first = await start(await emptyDatabase(), options.port);
  let image: Uint8Array;
  let people: Awaited<ReturnType<typeof addPeople>>;
  let unitIds: string[];
  try {
    people = await addPeople(first.store, first.secrets, options.users);
    unitIds = await addUnits(first.store, options.units, people);
    image = SqliteStore.imageOf(first.store);
  } catch (error) {
    await first.stop();
    throw error;
  }
  const { url } = first;
  let server: Server | null = first;
  const port = Number(new URL(url).port);
  // one after the other: each takes the port that the one before has left
  let last: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= last.then(() => server?.stop());
    return stopped;
  };
  return {
    url,
    database: 'SQLite in memory',
    users: Object.fromEntries([...people].map(([name, { user: _, ...person }]) => [name, person])),
    unitIds,
    reset() {
      if (stopped) return Promise.reject(new Error('startTestServer: reset() of a server that was stopped'));
      const done = last.then(async () => {
        const before = server;
        server = null;
        await before?.stop();
        server = await start(image, port);
      });
      // one that fails is told to its caller
      last = done.catch(() => {});
      return done;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  } satisfies TestServer<string>;
}) as StartTestServer;

/** Starts servers with the same secrets, so that tokens and keys of one are valid at the next. */
function starter(options: Options) {
  const secret = () => randomBytes(32).toString('base64url');
  const secrets = { CQ_JWT_SECRET: secret(), CQ_API_KEY_PEPPER: secret() };
  const { log } = options;
  const clock = options.clock && checkedClock(options.clock);
  return (image: Uint8Array, port: number): Promise<Server> => {
    const config = configOf({ ...options, port }, secrets);
    return serve(config, createLogTo(log ? config.logLevel : 'silent', log ?? (() => {})), {
      passwords: testPasswords,
      mcpOnDemand: true,
      open: (_database, { migrate: _, ...opening }) =>
        SqliteStore.openInMemory({ image, ...(clock && { now: clock }) }, opening),
    });
  };
}

/** A clock that answers what is no time would fail somewhere in the server. */
function checkedClock(clock: () => Date): () => Date {
  return () => {
    const at: unknown = clock();
    if (!isDate(at) || Number.isNaN(at.getTime()))
      throw problems([`clock must answer a Date that is valid, got ${String(at)}.`]);
    return at;
  };
}
