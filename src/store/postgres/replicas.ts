import { sql } from 'kysely';
import type { Queries } from '../sql/database.ts';

/** Read replicas, and how far each has come. */
export interface Replicas {
  /** Whether there are none at all. */
  readonly none: boolean;
  /** A replica that holds everything the primary had `maxLagMs` ago; null when the one whose turn it is does not. */
  pick(): Queries | null;
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
export function followReplicas(primary: Queries, copies: readonly Queries[], draw: () => Queries): Replicas {
  const freshAt = new Map<Queries, number>();
  const waiting = new Map<Queries, Mark>();
  let running = false;

  async function look() {
    if (running) return;
    running = true;
    const mark = await place(primary).catch(() => null);
    await Promise.all(
      copies.map(async (copy) => {
        const target = waiting.get(copy) ?? mark;
        if (!target) return;
        waiting.set(copy, target);
        if (!(await hasReplayed(copy, target).catch(() => false))) return;
        freshAt.set(copy, target.at);
        waiting.delete(copy);
      }),
    );
    running = false;
  }

  const timer = copies.length > 0 ? setInterval(() => void look(), tickMs).unref() : undefined;
  if (timer) void look();

  return {
    none: copies.length === 0,
    pick() {
      const copy = draw();
      return Date.now() - (freshAt.get(copy) ?? 0) <= maxLagMs ? copy : null;
    },
    close: () => clearInterval(timer),
  };
}

async function place(primary: Queries): Promise<Mark> {
  const at = Date.now();
  const { rows } = await sql<{ lsn: string }>`select pg_current_wal_lsn()::text as lsn`.execute(primary);
  return { lsn: rows[0]?.lsn ?? '0/0', at };
}

async function hasReplayed(copy: Queries, { lsn }: Mark): Promise<boolean> {
  const { rows } = await sql<{ replayed: boolean }>`
    select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= ${lsn}::pg_lsn as replayed`.execute(copy);
  return rows[0]?.replayed === true;
}
