import { describe, expect } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { openPool } from '../../src/store/postgres/connection.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { apiKeysConformance } from './conformance/api-keys.ts';
import { eventsConformance } from './conformance/events.ts';
import { evidenceConformance } from './conformance/evidence.ts';
import type { StoreTest } from './conformance/fixture.ts';
import { idempotencyConformance } from './conformance/idempotency.ts';
import { listingConformance } from './conformance/listing.ts';
import { statsConformance } from './conformance/stats.ts';
import { unitsConformance } from './conformance/units.ts';
import { postgresTest } from './postgres-fixture.ts';

/** What an administrator may have set for a database, or for a role in it, and what would change our answers. */
const settings = {
  database: {
    timezone: 'Asia/Kolkata',
    datestyle: 'German, DMY',
    extra_float_digits: '0',
    default_transaction_isolation: 'serializable',
  },
  role: { timezone: 'America/St_Johns', datestyle: 'SQL, DMY', intervalstyle: 'sql_standard' },
};

/** Migrated under these settings too. */
async function createUnusual() {
  const database = await createDatabase({ empty: true });
  const name = new URL(database.url).pathname.slice(1);
  for (const [whose, changes] of Object.entries(settings))
    for (const [setting, value] of Object.entries(changes)) {
      const target = whose === 'role' ? `role current_user in database ${name}` : `database ${name}`;
      await database.query(`alter ${target} set ${setting} = '${value}'`);
    }
  await (await openStore(configOf(database.url), { migrate: true })).close();
  return database;
}

const it = postgresTest(createUnusual);

describe('a PostgreSQL database with settings of its own', () => {
  const shared = it as unknown as StoreTest;
  // keyset pages, days, expiry, instants and doubles, and many at once
  listingConformance(shared);
  statsConformance(shared);
  apiKeysConformance(shared);
  idempotencyConformance(shared);
  eventsConformance(shared);
  unitsConformance(shared);
  evidenceConformance(shared);

  it('has them', async ({ database }) => {
    const [shown] = await database.query(`select current_setting('timezone') as timezone,
      current_setting('datestyle') as datestyle, current_setting('extra_float_digits') as digits`);
    expect(shown).toEqual({ timezone: 'America/St_Johns', datestyle: 'SQL, DMY', digits: '0' });
  });

  it('has none of them in sessions of ours', async ({ database }) => {
    const config = configOf(database.url, {
      statementTimeoutMs: 1234,
      lockTimeoutMs: 987,
      idleTransactionTimeoutMs: 2345,
    });
    const pool = openPool(config.primary, config);
    const ours = {
      TimeZone: 'UTC',
      DateStyle: 'ISO, MDY',
      extra_float_digits: '1',
      default_transaction_isolation: 'read committed',
      jit: 'off',
      application_name: 'cq-server',
      statement_timeout: '1234ms',
      lock_timeout: '987ms',
      idle_in_transaction_session_timeout: '2345ms',
      'hnsw.ef_search': '125',
      'hnsw.iterative_scan': 'relaxed_order',
      'hnsw.max_scan_tuples': '5000',
    };
    const { rows } = await pool.query('select name, current_setting(name) as value from unnest($1::text[]) name', [
      Object.keys(ours),
    ]);
    await pool.end();
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual(ours);
  });
});
