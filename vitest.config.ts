import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const shared = {
  // the copy that Node itself loads: Vite would pick graphql's development build, and two copies do not mix
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
};
const test = {
  // servers, hashes and processes of their own: slower than the default allows on a small machine that has other work
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** What is tested through a server, and depends on what the server's store does. */
const onBoth = [
  'test/rules/*.test.ts',
  'test/rest/{account,fuzz,http,knowledge,review,samples}.test.ts',
  'test/mcp/{fuzz,tools}.test.ts',
  'test/graphql/{account-races,answer-size,bad-input,cursors,extensions,fuzz,hostile,operations,races,roles,unstorable}.test.ts',
];

/** Everything runs in `sqlite`, where test servers are on SQLite; what is in `onBoth` once more, with them on PostgreSQL. */
export default defineConfig({
  test: {
    // one more than is usual: tests wait for processes of their own half of the time
    maxWorkers: '100%',
    globalSetup: ['test/postgres/setup.ts'],
    projects: [
      {
        ...shared,
        test: { ...test, name: 'sqlite', include: ['test/**/*.test.ts'], provide: { serversOn: 'sqlite' } },
      },
      { ...shared, test: { ...test, name: 'postgres', include: onBoth, provide: { serversOn: 'postgres' } } },
    ],
  },
});
