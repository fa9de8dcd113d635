import { sql } from 'kysely';
import type { Client } from '../sql/queries.ts';

/** Read replicas, and how far each has come. */
export interface Replicas {
  /** A replica that holds everything the primary had `maxLagMs` ago; null when the one whose turn it is does not. */
  pick(): Client | null;
  /** Notes that a replica does not answer: it is not picked until it has been seen to be fresh again. */
  fails(copy: Client): void;
  close(): void;
}

/** A replica further behind than this, or away, is not read from. */
export const maxLagMs = 5000;
const tickMs = 500;

/** A place in the primary's log, and when the primary was there. */
interface Mark {
  readonly lsn: string;
  readonly at: number;
}

/**
 * Follows what the replicas have replayed. `draw` picks one of `copies` by chance. A replica is measured against what the
 * primary itself had written a moment before, so that a quiet primary does not make it look old.
 */
export function followReplicas(primary: Client, copies: readonly Client[], draw: () => Client): Replicas {
  const freshAt = new Map<Client, number>();
  const waiting = new Map<Client, Mark>();
  // each server is asked by itself, so that one that hangs holds up nobody else
  const asked = new Set<Client>();

  async function once(server: Client, ask: () => Promise<void>) {
    if (asked.has(server)) return;
    asked.add(server);
    try {
      await ask();
    } catch {
      freshAt.delete(server);
    } finally {
      asked.delete(server);
    }
  }

  async function look() {
    const mark = await place(primary);
    for (const copy of copies) void once(copy, () => compare(copy, waiting.get(copy) ?? mark));
  }

  async function compare(copy: Client, mark: Mark) {
    waiting.set(copy, mark);
    if (!(await hasReplayed(copy, mark))) return;
    freshAt.set(copy, mark.at);
    waiting.delete(copy);
  }

  const tick = () => void once(primary, look);
  const timer = copies.length > 0 ? setInterval(tick, tickMs).unref() : undefined;
  if (timer) tick();

  return {
    pick() {
      if (copies.length === 0) return null;
      const copy = draw();
      return Date.now() - (freshAt.get(copy) ?? 0) <= maxLagMs ? copy : null;
    },
    fails: (copy) => freshAt.delete(copy),
    close: () => clearInterval(timer),
  };
}

async function place(primary: Client): Promise<Mark> {
  const at = Date.now();
  const { rows } = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(primary);
  return { lsn: rows[0]?.lsn ?? '0/0', at };
}

async function hasReplayed(copy: Client, { lsn }: Mark): Promise<boolean> {
  const { rows } = await sql<{ replayed: boolean }>`
    select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= ${lsn}::pg_lsn as replayed`.execute(copy);
  return rows[0]?.replayed === true;
}
