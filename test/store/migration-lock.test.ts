import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../migrations/step.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { cancelOnAbort, migrationLock, takeMigrationLock } from '../../src/store/postgres/migration-lock.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';

describe('a migration that waits for the advisory lock', () => {
  /** When the signal is aborted: the caller gets its reason, however long the lock is held. */
  const moments: Record<string, (abort: () => void) => { called: () => void; begun: () => void }> = {
    'while its session is asked for': (abort) => ({ called: abort, begun: () => {} }),
    'when it has begun to wait': (abort) => ({ called: () => {}, begun: () => setImmediate(abort) }),
  };

  it.for(Object.entries(moments))('is cancelled %s', async ([, moment]) => {
    await using database = await createDatabase({ empty: true });
    const holder = new pg.Client(database.url);
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [migrationLock]);
    const config = configOf(database.url);
    const pool = openPool(config.primary, { ...config, poolSize: 1 });
    const controller = new AbortController();
    const { called, begun } = moment(() => controller.abort(new Error('stopped')));
    let dropped = false;
    const waiting = queries(pool)
      .transaction()
      .execute(async (tx) => {
        const outcome = cancelOnAbort(
          tx as Schema,
          config,
          controller.signal,
          () => {
            begun();
            return takeMigrationLock(tx as Schema);
          },
          () => {
            dropped = true;
          },
        );
        called();
        return outcome;
      });
    await expect(waiting).rejects.toThrow('stopped');
    expect(dropped).toBe(false);
    await holder.end();
    await pool.end();
  });
});
