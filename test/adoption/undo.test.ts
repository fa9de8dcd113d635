import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { DatabaseConfig, PostgresHost } from '../../src/config/database.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openAdoption, openStore } from '../../src/store/open.ts';
import type { Adoption, Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { administer } from '../postgres/administer.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { aFlag, noon } from '../store/conformance/fixture.ts';
import { contentsOfPythonFile, makePythonFile, makePythonPostgres } from './python-database.ts';
import { cases, keys } from './python-rows.ts';
import { snapshotOfDatabase } from './snapshot.ts';

const few = cases.slice(0, 6);

interface Adopted extends AsyncDisposable {
  readonly config: DatabaseConfig;
  /** All that the database is and holds. */
  snapshot(): Promise<unknown>;
  /** Removes what else there is that depends on the Python server's tables. */
  release(): Promise<unknown>;
}

async function onSqlite(given = few): Promise<Adopted> {
  const folder = temporaryFolder();
  const file = folder.file('cq.db');
  makePythonFile(file, 'Alembic, with vectors', given);
  chmodSync(file, 0o640);
  return {
    config: sqliteDatabase(file),
    snapshot: async () => ({
      ...contentsOfPythonFile(file),
      mode: statSync(file).mode,
      beside: readdirSync(folder.path),
    }),
    release: async () => {},
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}

/** What somebody may have added to the Python server's tables. */
const additions = `
  alter sequence users_id_seq restart with 4711;
  create view names as select username from users;
  create index units_by_tier on knowledge_units (tier);
  create table theirs (user_id integer references users (id));
  insert into theirs select id from users;
  comment on table users is 'people';
  grant select on knowledge_units to public;
  grant update (name) on api_keys to public;
  create table knowledge_units_vec (id text primary key, embedding bytea);
  insert into knowledge_units_vec select id, 'x' from knowledge_units;
  create function nothing() returns trigger language plpgsql as 'begin return new; end';
  create trigger units_nothing before insert on knowledge_units for each row execute function nothing()`;

async function onPostgres(): Promise<Adopted> {
  const database = await createDatabase({ empty: true });
  // what our start would add by itself, and leaves
  await database.query('create extension if not exists vector').catch(() => {});
  await makePythonPostgres(database.url, few);
  await database.query(additions);
  return {
    config: configOf(database.url),
    snapshot: () => snapshotOfDatabase(database.url),
    async release() {
      await expect(withAdoption(configOf(database.url), (adoption) => adoption.discard())).rejects.toThrow(
        /view names/,
      );
      await database.query('drop view names; drop table theirs');
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** As a role that owns a schema, and may create none in the database. */
async function inOneSchema(): Promise<Adopted> {
  const database = await createDatabase({ empty: true });
  const role = new URL(database.url).pathname.slice(1);
  await database.query(`create role ${role} login password 'hush'; create schema their_own authorization ${role}`);
  const url = new URL(database.url);
  // whatever way its owners are told apart on this server
  [url.username, url.password] = [role, 'hush'];
  url.searchParams.set('options', '-c search_path=their_own');
  await makePythonPostgres(url.href, few);
  await administer(url.href, additions);
  return {
    config: configOf(url.href),
    snapshot: () => snapshotOfDatabase(database.url),
    release: () => administer(url.href, 'drop view names; drop table theirs'),
    async [Symbol.asyncDispose]() {
      const { pathname } = new URL(database.url);
      await database[Symbol.asyncDispose]();
      const server = new URL(database.url);
      server.pathname = '/postgres';
      await administer(server.href, `drop role ${pathname.slice(1)}`);
    },
  };
}

const databases = [
  { name: 'SQLite', make: onSqlite },
  { name: 'PostgreSQL', make: onPostgres },
  { name: 'PostgreSQL, in a schema of a role that may create none', make: inOneSchema },
];

async function adopt(config: DatabaseConfig, work: (store: Store) => Promise<unknown> = async () => {}) {
  const told: string[] = [];
  const store = await openStore(config, { migrate: true, progress: (message) => told.push(message) });
  try {
    await store.ping();
    await work(store);
  } finally {
    await store.close();
  }
  return told;
}

async function withAdoption<T>(config: DatabaseConfig, work: (adoption: Adoption) => Promise<T>): Promise<T> {
  const adoption = await openAdoption(config);
  try {
    return await work(adoption);
  } finally {
    await adoption.close();
  }
}

const undo = (config: DatabaseConfig, dropChanges = false) =>
  withAdoption(config, (adoption) => adoption.undo({ dropChanges }));
const status = (config: DatabaseConfig) => withAdoption(config, (adoption) => adoption.status());

describe.for(databases)('an adopted database on $name', ({ make }) => {
  it('is put back as it was, and can be adopted again', async () => {
    await using database = await make();
    const { config } = database;
    const before = await database.snapshot();
    await expect(undo(config)).rejects.toThrow(/Nothing is kept/);
    expect(await status(config)).toBeNull();
    expect(await database.snapshot()).toEqual(before);
    for (let round = 0; round < 2; round++) {
      const told = await adopt(config, async (store) => {
        // none of it is a caller's
        await store.apiKeys.touch(keys[0]?.id ?? '', new Date());
        const [owner] = await store.users.findMany([3]);
        await store.users.rehash(3, owner?.passwordHash ?? '', 'the same password, hashed anew');
        await store.units.reindex(10);
      });
      await adopt(config);
      const kept = await status(config);
      expect(kept).toMatchObject({ at: expect.any(Date), written: [] });
      expect(told.filter((message) => message.includes(kept?.place ?? '?')).at(-1)).toMatch(
        /adoption undo.*adoption discard/,
      );
      expect(await undo(config)).toEqual(kept);
      expect(await database.snapshot()).toEqual(before);
    }
  });

  it('is not one when the start is ended in the midst of it', async () => {
    await using database = await make();
    const before = (await database.snapshot()) as Record<string, unknown>;
    const told = new AbortController();
    const progress = (message: string) => {
      if (message.startsWith('carried over')) told.abort();
    };
    const opening = openStore(database.config, { migrate: true, progress, signal: told.signal });
    await expect(opening.catch((error: unknown) => error === told.signal.reason)).resolves.toBe(true);
    // the copy of a file is made before anything is changed, and the next start takes it up
    const after = (await database.snapshot()) as Record<string, unknown>;
    expect({ ...after, beside: null }).toEqual({ ...before, beside: null });
    await adopt(database.config, async (store) => expect(await store.units.count({})).toBe(few.length));
  });

  it('in which callers have written is put back only when that may be lost', async () => {
    await using database = await make();
    const { config } = database;
    const before = await database.snapshot();
    await adopt(config, async (store) => {
      const unit = aUnit({ id: `ku_${'f'.repeat(32)}` });
      await store.units.restore(unit, [aFlag(unit.id)]);
      await store.users.setRole(3, 'admin');
      await store.users.insert({ username: 'new', passwordHash: '', role: 'member', createdAt: noon });
      await store.apiKeys.revoke(keys[0]?.id ?? '', 3, noon);
    });
    const adopted = await database.snapshot();
    const written = [
      'knowledge_units, 1 row more',
      'knowledge_unit_flags, 1 row more',
      'users, 1 row more',
      'api_keys, rows changed',
    ];
    for (const one of written) expect((await status(config))?.written).toContain(one);
    await expect(undo(config)).rejects.toThrow(/callers have written.*knowledge_units, 1 row more.*--drop-changes/i);
    expect(rowsIn(await database.snapshot())).toEqual(rowsIn(adopted));
    await adopt(config);
    const { written: lost } = await undo(config, true);
    for (const one of written) expect(lost).toContain(one);
    expect(await database.snapshot()).toEqual(before);
  });

  it('holds nothing of the Python server when that is discarded', async () => {
    await using database = await make();
    const { config } = database;
    await adopt(config);
    const kept = await status(config);
    expect(JSON.stringify(await database.snapshot())).toMatch(/cq_python_\d{14}|cq\.db\.backup-/);
    await database.release();
    const place = await withAdoption(config, (adoption) => adoption.discard());
    expect(place).toContain(kept?.place);
    // what was kept is named where it is said that it was
    const besidesAudit = (key: string, value: unknown) =>
      key.endsWith('audit_log') || (Array.isArray(value) && value[0] === 'audit_log') ? undefined : value;
    const left = JSON.stringify(await database.snapshot(), besidesAudit);
    expect(left).not.toMatch(/cq_python_|cq\.db\.backup-|cq_adoption/);
    await expect(withAdoption(config, (adoption) => adoption.discard())).rejects.toThrow(/Nothing is kept/);
    await expect(undo(config, true)).rejects.toThrow(/Nothing is kept/);
    await adopt(config, async (store) => expect(await store.units.count({})).toBe(few.length));
  });

  it('is left alone while a server has it open, which notices when it is taken away all the same', async () => {
    await using database = await make();
    const { config } = database;
    await adopt(config, async (store) => {
      await store.units.count({});
      await expect(undo(config)).rejects.toThrow(/stop/);
      expect(await store.units.count({})).toBe(few.length);
      await store.ping();
    });
    await undo(config);
  });
});

/** Rows alone: a file that was refused has been looked at, and its log taken up. */
const rowsIn = (snapshot: unknown) =>
  JSON.parse(JSON.stringify(snapshot, (key, value) => (key === 'beside' || key === 'mode' ? undefined : value)));

describe('an administrator that a start has made', () => {
  it('is no caller’s', async () => {
    await using database = await onSqlite([]);
    const file = (database.config as { file: string }).file;
    const handle = new BetterSqlite(file);
    handle.exec('delete from api_keys; delete from users');
    handle.close();
    const admin = { username: 'admin', passwordHash: '', role: 'admin', createdAt: noon } as const;
    await adopt(database.config, (store) => store.users.insert(admin));
    expect(await status(database.config)).toMatchObject({ written: [] });
    await adopt(database.config, (store) => store.users.insert({ ...admin, username: 'ada' }));
    expect(await status(database.config)).toMatchObject({ written: ['users, 2 rows more'] });
  });
});

describe('a copy of a file', () => {
  it.for([
    ['is gone', (copy: string) => rmSync(copy), /is missing/],
    ['was changed', (copy: string) => writeFileSync(copy, 'x', { flag: 'a' }), /changed/],
  ] as const)('that %s is not put back', async ([, change, reason]) => {
    await using database = await onSqlite();
    const { config } = database;
    const { file } = config as { file: string };
    await adopt(config);
    const kept = await status(config);
    change(`${file}/../${kept?.place}`.replace('/cq.db/..', ''));
    await expect(status(config)).rejects.toThrow(reason);
    await expect(undo(config, true)).rejects.toThrow(reason);
    await adopt(config, async (store) => expect(await store.units.count({})).toBe(few.length));
    expect(existsSync(file)).toBe(true);
  });
});

describe('what somebody has removed from PostgreSQL', () => {
  it('cannot be put back, and nothing else changes', async () => {
    await using database = await onPostgres();
    const { config } = database;
    await adopt(config);
    const kept = await status(config);
    const schema = kept?.place.replace('the schema ', '');
    const { primary } = config as ReturnType<typeof configOf>;
    const [{ host, port, password = '' }] = primary.hosts as [PostgresHost];
    const url = `postgresql://${primary.user}:${password}@${host}:${port}/${primary.database}`;
    await administer(url, `drop table ${schema}.api_keys`);
    const before = await database.snapshot();
    await expect(undo(config, true)).rejects.toThrow(/is missing/);
    expect(await database.snapshot()).toEqual(before);
  });
});

it('a file that another one takes the place of while it is opened is not served', async () => {
  using folder = temporaryFolder();
  const file = folder.file('cq.db');
  await adopt(sqliteDatabase(file));
  const holder = new BetterSqlite(file);
  holder.exec('begin immediate');
  const opening = openStore(sqliteDatabase(file), {
    migrate: true,
    progress: () => {
      if (!holder.inTransaction) return;
      rmSync(file);
      writeFileSync(file, '');
      holder.exec('commit');
    },
  });
  await expect(opening).rejects.toMatchObject({ cause: { message: expect.stringMatching(/replaced/) } });
  holder.close();
  expect(readFileSync(file)).toHaveLength(0);
});
