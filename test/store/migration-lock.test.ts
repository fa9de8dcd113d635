import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../migrations/step.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { cancelOnAbort, migrationLock, takeMigrationLock } from '../../src/store/postgres/migration-lock.ts';
import type { Store } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { engines, type StartDatabase } from '../processes/start-databases.ts';

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

describe('a migration of a database that is in use', () => {
  /** A database that is behind, with sessions in it; `migrate` begins to migrate it, until it waits for one of them. */
  async function behind() {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await (engines.PostgreSQL as () => Promise<StartDatabase>)());
    await database.migrateTo('0021-bounded-searches');
    const url = database.environment.CQ_DATABASE_URL as string;
    let migrating: Promise<Store> | undefined;
    // after the sessions, which it waits for
    resources.defer(async () => (await migrating?.catch(() => null))?.close());
    const sessions = new AsyncDisposableStack();
    resources.use(sessions);
    const session = async () => {
      const client = new pg.Client(url);
      await client.connect();
      sessions.defer(() => client.end());
      return client;
    };
    const observer = await session();
    const lasting = resources.move();
    return {
      session,
      async migrate() {
        migrating = openStore(configOf(url), { migrate: true });
        const waiting = "select from pg_locks where not granted and relation = 'knowledge_units'::regclass";
        while ((await observer.query(waiting)).rowCount === 0) await delay(20);
        return { migrated: migrating };
      },
      [Symbol.asyncDispose]: () => lasting.disposeAsync(),
    };
  }

  it('waits for who writes before it locks what they need next, and keeps nobody from searching meanwhile', async () => {
    await using database = await behind();
    const [writer, reader] = [await database.session(), await database.session()];
    // what a proposal writes, in its order
    await writer.query('begin');
    await writer.query(`
      insert into knowledge_units (id, version, status, tier, domains, summary, detail, action, languages, frameworks, pattern,
        confidence, confirmations, created_by, created_at, updated_at)
      values ('ku_1', 1, 'pending', 'private', '[]', 's', 'd', 'a', '[]', '[]', '', 0.5, 1, 'mia', now(), now())`);
    const { migrated } = await database.migrate();
    await reader.query("set lock_timeout = '30s'");
    await reader.query("select id from search_documents where words @@ 'word'::tsquery");
    await writer.query("insert into search_documents (unit_id, words, analyser) values ('ku_1', 's', 2)");
    await writer.query("insert into events (type, unit_id, actor, at) values ('proposed', 'ku_1', 'mia', now())");
    await writer.query('commit');
    await migrated;
    expect((await reader.query('select document from search_changes')).rows).toHaveLength(1);
    expect((await reader.query('select unit_id from unit_usage')).rows).toEqual([{ unit_id: 'ku_1' }]);
  });

  it('lets others go on while it waits for one that reads for long', async () => {
    await using database = await behind();
    const [dump, other] = [await database.session(), await database.session()];
    await dump.query('begin');
    await dump.query('select from knowledge_units');
    const { migrated } = await database.migrate();
    // it stands behind the migration, which gives up for it
    await other.query("set lock_timeout = '30s'");
    await other.query(`
      insert into knowledge_unit_flags (id, unit_id, reason, created_at) select 'flg_1', id, 'stale', now() from knowledge_units`);
    await dump.query('commit');
    await migrated;
  });
});
