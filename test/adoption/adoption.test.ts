import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { DatabaseConfig } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { makePythonFile, makePythonPostgres } from './python-database.ts';
import { type Case, cases, keys, users } from './python-rows.ts';
import type { SqliteShape } from './python-schema.ts';
import { sqliteShapes } from './python-schema.ts';

const shapes = Object.keys(sqliteShapes) as SqliteShape[];

describe('a SQLite file of the Python server', () => {
  it.for(shapes)('of %s is taken over, every row', async (shape) => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    const given = shape === 'its first version' ? beforeReview : cases;
    makePythonFile(file, shape, given);
    await withStore(sqliteDatabase(file), async (store) => {
      await expectCases(store, given);
      await expectPeople(store, shape);
    });
  });

  it('with a log beside it is taken over with what only the log holds, and so is its copy', async () => {
    using folder = temporaryFolder();
    using copy = temporaryFolder();
    makePythonFile(folder.file('cq.db'), 'Alembic', cases, { wal: true });
    for (const name of readdirSync(folder.path)) cpSync(folder.file(name), copy.file(name));
    expect(readdirSync(copy.path)).toContain('cq.db-wal');
    await withStore(sqliteDatabase(copy.file('cq.db')), (store) => expectCases(store, cases));
    expect(rowsOf(copy.file(backupsIn(copy.path)[0] as string))).toHaveLength(cases.length);
  });

  it('is copied beside itself first, and once', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    makePythonFile(file, 'Alembic', cases);
    const before = rowsOf(file);
    for (let start = 0; start < 3; start++) await withStore(sqliteDatabase(file), async () => {});
    const backups = backupsIn(folder.path);
    expect(backups).toEqual([expect.stringMatching(/^cq\.db\.backup-\d{8}T\d{6}Z$/)]);
    expect(rowsOf(folder.file(backups[0] as string))).toEqual(before);
  });

  it('is recorded as releases before recorded it, so that what they have adopted counts as unwritten', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    makePythonFile(file, 'Alembic', cases);
    await withStore(sqliteDatabase(file), async () => {});
    const handle = new BetterSqlite(file);
    const contents = handle.prepare('select contents from cq_adoption').pluck().get() as string;
    const summaries = Object.entries(recordedColumns).map(([table, columns]) => {
      const hash = createHash('sha256');
      const rows = handle.prepare(`select ${columns.join(', ')} from ${table} order by id`).all();
      for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
      return { table, rows: rows.length, checksum: hash.digest('hex') };
    });
    handle.close();
    // which they had not
    const since = ['erased_units', 'erased_users'];
    const comparable = (JSON.parse(contents) as { table: string }[]).filter(({ table }) => !since.includes(table));
    expect(comparable).toEqual(summaries);
  });

  it('stays as it was, to the last byte, when a step fails', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    makePythonFile(file, 'Alembic', cases);
    const handle = new BetterSqlite(file);
    handle.exec('create table events (id integer)');
    handle.close();
    const before = readFileSync(file);
    for (let start = 0; start < 2; start++)
      await expect(withStore(sqliteDatabase(file), async () => {})).rejects.toThrow(/events/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(backupsIn(folder.path)).toHaveLength(1);
  });

  it('of a schema that this program does not know is refused and left as it is', async () => {
    using folder = temporaryFolder();
    const file = folder.file('cq.db');
    makePythonFile(file, 'Alembic', cases);
    const handle = new BetterSqlite(file);
    handle.exec(`update alembic_version set version_num = '0002'`);
    handle.close();
    const before = readFileSync(file);
    await expect(withStore(sqliteDatabase(file), async () => {})).rejects.toThrow(
      /newer Python cq server \(schema 0002\)/,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(backupsIn(folder.path)).toEqual([]);
  });
});

/** What the record of an adoption has been made of since there are such records. */
const recordedColumns = {
  knowledge_units: [
    ...[
      'id',
      'version',
      'status',
      'tier',
      'domains',
      'summary',
      'detail',
      'action',
      'languages',
      'frameworks',
      'pattern',
    ],
    ...['confidence', 'confirmations', 'first_observed', 'last_confirmed', 'created_by', 'superseded_by', 'extensions'],
    ...['reviewed_by', 'reviewed_at', 'review_note', 'created_at', 'updated_at'],
  ],
  knowledge_unit_flags: ['id', 'unit_id', 'reason', 'detail', 'duplicate_of', 'created_by', 'created_at'],
  events: ['id', 'type', 'unit_id', 'actor', 'at'],
  users: ['id', 'username', 'role', 'created_at', 'password_changed_at', 'credentials_version'],
  api_keys: [
    ...['id', 'user_id', 'name', 'labels', 'key_prefix', 'key_hash', 'ttl', 'expires_at', 'created_at', 'revoked_at'],
  ],
  quarantine: ['id', 'source', 'source_id', 'content', 'reason', 'at'],
};

