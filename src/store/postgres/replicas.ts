import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError, UnusableDatabaseError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import type { ReplicaState, ServerNotice } from '../store.ts';
import { isSilence } from './driver-errors.ts';
import { type ReadServerState, type ServerState, serverStateReader, whyNoReplica } from './server-state.ts';

/** A server of `CQ_DATABASE_REPLICA_URLS`. */
export interface ReplicaServer {
  /** For messages, without secrets. */
  readonly label: string;
  /** For checks, over a connection of their own that fails soon. */
  readonly checks: Client;
  /** Closes all connections to it, which fails what runs on them: new ones may lead to another server. */
  drop(): void;
}

/** Read replicas: whether each is one, and its replication lag. */
export interface Replicas<Server extends ReplicaServer> {
  /** One of those that the last check found to be a standby of the primary and at most `maxLagMs` behind; null if none is. */
  pick(): Server | null;
  /** All of them, as the last checks found them. */
  states(): ReplicaState[];
  /** Throws an `UnavailableError` unless this connection to a replica leads to a standby of the primary that is recent enough. */
  requireRecent(connection: Client): Promise<void>;
  /** Leaves a replica out until a later check finds it right. */
  markUnavailable(replica: Server): void;
  close(): void;
}

/** Replicas that lag more than this are not read from. */
export const maxLagMs = 5000;
/** How often they are checked; those that are left out less and less often, up to the second figure. */
const [checkEveryMs, recheckEveryMs] = [500, 5000];

/** How long positions of the primary are remembered: longer than a replica may lag, to tell one that lags from one that is new. */
const rememberedMs = maxLagMs + 2000;

/** A position in the primary's write-ahead log, and when the primary had reached it, by a clock that never jumps. */
interface WalPosition {
  readonly lsn: bigint;
  readonly at: number;
}

interface Checked {
  /** The replica has everything that the primary had written then. */
  freshAt: number;
  /** Why it is left out; null while it is read from. */
  problem: string | null;
  failures: number;
  nextAt: number;
  running: boolean;
}

/**
 * Checks `replicas` against the primary from now on, and says in `notify` when one is left out and when it is read from again. A
 * replica is compared with positions that the primary had reached before, so that an idle primary does not make it look stale.
 */
