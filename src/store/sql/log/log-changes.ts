import type { LogWatch } from '../../store.ts';

/** How one database tells that a log may have something new, here and in other processes. */
export interface LogChanges extends LogWatch {
  /** To be called after a commit that has added to a log. */
  readonly announce: () => void;
  close(): Promise<void>;
}

/** Those of this process who watch the logs. */
export interface LogListeners {
  readonly size: number;
  /** Calls all of them. */
  call(): void;
  add(listener: () => void): void;
  /** Whether it was there. */
  remove(listener: () => void): boolean;
}

export function createLogListeners(): LogListeners {
  const listeners = new Set<() => void>();
  return {
    get size() {
      return listeners.size;
    },
    call() {
      for (const listener of listeners) listener();
    },
    add: (listener) => void listeners.add(listener),
    remove: (listener) => listeners.delete(listener),
  };
}

/** Watches with a connection or a timer that is there as long as anybody watches: `start` begins it, and what it answers ends it. */
export function watchTogether(listeners: LogListeners, start: () => () => void): LogWatch['watch'] {
  let stop: (() => void) | null = null;
  return (listener) => {
    // each call is one of its own, also with the same function
    const own = () => listener();
    listeners.add(own);
    stop ??= start();
    return {
      [Symbol.dispose]() {
        if (!listeners.remove(own) || listeners.size > 0) return;
        stop?.();
        stop = null;
      },
    };
  };
}
