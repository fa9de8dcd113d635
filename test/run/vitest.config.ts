import { defineConfig } from 'vitest/config';

/** For the files beside this one, of which each is run by a test: as `npm test` runs its own, with the same set-up. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/run/*.case.ts'],
    globalSetup: ['test/postgres/setup.ts'],
    // the first case starts the server
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
