import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this is `npm run test:campaign`. */
    campaign: boolean;
  }
}

/** How often a test of random cases tries: `short` in `npm test`, `full` in `npm run test:campaign`. */
export const campaign = (short: number, full: number): number => (inject('campaign') ? full : short);
