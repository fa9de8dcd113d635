import { setTimeout as delay } from 'node:timers/promises';
import { type LockWaitObservation, lockWaits } from '../../observations/lock-wait.ts';
import { lockWaitMs } from './connection.ts';
import { isBusy, translateError } from './driver-errors.ts';

/** How long to wait for other processes' locks; a writer's wait for its turn in this process counts too. */
export interface LockWait {
  /** The deadline, counted from when the writer asked; `lockWaitMs` by default. */
  readonly timeoutMs?: number;
  /** While set, there is no deadline, and this is called each `timeoutMs` that another process holds the lock. */
  onWaiting?: () => void;
  /** While set, ends a wait with its reason when it is aborted. */
  signal?: AbortSignal;
}

/**
 * Calls `attempt` again, with pauses, while SQLite reports that another connection holds a lock, until `deadline` (Unix ms).
 * Answers what it answers, and throws translated errors. SQLite's own busy timeout would put the thread to sleep and block all
 * requests of this process.
 */
export async function retryWhileBusy<T>(
  deadline: number,
  lockWait: LockWait,
  attempt: () => T | Promise<T>,
): Promise<T> {
  let since: number | null = null;
  for (let until = deadline; ; await delay(1 + Math.random() * 20)) {
    try {
      const result = await attempt();
      if (since !== null) tellOfWait('lock', since, false);
      return result;
    } catch (thrown) {
      const error = translateError(thrown);
      const expired = Date.now() > until;
      const isOver = !isBusy(error) || (expired && !lockWait.onWaiting);
      if (isOver && since !== null) tellOfWait('lock', since, isBusy(error));
      if (isOver) throw error;
      since ??= performance.now();
      lockWait.signal?.throwIfAborted();
      if (!expired) continue;
      lockWait.onWaiting?.();
      until = deadlineOf(lockWait);
    }
  }
}

/** Tells of a wait that began at `since` (by `performance.now()`) and is over. */
export function tellOfWait(what: LockWaitObservation['for'], since: number, isTimedOut: boolean): void {
  if (!lockWaits.hasSubscribers) return;
  const wait: LockWaitObservation = { for: what, ms: performance.now() - since, isTimedOut };
  lockWaits.publish(wait);
}

/** The deadline of a wait that begins now. */
export const deadlineOf = ({ timeoutMs = lockWaitMs }: LockWait) => Date.now() + timeoutMs;
