import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this is `npm run test:campaign`. */
    campaign: boolean;
  }
}

/** How much of a long test is done: `short` in `npm test`, `full` in `npm run test:campaign`. */
export const campaign = <T>(short: T, full: T): T => (inject('campaign') ? full : short);
