import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Schema } from '../../../migrations/step.ts';
import type { PostgresConfig } from '../../config/database.ts';
import { openPool } from './connection.ts';
import { postgresDialect } from './dialect.ts';

/** The key of the advisory lock that is held while a schema is migrated or an adoption undone: `cq_m` in ASCII. */
export const migrationLock = 0x63715f6d;

/** Waits for the migration lock, which is held until the transaction ends. Ends the statement timeout of the transaction. */
export async function takeMigrationLock(tx: Schema): Promise<void> {
  await postgresDialect.disableStatementTimeout(tx);
  await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(tx);
}

/** How often to send a cancel request: one that arrives between two statements has no effect. */
const cancelEveryMs = 100;

/** Cancels a session by its id and start: with several hosts this may be another server, where the id is somebody else's. */
const cancelStatement = `
  select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and backend_start = $2::timestamptz`;

/**
 * Runs `work`; when `signal` is aborted, cancels its running statement, which may wait for a lock, or run, for minutes. Where the
 * server cannot be reached for that, calls `drop`, which closes the connection of `tx`.
 */
export async function cancelOnAbort<T>(
  tx: Schema,
  config: PostgresConfig,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  drop: () => void,
): Promise<T> {
  signal?.throwIfAborted();
  if (!signal) return work();
  const { rows } = await sql<{ pid: number; start: string }>`
    select pid, backend_start::text as start from pg_stat_activity where pid = pg_backend_pid()`.execute(tx);
  const session = [rows[0]?.pid, rows[0]?.start];
  // it may have been aborted meanwhile, and a listener hears of later aborts only
  signal.throwIfAborted();
  const ended = new AbortController();
  let cancelling: Promise<void> | undefined;
  const cancel = async () => {
    // a connection of its own: the pool may have no other
    const pool = openPool(config.primary, { ...config, poolSize: 1 });
    try {
      for (; !ended.signal.aborted; await delay(cancelEveryMs)) await pool.query(cancelStatement, session);
    } catch {
      drop();
    } finally {
      await pool.end();
    }
  };
  const begin = () => {
    cancelling = cancel();
  };
  signal.addEventListener('abort', begin, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
    signal.removeEventListener('abort', begin);
    // wait for the last cancel request, so that it cannot hit the connection's next statement
    await cancelling;
  }
}