export function trackReplicas<Server extends ReplicaServer>(
  primary: Client,
  replicas: readonly Server[],
  notify: (notice: ServerNotice) => void,
): Replicas<Server> {
  const readers = new WeakMap<Client, ReadServerState>();
  const read = (db: Client) => {
    const reader = readers.get(db) ?? serverStateReader();
    readers.set(db, reader);
    return reader(db);
  };
  const checked = new Map(replicas.map((replica) => [replica, newlyAdded()]));
  let source: ServerState | null = null;
  /** Of the last seconds, the oldest first. */
  let positions: readonly WalPosition[] = [];

  async function measurePrimary() {
    const at = performance.now();
    const state = await read(primary);
    source = state;
    // after a failover the new primary may not have come as far: what the old one had written does not count
    const kept = positions.filter((position) => at - position.at <= rememberedMs && position.lsn <= state.lsn);
    positions = state.standby ? [] : [...kept, { lsn: state.lsn, at }];
  }

  /** Since when the primary has been ahead of this state. */
  const freshnessOf = ({ lsn }: ServerState) => positions.findLast((position) => position.lsn <= lsn)?.at ?? -Infinity;

  /** The reason not to read from a server in this state; null if there is none. */
  function problemOf(state: ServerState): string | null {
    if (!source) return notKnownYet;
    const problem = whyNoReplica(state, source);
    if (problem !== null || isRecent(freshnessOf(state))) return problem;
    return isRecent(positions[0]?.at ?? performance.now()) ? notKnownYet : tooFarBehind;
  }

  async function check(replica: Server, known: Checked) {
    known.running = true;
    try {
      const state = await read(replica.checks);
      // a primary that does not answer says nothing about the replica
      if (!source || !isRecent(positions.at(-1)?.at ?? -Infinity)) return;
      const problem = problemOf(state);
      if (problem === notKnownYet) return;
      known.freshAt = problem === null ? freshnessOf(state) : -Infinity;
      if (problem !== null && problem !== tooFarBehind) replica.drop();
      settle(replica, known, problem);
    } catch (error) {
      known.freshAt = -Infinity;
      // what reads from it now would wait for as long as a statement may take
      if (isSilence(error)) replica.drop();
      settle(replica, known, unreachable(error));
    } finally {
      known.running = false;
    }
  }

  function settle(replica: Server, known: Checked, problem: string | null) {
    known.failures = problem === null ? 0 : known.failures + 1;
    known.nextAt = performance.now() + (problem === null ? 0 : pauseAfter(known.failures));
    if (kindOf(problem) === kindOf(known.problem)) return;
    known.problem = problem;
    notify(
      problem === null
        ? { level: 'info', message: `replica ${replica.label} is read from again` }
        : { level: 'warn', message: `replica ${replica.label} is left out: ${problem}` },
    );
  }

  let isMeasuring = false;
  function tick() {
    const due = [...checked].filter(([, { running, nextAt }]) => !running && nextAt <= performance.now());
    const checkDue = () => {
      for (const [replica, known] of due) if (!known.running) void check(replica, known);
    };
    if (isMeasuring) return;
    isMeasuring = true;
    measurePrimary()
      .catch(() => {})
      .finally(() => {
        isMeasuring = false;
        checkDue();
      });
  }

  let timer: NodeJS.Timeout | undefined;
  // at moments of its own, so that processes that were started together do not check together
  const schedule = () => {
    timer = setTimeout(
      () => {
        tick();
        schedule();
      },
      checkEveryMs * (0.8 + 0.4 * Math.random()),
    ).unref();
  };
  if (replicas.length > 0) {
    tick();
    schedule();
  }

  return {
    pick() {
      const usable = replicas.filter((replica) => isRecent(checked.get(replica)?.freshAt ?? -Infinity));
      return usable[Math.floor(Math.random() * usable.length)] ?? null;
    },
    states: () =>
      [...checked].map(([{ label: name }, { freshAt, problem }]) =>
        isRecent(freshAt)
          ? { name, problem: null, lagMs: Math.round(performance.now() - freshAt) }
          : { name, problem: problem ?? notKnownYet, lagMs: null },
      ),
    async requireRecent(connection) {
      const problem = problemOf(await read(connection));
      if (problem !== null) throw new UnavailableError(new Error(problem));
    },
    markUnavailable(replica) {
      const known = checked.get(replica);
      if (known) known.freshAt = -Infinity;
    },
    close: () => clearTimeout(timer),
  };
}

/**
 * Checks one replica once. Throws `UnusableDatabaseError` where it is none of this primary, and `UnavailableError` where it lags too
 * much to be read from.
 */
export async function requireRecentReplica(primary: Client, replica: Client): Promise<void> {
  const source = await serverStateReader()(primary);
  const read = serverStateReader();
  for (const begun = performance.now(); ; await delay(checkEveryMs)) {
    const state = await read(replica).catch((error) => {
      if (isUndefinedTable(error)) throw new UnusableDatabaseError(`is no replica of the primary: ${notOurs}.`, error);
      throw error;
    });
    const problem = whyNoReplica(state, source);
    if (problem !== null) throw new UnusableDatabaseError(`is no replica of the primary: ${problem}.`);
    if (state.lsn >= source.lsn) return;
    if (performance.now() - begun > maxLagMs) throw new UnavailableError(new Error(tooFarBehind));
  }
}

const newlyAdded = (): Checked => ({ freshAt: -Infinity, problem: null, failures: 0, nextAt: 0, running: false });

const isRecent = (at: number) => performance.now() - at <= maxLagMs;

const pauseAfter = (failures: number) =>
  Math.min(recheckEveryMs, checkEveryMs * 2 ** Math.min(failures, 10)) * (0.8 + 0.4 * Math.random());

const notKnownYet = 'it is not known yet how far it is';
const tooFarBehind = `it has not replayed what the primary had written ${maxLagMs / 1000} s ago`;

const notOurs = 'it holds no database of a cq server';
const isUndefinedTable = (error: unknown) => (error as { code?: unknown } | null)?.code === '42P01';
const unreachablePrefix = 'it cannot be read from';

function unreachable(error: unknown): string {
  if (isUndefinedTable(error)) return notOurs;
  const cause = error instanceof UnavailableError ? error.cause : error;
  return `${unreachablePrefix} (${(cause instanceof Error && cause.message) || 'no connection'})`;
}

/** Reasons that are one fault for the log: each attempt may fail in another way. */
const kindOf = (problem: string | null) => (problem?.startsWith(unreachablePrefix) ? unreachablePrefix : problem);
