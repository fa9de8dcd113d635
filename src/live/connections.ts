import { setImmediate as nextTurn } from 'node:timers/promises';
import { callerOf } from '../domain/cost-limit.ts';
import { domainsOf, scopesOf, type Viewer } from '../domain/viewer.ts';
import {
  AppError,
  BusyError,
  ForbiddenError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts';
import type { Log as Logger } from '../log.ts';
import type { AuditEntry } from '../store/store.ts';
import type { Feed } from './feed.ts';
import { listenTo } from './listening.ts';
import { pause } from './pause.ts';

/** Connections that go on: an SSE stream for each subscription, or a WebSocket with any number of operations. */
export interface LiveConnections {
  /**
   * Counts a connection in all, and of its address until it is known whose it is. `end` is called once, when the server ends it: null where
   * the server stops, else why. Throws `BusyError` where there are too many, and `RateLimitedError` where the address has.
   */
  open(address: string, end: (reason: AppError | null) => void): Opened;
  /** Ends all, since the server stops; there are no new ones. */
  endAll(): void;
  readonly count: number;
  /** Counts how often this process has heard that credentials may be void, in whichever process; it listens while credentials are looked at. */
  readonly revocations: number;
}

export interface Opened {
  /**
   * Names whose it is; once for a connection, and nothing for one that was closed meanwhile. From then on its credentials are looked at again,
   * each minute and whenever some are revoked. Throws `RateLimitedError` where the caller has too many.
   */
  identify(caller: LiveCaller): void;
  close(): void;
}

export interface LiveCaller {
  readonly viewer: Viewer;
  readonly address: string;
  /** How to look at the credentials again; null without any. */
  readonly credentials: Credentials | null;
}

export interface Credentials {
  /** Tells them from others; those with the same one are looked at once for all. */
  readonly key: string;
  /** Authenticates as a request is. Throws `AppError` where they are void, or the database cannot tell. */
  identify(): Promise<Viewer>;
}

export interface ConnectionsOptions {
  readonly most: number;
  readonly mostOfCaller: number;
  readonly audit: Feed<AuditEntry>;
  readonly logger: Logger;
  /** How often credentials are looked at again; a minute unless given. */
  readonly checkEveryMs?: number;
}

/** Credentials that are looked at in one turn of the event loop. */
const checksInTurn = 20;
/** After what is in the audit log credentials may be void that were not. */
const revoking =
  /^(password\.(changed|set)|sessions?\.ended|user\.(roleChanged|suspended|closed|erased)|apiKey\.revoked)$/;

interface Connection {
  caller: LiveCaller | null;
  readonly end: (reason: AppError | null) => void;
  /** Whose it is counted as. */
  countedAs: string;
}

export function createLiveConnections(options: ConnectionsOptions): LiveConnections {
  const { most, mostOfCaller, audit, logger, checkEveryMs = 60_000 } = options;
  const connections = new Set<Connection>();
  const counts = new Map<string, number>();
  /** Connections whose credentials are looked at again. */
  let watched = 0;
  let revocations = 0;
  let isEnding = false;
  let watching: AbortController | null = null;

  function count(key: string, change: 1 | -1) {
    const left = (counts.get(key) ?? 0) + change;
    if (left === 0) counts.delete(key);
    else counts.set(key, left);
  }

  /** Looks at the credentials of all connections again, each of them once, and ends those whose are void or may do something else. */
  async function check(): Promise<void> {
    const checked = new Map<string, Promise<Viewer | AppError | null>>();
    for (const connection of [...connections]) {
      const { caller } = connection;
      if (!caller || caller.credentials === null) continue;
      const { key } = caller.credentials;
      // requests have their turns between
      if (!checked.has(key) && checked.size % checksInTurn === checksInTurn - 1) await nextTurn();
      const found = checked.get(key) ?? viewerOf(caller.credentials);
      checked.set(key, found);
      const viewer = await found;
      if (viewer === null || !connections.has(connection)) continue;
      if (viewer instanceof AppError) connection.end(viewer);
      else if (rightsOf(viewer) !== rightsOf(caller.viewer))
        connection.end(new UnauthenticatedError('What these credentials may do has changed: connect again.'));
    }
  }

  /** Null while the database cannot tell. */
  async function viewerOf(credentials: Credentials): Promise<Viewer | AppError | null> {
    try {
      return await credentials.identify();
    } catch (error) {
      if (error instanceof UnauthenticatedError || error instanceof ForbiddenError) return error;
      if (!(error instanceof UnavailableError)) logger.error({ err: error }, 'looking at credentials again failed');
      return null;
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    let isRevoked = false;
    let wake = () => {};
    const revoked = () => {
      revocations++;
      isRevoked = true;
      wake();
    };
    const noting = listenTo(
      audit,
      (entry) => {
        if (entry === null || revoking.test(entry.action)) revoked();
      },
      signal,
    );
    while (!signal.aborted) {
      const idle = new AbortController();
      wake = () => idle.abort();
      if (!isRevoked) await pause(checkEveryMs, AbortSignal.any([signal, idle.signal]));
      isRevoked = false;
      if (!signal.aborted) await check();
    }
    await noting;
  }

  function close(connection: Connection) {
    if (!connections.delete(connection)) return;
    count(connection.countedAs, -1);
    if (!connection.caller?.credentials) return;
    watched--;
    if (watched > 0) return;
    watching?.abort();
    watching = null;
  }

  return {
    get count() {
      return connections.size;
    },

    get revocations() {
      return revocations;
    },

    open(address, end) {
      if (isEnding || connections.size >= most)
        throw new BusyError(`This server has ${most} connections that go on, and takes no more.`);
      const unnamed = `unnamed ${address}`;
      if ((counts.get(unnamed) ?? 0) >= mostOfCaller)
        throw new RateLimitedError(
          `One address may have ${mostOfCaller} connections that have not said whose they are, and has them.`,
          1,
        );
      const connection: Connection = { caller: null, end, countedAs: unnamed };
      connections.add(connection);
      count(unnamed, 1);
      return {
        identify(caller) {
          if (!connections.has(connection)) return;
          const key = callerOf(caller.viewer, caller.address);
          if ((counts.get(key) ?? 0) >= mostOfCaller)
            throw new RateLimitedError(`One caller may have ${mostOfCaller} connections that go on, and has them.`, 60);
          count(connection.countedAs, -1);
          count(key, 1);
          connection.caller = caller;
          connection.countedAs = key;
          if (caller.credentials === null) return;
          watched++;
          if (watching) return;
          watching = new AbortController();
          void watch(watching.signal);
        },
        close: () => close(connection),
      };
    },

    endAll() {
      isEnding = true;
      for (const { end } of [...connections]) end(null);
    },
  };
}

/** What a caller may do, to compare. */
const rightsOf = (viewer: Viewer): string =>
  JSON.stringify([scopesOf(viewer), viewer.kind !== 'anonymous' && viewer.user.username, domainsOf(viewer)]);
