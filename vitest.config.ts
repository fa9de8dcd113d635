import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // the copy that Node itself loads: Vite would pick graphql's development build, and two copies do not mix
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres/setup.ts'],
    // servers, hashes and processes of their own: slower than the default allows on a small machine that has other work
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
