import { createLogListeners, type LogChanges, watchTogether } from '../sql/log/log-changes.ts';
import type { Handle } from './connection.ts';

/** How often a file is looked at for commits of other processes, while anybody watches: a read of shared memory. */
const lookEveryMs = 200;

/** Tells of commits: of this process at once, of others by the file's data version. `reader` is null where there can be no others. */
export function followFile(reader: Handle | null): LogChanges {
  const listeners = createLogListeners();
  let stop = () => {};

  /** By a connection that never writes, so that every commit is another connection's. */
  function look(handle: Handle): () => void {
    let version = handle.pragma('data_version', { simple: true });
    const timer = setInterval(() => {
      const now = handle.pragma('data_version', { simple: true });
      if (now === version) return;
      version = now;
      listeners.call();
    }, lookEveryMs).unref();
    stop = () => clearInterval(timer);
    return stop;
  }

  return {
    announce: () => listeners.call(),
    watch: watchTogether(listeners, () => (reader ? look(reader) : () => {})),
    async close() {
      stop();
    },
  };
}
