import { setTimeout as delay } from 'node:timers/promises';
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
  for (let until = deadline; ; await delay(1 + Math.random() * 20)) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = translateError(thrown);
      const expired = Date.now() > until;
      if (!isBusy(error) || (expired && !lockWait.onWaiting)) throw error;
      lockWait.signal?.throwIfAborted();
      if (!expired) continue;
      lockWait.onWaiting?.();
      until = deadlineOf(lockWait);
    }
  }
}

/** The deadline of a wait that begins now. */
export const deadlineOf = ({ timeoutMs = lockWaitMs }: LockWait) => Date.now() + timeoutMs;
