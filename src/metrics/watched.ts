import type { LogPlace, Store } from '../store/store.ts';

/** The parts of a running server that metrics look at. */
export interface Watched {
  readonly store: Store;
  readonly admission: () => { readonly running: number; readonly slow: number; readonly queued: number };
  readonly limits: {
    readonly running: number;
    readonly slow: number;
    readonly queued: number;
    readonly liveConnections: number;
  };
  readonly live: {
    readonly connections: () => number;
    /** How far this process has read a log for its subscriptions; null while nobody follows it. */
    readonly places: () => Readonly<Record<'events' | 'audit_log', LogPlace | null>>;
  };
  /** Null without semantic search. */
  readonly embedding: {
    readonly circuit: () => 'closed' | 'open' | 'half-open' | null;
    readonly problem: () => string | null;
  } | null;
}
