/** For how long a log waits for a transaction that this process has seen running. */
export const heldForMs = 5000;

/** How many transactions a place may be ahead of: each is in every cursor. The others are waited for, however long they take. */
const maxSkipped = 16;

/** Which transactions of the server are running, as far as this process has looked. */
export interface RunningTransactions {
  /** Takes note of those that are running now. */
  note(running: ReadonlySet<number>): void;
  /** Those that are not waited for, the oldest first: the ones given, and those that have run for too long. */
  skipped(already: readonly number[]): number[];
}

export function trackRunning(waitMs = heldForMs, monotonic = () => performance.now()): RunningTransactions {
  const since = new Map<number, number>();
  return {
    note(running) {
      const now = monotonic();
      for (const xid of since.keys()) if (!running.has(xid)) since.delete(xid);
      for (const xid of running) if (!since.has(xid)) since.set(xid, now);
    },
    skipped(already) {
      const now = monotonic();
      const late = [...since].filter(([, first]) => now - first >= waitMs).map(([xid]) => xid);
      const others = late.filter((xid) => !already.includes(xid)).sort((a, b) => a - b);
      return [...already, ...others].slice(0, Math.max(maxSkipped, already.length));
    },
  };
}