describe('a PostgreSQL database of the Python server', () => {
  // PostgreSQL took no NUL from the Python server either, escaped in a document or not
  it('is taken over, every row, and once', async () => {
    await using database = await createDatabase({ empty: true });
    await makePythonPostgres(database.url, cases);
    for (let start = 0; start < 2; start++)
      await withStore(configOf(database.url), async (store) => {
        await expectCases(store, cases);
        await expectPeople(store, 'Alembic');
      });
    const tables = await database.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'public' and tablename similar to '(baseline|alembic)%'`,
    );
    expect(tables).toEqual([]);
  });

  it('draws new ids behind those that were carried over', async () => {
    await using database = await createDatabase({ empty: true });
    await makePythonPostgres(database.url, []);
    await withStore(configOf(database.url), async (store) => {
      const added = await store.users.insert({
        username: 'new',
        passwordHash: '',
        role: 'member',
        createdAt: new Date(),
      });
      expect(added?.id).toBe(8);
    });
  });
});

async function withStore(config: DatabaseConfig, work: (store: Store) => Promise<unknown>) {
  const store = await openStore(config, { migrate: true });
  try {
    await store.ping();
    await work(store);
  } finally {
    await store.close();
  }
}

const backupsIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('.backup-'));

function rowsOf(file: string): unknown[] {
  const handle = new BetterSqlite(file, { readonly: true });
  try {
    return handle.prepare('select * from knowledge_units order by id').all();
  } finally {
    handle.close();
  }
}

/** Before there was review, every unit counts as waiting for it, and when it was made only its observations tell. */
const beforeReview = cases.flatMap((one): Case[] => {
  if ('reason' in one.expected) return /^(status|created_at)/.test(one.expected.reason.source) ? [] : [one];
  const { unit, flags } = one.expected;
  const { firstObservedAt, lastConfirmedAt } = unit.evidence;
  const times = [firstObservedAt, lastConfirmedAt, ...flags.map((flag) => flag.createdAt)];
  const known = times.flatMap((time) => (time ? [time.getTime()] : []));
  const createdAt = firstObservedAt ?? expect.any(Date);
  const updatedAt = known.length > 0 ? new Date(Math.max(...known)) : expect.any(Date);
  return [{ ...one, expected: { unit: { ...unit, status: 'pending', review: null, createdAt, updatedAt }, flags } }];
});

async function expectCases(store: Store, expected: readonly Case[]) {
  const kept = await store.quarantine.list({ limit: 1000 });
  const good = expected.flatMap((one) => ('unit' in one.expected ? [{ ...one, expected: one.expected }] : []));
  const lost = expected.flatMap((one) => ('reason' in one.expected ? [{ ...one, expected: one.expected }] : []));
  for (const { what, expected: outcome } of good) {
    const { unit, flags } = outcome;
    expect([what, await store.units.find(unit.id)]).toEqual([what, unit]);
    expect([what, (await store.flags.list(unit.id, { limit: 100 })).items]).toEqual([what, flags]);
    for (const domain of unit.domains)
      expect(await store.units.count({ domains: [domain], statuses: [unit.status] })).toBeGreaterThan(0);
  }
  expect(await store.units.count({})).toBe(good.length);
  for (const { what, row, expected: outcome } of lost) {
    const found = kept.items.find(({ sourceId }) => sourceId === row.id);
    expect([what, found?.reason]).toEqual([what, expect.stringMatching(outcome.reason)]);
    expect(JSON.parse(found?.content ?? '').data).toBe(row.data);
  }
  const said = await store.units.search({ text: 'lesson', filter: {}, limit: 200 });
  expect(said.hits.length).toBeGreaterThan(8);
}

async function expectPeople(store: Store, shape: SqliteShape) {
  const hasUsers = shape !== 'its first version';
  const hasKeys = shape.includes('Alembic');
  const found = await store.users.findMany(users.map(({ id }) => id));
  expect(found).toEqual(
    users.map(({ id, username, password_hash }, index) =>
      hasUsers
        ? {
            id,
            username,
            passwordHash: password_hash,
            role: 'reviewer',
            createdAt: [new Date('2026-01-05T06:07:08.000Z'), new Date('2026-01-06T06:07:08.123Z')][index],
            passwordChangedAt: null,
            credentialsVersion: 1,
            ...{ suspendedAt: null, suspendedBy: null, suspensionReason: null, closedAt: null, closedBy: null },
            // of the only key that was used
            lastUsedAt: hasKeys && id === 3 ? new Date('2026-01-07T06:07:08.500Z') : null,
          }
        : null,
    ),
  );
  expect(await store.apiKeys.findMany(keys.map(({ id }) => id))).toEqual(
    hasKeys
      ? [
          {
            id: keys[0]?.id,
            userId: 3,
            name: 'laptop',
            labels: ['a', 'b é'],
            prefix: keys[0]?.key_prefix,
            hash: keys[0]?.key_hash,
            pepper: null,
            access: 'write',
            domains: null,
            ttl: '365d',
            createdAt: new Date('2026-01-05T06:07:08.000Z'),
            expiresAt: new Date('2099-01-01T00:00:00.654Z'),
            lastUsedAt: new Date('2026-01-07T06:07:08.500Z'),
            revokedAt: null,
          },
          expect.objectContaining({ name: 'old', revokedAt: new Date('2026-01-06T06:30:00.000Z') }),
          // ended long ago: what nobody can read gives nobody another hour
          expect.objectContaining({ name: 'unreadable', labels: [], expiresAt: new Date(0) }),
        ]
      : [null, null, null],
  );
  if (!hasUsers) return;
  // the feed begins with what the rows tell, newest first
  const events = await store.events.latest(500);
  expect(events.filter(({ type }) => type !== 'proposed')).toEqual([
    expect.objectContaining({ type: 'rejected', actor: 'gone' }),
    expect.objectContaining({ type: 'approved', actor: 'bob' }),
  ]);
}
