import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { askingForPostgres } from './test/asking-for-postgres.ts';
import { leftOutFiles } from './test/hosting.ts';

const shared = {
  // the copy that Node itself loads: Vite would pick graphql's development build, and two copies do not mix
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
};
const test = {
  // ends what hangs, and nothing else: how long a case takes says how busy the machine is
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 600_000 } },
  // no case of a file may depend on those before it; the seed is printed, and --sequence.seed takes it
  sequence: { shuffle: { tests: true } },
  // files share the modules that they load, which takes as long as most files do
  isolate: false,
  restoreMocks: true,
};

// for the threads of searches, which many tests start: else each strips the types of its sources anew
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '.cache/node');

const everything = 'test/**/*.test.ts';
const leftOut = (mode: string) => leftOutFiles(mode === 'campaign');

/**
 * `CQ_TEST_ONLY=postgres` leaves out what asks for no PostgreSQL, what is in `notAgain`, and of what is in `onBoth` all but `onBothAgain`: for a
 * second run, with another server, of what has run before.
 */
const again = process.env.CQ_TEST_ONLY === 'postgres';
const files = globSync(everything, { cwd: import.meta.dirname });
const included = again ? askingForPostgres(import.meta.dirname, files) : [everything];

/** What asks for PostgreSQL, and does not depend on which one that is. */
const notAgain = [
  'test/bench/*.test.ts',
  'test/cli/{check-config,commands,data,doctor-sqlite,output}.test.ts',
  'test/connect/*.test.ts',
  'test/domain/known-callers.test.ts',
  'test/graphql/{hostile,sign-in-limit}.test.ts',
  'test/web/pages/live.test.ts',
];

/** Files that put another module in the place of one, which nobody else is to see. */
const mocking = files.filter((file) =>
  /\bvi\.(mock|doMock|resetModules|stubGlobal|stubEnv)\(/.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')),
);

/** What is tested through a server, and depends on what the server's store does. */
const onBoth = [
  'test/live/{connections,subscriptions}.test.ts',
  'test/rules/*.test.ts',
  'test/rest/{account,fuzz,http,knowledge,review,samples}.test.ts',
  'test/mcp/{fuzz,repeats,tools}.test.ts',
  'test/graphql/{account-races,answer-size,bad-input,credentials,cursors,extensions,fuzz,hostile}.test.ts',
  'test/web/{session,pages/live}.test.ts',
  'test/graphql/{operations,races,roles,sign-in,sign-in-limit,token-claims,unstorable}.test.ts',
  'test/webhooks/servers.test.ts',
  'test/observations/{doors,slow-operations}.test.ts',
  'test/tracing/doors.test.ts',
  'test/metrics/server.test.ts',
];

/** In the campaign only: what a page does depends on the API, which is tested on both, and a browser takes long. */
const onBothInCampaign = ['test/web/pages/*.test.ts'];

/** Of `onBoth`, what a second run repeats: where versions of PostgreSQL and its extensions may differ, in SQL, locks and notifications. */
const onBothAgain = [
  'test/live/{connections,subscriptions}.test.ts',
  'test/mcp/tools.test.ts',
  'test/graphql/{account-races,cursors,operations,races,unstorable}.test.ts',
  'test/webhooks/servers.test.ts',
];

function againstPostgres(mode: string): string[] {
  if (again) return onBothAgain;
  return mode === 'campaign' ? [...onBoth, ...onBothInCampaign] : onBoth;
}

/**
 * Everything runs in `sqlite`, where test servers are on SQLite, or in `sqlite-alone`, which shares no modules; what is in
 * `onBoth` once more, with them on PostgreSQL.
 */
export default defineConfig(({ mode }) => ({
  test: {
    // one more than is usual: tests wait for processes of their own half of the time
    maxWorkers: '100%',
    globalSetup: ['test/web/setup.ts', 'test/program/setup.ts', 'test/postgres/setup.ts'],
    // `npm run test:campaign`
    provide: { campaign: mode === 'campaign', leftOutFiles: leftOut(mode) },
    projects: [
      {
        ...shared,
        test: {
          ...test,
          name: 'sqlite',
          include: included,
          exclude: [...mocking, ...leftOut(mode), ...(again ? notAgain : [])],
          provide: { serversOn: 'sqlite' },
        },
      },
      {
        ...shared,
        test: {
          ...test,
          name: 'sqlite-alone',
          include: again ? askingForPostgres(import.meta.dirname, mocking) : mocking,
          isolate: true,
          provide: { serversOn: 'sqlite' },
        },
      },
      {
        ...shared,
        test: { ...test, name: 'postgres', include: againstPostgres(mode), provide: { serversOn: 'postgres' } },
      },
    ],
  },
}));
