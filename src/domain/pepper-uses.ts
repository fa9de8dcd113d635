import type { Store } from '../store/store.ts';
import { fingerprintOf, peppersOf, type Secrets } from './secrets.ts';

/** How many active keys hang on a pepper. */
export interface PepperUse {
  /** `unknown`: of keys that were made by an earlier release and not used since. `foreign`: of a pepper that is not configured. */
  readonly pepper: 'current' | 'previous' | 'unknown' | 'foreign';
  /** `-` where it is unknown. */
  readonly fingerprint: string;
  readonly keys: number;
}

/** The uses of each configured pepper, the current one first, then of others that have some. */
export async function pepperUses(store: Store, secrets: Secrets, now = store.now()): Promise<PepperUse[]> {
  const counts = new Map(await store.apiKeys.countByPepper(now));
  const take = (fingerprint: string | null) => {
    const keys = counts.get(fingerprint) ?? 0;
    counts.delete(fingerprint);
    return keys;
  };
  const configured = [...new Set(peppersOf(secrets).map(fingerprintOf))].map(
    (fingerprint, index): PepperUse => ({
      pepper: index === 0 ? 'current' : 'previous',
      fingerprint,
      keys: take(fingerprint),
    }),
  );
  const unknown = take(null);
  return [
    ...configured,
    ...(unknown > 0 ? [{ pepper: 'unknown' as const, fingerprint: '-', keys: unknown }] : []),
    ...[...counts].map(
      ([fingerprint, keys]): PepperUse => ({ pepper: 'foreign', fingerprint: fingerprint ?? '-', keys }),
    ),
  ];
}
