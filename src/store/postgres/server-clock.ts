import { sql } from 'kysely';
import type { Client } from '../sql/queries.ts';

/** How often the server's clock is read again. */
const measureEveryMs = 10_000;
/** A clock that is found further back than this was set; one that is less so waits, so that it never goes back. */
const setBackMs = 1000;

/** A reading of the server's clock, with the monotonic time of this process before and after it, in milliseconds. */
export interface Reading {
  readonly before: number;
  readonly server: number;
  readonly after: number;
}

/**
 * The offset of the server's clock from the monotonic one, after a reading. The reading was made somewhere between `before` and
 * `after`: an offset within those bounds stays as it is, so that a slow answer moves no clock (Marzullo, "Maintaining the time in
 * a distributed system", 1984). Null as the offset before is that nothing is known yet.
 */
export function adjustOffset(offset: number | null, { before, server, after }: Reading): number {
  const [earliest, latest] = [server - after, server - before];
  return offset === null ? (earliest + latest) / 2 : Math.min(latest, Math.max(earliest, offset));
}

/** The clock of the database server, as this process knows it: the one clock of all processes on the database. */
export interface ServerClock {
  /** Within half a round trip of the server's time. Goes back only when the server's clock was set back. */
  now(): Date;
  close(): void;
}

/**
 * Reads the clock of the server now and every ten seconds. Between readings time passes by the monotonic clock: what the clock of
 * this machine shows does not count. While the server cannot be reached, time goes on.
 */
export async function followServerClock(db: Client, monotonic = () => performance.now()): Promise<ServerClock> {
  let offset: number | null = null;
  let latest = Number.NEGATIVE_INFINITY;

  async function measure() {
    const before = monotonic();
    const { rows } = await sql<{ now: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(db);
    const adjusted = adjustOffset(offset, { before, server: Number(rows[0]?.now), after: monotonic() });
    if (offset !== null && offset - adjusted > setBackMs) latest = Number.NEGATIVE_INFINITY;
    offset = adjusted;
  }

  await measure();
  // the first statement of a connection takes longest
  await measure();
  let measuring = false;
  const timer = setInterval(async () => {
    if (measuring) return;
    measuring = true;
    try {
      await measure();
    } catch {
      // the server is away: time goes on as it was
    } finally {
      measuring = false;
    }
  }, measureEveryMs).unref();

  return {
    now() {
      latest = Math.max(latest, Math.floor(monotonic() + (offset as number)));
      return new Date(latest);
    },
    close: () => clearInterval(timer),
  };
}
