import { type Bulkhead, createBulkhead } from '../../bulkhead.ts';
import { BusyError, UnavailableError } from '../../errors.ts';
import type { Database } from '../sql/database.ts';

/** How many callers of this process may wait to change one unit; further ones are refused. */
const maxWaiting = 256;

export interface UnitQueue {
  readonly enter: Database['unitQueue'];
  /** Resolves when those who are in it now, at work or waiting, have left. */
  settled(): Promise<void>;
}

interface Queue {
  readonly enter: Bulkhead;
  callers: number;
}

/**
 * Those who change one unit queue in this process, before they take a session: in the database each would hold one while it waits for the row, and
 * leave none to others. Of the `sessions` that write, a unit has at most half, and never more than two: while one commits, the next waits for the row
 * already. `waitMs` is how long a caller waits at most, 0 for ever.
 */
export function createUnitQueue(sessions: number, waitMs: number): UnitQueue {
  const concurrent = Math.min(2, Math.max(1, Math.floor(sessions / 2)));
  // a queue is there while it has callers
  const queues = new Map<string, Queue>();
  const inside = new Set<Promise<unknown>>();
  const run: UnitQueue['enter'] = async (unitId, work, signal) => {
    const queue = queues.get(unitId) ?? { enter: createQueue(concurrent), callers: 0 };
    queues.set(unitId, queue);
    queue.callers++;
    const deadline = new AbortController();
    const late = () => deadline.abort(new UnavailableError(new Error(`others changed ${unitId} for ${waitMs} ms`)));
    const timer = queue.callers > concurrent && waitMs > 0 ? setTimeout(late, waitMs) : undefined;
    const begin = () => {
      clearTimeout(timer);
      return work();
    };
    try {
      return await queue.enter(begin, signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal);
    } finally {
      clearTimeout(timer);
      if (--queue.callers === 0) queues.delete(unitId);
    }
  };
  return {
    enter(unitId, work, signal) {
      const left = run(unitId, work, signal);
      inside.add(left);
      const leave = () => inside.delete(left);
      left.then(leave, leave);
      return left;
    },
    async settled() {
      await Promise.allSettled(inside);
    },
  };
}

const createQueue = (concurrent: number) =>
  createBulkhead({
    concurrent,
    queued: maxWaiting,
    full: () => new BusyError('Too many change this unit at once. Try again later.'),
  });
