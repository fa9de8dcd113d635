import { sql } from 'kysely';
import type { Client } from '../sql/queries.ts';

/** Read replicas and their replication lag. */
export interface Replicas {
  /** A randomly picked replica; null if that one lags more than `maxLagMs` or is unreachable. */
  pick(): Client | null;
  /** Marks a replica as unreachable: it is not picked until a later check finds it fresh. */
  markUnavailable(replica: Client): void;
  close(): void;
}

/** Replicas that lag more than this are not read from. */
export const maxLagMs = 5000;
/** How often the lag is measured. */
const checkEveryMs = 500;

/** A position in the primary's write-ahead log, and when the primary had reached it. */
interface WalPosition {
  readonly lsn: string;
  readonly at: number;
}

/**
 * Measures the replication lag of `replicas`. `pickRandom` picks one of them. A replica is compared with the WAL position that
 * the primary had reached a moment before, so that an idle primary does not make it look stale.
 */
export function trackReplicas(primary: Client, replicas: readonly Client[], pickRandom: () => Client): Replicas {
  const freshAt = new Map<Client, number>();
  const pending = new Map<Client, WalPosition>();
  // servers with a running check: each is checked independently, so that one that hangs does not delay the others
  const checking = new Set<Client>();

  async function unlessRunning(server: Client, check: () => Promise<void>) {
    if (checking.has(server)) return;
    checking.add(server);
    try {
      await check();
    } catch {
      freshAt.delete(server);
    } finally {
      checking.delete(server);
    }
  }

  async function checkAll() {
    const position = await currentPosition(primary);
    for (const replica of replicas)
      void unlessRunning(replica, () => compare(replica, pending.get(replica) ?? position));
  }

  async function compare(replica: Client, position: WalPosition) {
    pending.set(replica, position);
    if (!(await hasReplayed(replica, position))) return;
    freshAt.set(replica, position.at);
    pending.delete(replica);
  }

  const tick = () => void unlessRunning(primary, checkAll);
  const timer = replicas.length > 0 ? setInterval(tick, checkEveryMs).unref() : undefined;
  if (timer) tick();

  return {
    pick() {
      if (replicas.length === 0) return null;
      const replica = pickRandom();
      return Date.now() - (freshAt.get(replica) ?? 0) <= maxLagMs ? replica : null;
    },
    markUnavailable: (replica) => freshAt.delete(replica),
    close: () => clearInterval(timer),
  };
}

async function currentPosition(primary: Client): Promise<WalPosition> {
  const at = Date.now();
  const { rows } = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(primary);
  return { lsn: rows[0]?.lsn ?? '0/0', at };
}

async function hasReplayed(replica: Client, { lsn }: WalPosition): Promise<boolean> {
  const { rows } = await sql<{ replayed: boolean }>`
    select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= ${lsn}::pg_lsn as replayed`.execute(replica);
  return rows[0]?.replayed === true;
}
