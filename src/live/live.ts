import { type Bulkhead, createSemaphore } from '../bulkhead.ts';
import type { Log as Logger } from '../log.ts';
import type { AuditEntry, Store, UnitEvent } from '../store/store.ts';
import { createLiveConnections, type LiveConnections } from './connections.ts';
import { createFeed, type Feed } from './feed.ts';
import { createQueueWatch, type QueueWatch } from './review-queue.ts';

/** What is told as it happens, and to whom. */
export interface Live {
  readonly events: Feed<UnitEvent>;
  readonly audit: Feed<AuditEntry>;
  readonly queue: QueueWatch;
  readonly connections: LiveConnections;
  /** For looking at many entries that one is not told of: some at a time, whoever asks. */
  readonly inTurn: Bulkhead;
  /** Ends all of it. */
  stop(): Promise<void>;
}

export interface LiveOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly maxConnections: number;
  readonly maxConnectionsOfCaller: number;
}

/** Entries that are looked at at once for those who are told few of them, which may take a read of the unit each. */
const looksAtOnce = 4;

export function createLive({ store, log: logger, maxConnections, maxConnectionsOfCaller }: LiveOptions): Live {
  const { logs: watch } = store;
  const events = createFeed({ name: 'telling events', log: store.events.log, watch, logger });
  const audit = createFeed({ name: 'telling entries of the audit log', log: store.audit.log, watch, logger });
  const connections = createLiveConnections({
    most: maxConnections,
    mostOfCaller: maxConnectionsOfCaller,
    audit,
    logger,
  });
  return {
    events,
    audit,
    queue: createQueueWatch(store, events, logger),
    connections,
    inTurn: createSemaphore(looksAtOnce),
    async stop() {
      connections.endAll();
      await Promise.all([events.stop(), audit.stop()]);
    },
  };
}
