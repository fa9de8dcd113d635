import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // servers, hashes and processes of their own: slower than the default allows on a small machine
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
