import { channel } from 'node:diagnostics_channel';

/** A writer of a SQLite file that had to wait. */
export interface LockWaitObservation {
  /** For its turn among the writers of this process, or for the lock that another process holds. */
  readonly for: 'turn' | 'lock';
  /** In milliseconds. */
  readonly ms: number;
  /** Whether it gave up. */
  readonly isTimedOut: boolean;
}

/** `cq:lock-wait`: a `LockWaitObservation` for each, when it is over. */
export const lockWaits = channel('cq:lock-wait');
