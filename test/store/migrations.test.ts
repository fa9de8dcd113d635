import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steps } from '../../migrations/index.ts';
import { throttle } from '../../migrations/step.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { ormOptions } from '../../src/store/sqlite/orm-options.ts';
import { put, random } from './conformance/fixture.ts';
import { aVector, useModel } from './conformance/vectors.ts';

/** What the Python server's own migration makes on SQLite, statement by statement. */
const production = `
CREATE TABLE knowledge_units (id TEXT NOT NULL, data TEXT NOT NULL, status TEXT DEFAULT 'pending' NOT NULL,
  reviewed_by TEXT, reviewed_at TEXT, created_at TEXT, tier TEXT DEFAULT 'private' NOT NULL, PRIMARY KEY (id));
CREATE TABLE knowledge_unit_domains (unit_id TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (unit_id, domain),
  FOREIGN KEY(unit_id) REFERENCES knowledge_units (id) ON DELETE CASCADE);
CREATE INDEX idx_domains_domain ON knowledge_unit_domains (domain);
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL, password_hash TEXT NOT NULL,
  created_at TEXT NOT NULL, UNIQUE (username));
CREATE TABLE api_keys (id TEXT NOT NULL, user_id INTEGER NOT NULL, name TEXT NOT NULL, labels TEXT DEFAULT '[]' NOT NULL,
  key_prefix TEXT NOT NULL, key_hash TEXT NOT NULL, ttl TEXT NOT NULL, expires_at TEXT NOT NULL, created_at TEXT NOT NULL,
  last_used_at TEXT, revoked_at TEXT, PRIMARY KEY (id), UNIQUE (key_hash),
  FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE INDEX idx_api_keys_user ON api_keys (user_id);`;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cq-migrations-'));
  file = join(folder, 'cq.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function read<T>(work: (handle: BetterSqlite.Database) => T): T {
  const handle = new BetterSqlite(file);
  try {
    return work(handle);
  } finally {
    handle.close();
  }
}

const migrate = async () => (await openStore(sqliteDatabase(file), { migrate: true })).close();

/** Tables with their columns, keys and indexes, as SQLite sees them. */
function shape(handle: BetterSqlite.Database) {
  const tables = handle
    .prepare<[], { name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
    )
    .all()
    .filter(({ name }) => name !== 'cq_migrations');
  return tables.map(({ name }) => ({
    name,
    columns: handle.pragma(`table_info(${name})`),
    keys: handle.pragma(`foreign_key_list(${name})`),
    indexes: (handle.pragma(`index_list(${name})`) as { name: string }[]).map((index) => ({
      ...index,
      columns: handle.pragma(`index_info(${index.name})`),
    })),
  }));
}

describe('migrating', () => {
  it('runs every step once, in order, and nothing the second time', async () => {
    await migrate();
    await migrate();
    const executed = read((handle) => handle.prepare('select name from cq_migrations order by id').pluck().all());
    expect(executed).toEqual(steps.map(({ name }) => name));
  });

  it('makes the tables that the entities describe', async () => {
    await migrate();
    const orm = await MikroORM.init(ormOptions(file));
    expect(await orm.schema.getUpdateSchemaSQL()).toBe('');
    await orm.close();
  });

  it('makes sketches of vectors that only had the signs of their numbers', async () => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    const next = random(1);
    for (let count = 0; count < 3; count++) await put(store);
    await useModel(store, 384, () => aVector(next, 384));
    await store.close();
    const kept = () => read((handle) => handle.prepare('select * from search_vector_bits').all());
    const sketches = kept();
    read((handle) =>
      handle.exec(
        "update search_vector_bits set bits = zeroblob(48); delete from cq_migrations where name = '0010-sketches'",
      ),
    );
    await migrate();
    expect(sketches).toHaveLength(3);
    expect(kept()).toEqual(sketches);
  });

  it('gives the sketches that are there versions, by which searches find them', async () => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    const next = random(2);
    await put(store);
    const { id: modelId } = await useModel(store, 24, () => aVector(next, 24));
    await store.close();
    const blocks = () => read((handle) => handle.prepare('select model_id, block from search_sketch_blocks').all());
    const before = blocks();
    read((handle) =>
      handle.exec(`
        drop table search_sketch_blocks;
        drop trigger search_vector_bits_insert; drop trigger search_vector_bits_update; drop trigger search_vector_bits_delete;
        drop index idx_domains_best; create index idx_domains_ranking on knowledge_unit_domains (domain);
        delete from cq_migrations where name = '0021-bounded-searches'`),
    );
    await migrate();
    expect(before).toEqual([{ model_id: modelId, block: 0 }]);
    expect(blocks()).toEqual(before);
  });

  it('starts from the schema that the Python server has in production', async () => {
    const orm = await MikroORM.init(ormOptions(file));
    await orm.migrator.up({ to: '0001-baseline' });
    await orm.close();
    const made = read(shape);
    const other = new BetterSqlite(':memory:');
    other.exec(production);
    expect(made).toEqual(shape(other));
    other.close();
  });

  it('leaves it to the server to hash the texts that are there', async () => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    const units = [await put(store), await put(store), await put(store)];
    const { insight } = units[0] as (typeof units)[number];
    const found = async () => (await store.units.withText(insight, ['approved'], 9)).length;
    const handle = new BetterSqlite(file);
    handle.exec('update knowledge_units set text_hash = null');
    handle.close();
    expect(await found()).toBe(0);
    expect(await store.units.hashTexts(2)).toBe(2);
    expect(await store.units.hashTexts(2)).toBe(1);
    expect(await found()).toBe(3);
    await store.close();
  });

  it('refuses a database that is newer, says by what, and leaves it as it is', async () => {
    await migrate();
    read((handle) => handle.exec("insert into cq_migrations (name) values ('9999-from-the-future')"));
    const bytes = readFileSync(file);
    await expect(migrate()).rejects.toMatchObject({
      advice: expect.stringMatching(/newer than this program.*9999-from-the-future/),
    });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('serves on when a newer program migrates it meanwhile', async () => {
    const store = await openStore(sqliteDatabase(file), { migrate: true });
    await expect(store.ping()).resolves.toBeUndefined();
    read((handle) => handle.exec("insert into cq_migrations (name) values ('9999-from-the-future')"));
    await expect(store.ping()).resolves.toBeUndefined();
    await store.close();
  });

  it('runs every step once when two stores open a new database at the same time', async () => {
    const stores = await Promise.all([
      openStore(sqliteDatabase(file), { migrate: true }),
      openStore(sqliteDatabase(file), { migrate: true }),
    ]);
    for (const store of stores) await store.close();
    const executed = read((handle) => handle.prepare('select name from cq_migrations order by id').pluck().all());
    expect(executed).toEqual(steps.map(({ name }) => name));
  });

  it('waits for a process that holds the lock for long, says so, and goes on', async () => {
    await migrate();
    const holder = new BetterSqlite(file);
    holder.exec('begin immediate');
    const said: string[] = [];
    const store = await openStore(sqliteDatabase(file), {
      migrate: true,
      progress(message) {
        said.push(message);
        if (holder.inTransaction) holder.exec('commit');
      },
    });
    await expect(store.ping()).resolves.toBeUndefined();
    expect(said).toEqual(['another process is working on the database; waiting for it']);
    holder.close();
    await store.close();
  });

  it('refuses a database of something else', async () => {
    read((handle) => handle.exec('create table songs (title text)'));
    const bytes = readFileSync(file);
    await expect(migrate()).rejects.toMatchObject({
      advice: expect.stringMatching(/holds what no cq server made \(songs\)/),
    });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('drops no row that it cannot read', async () => {
    const orm = await MikroORM.init(ormOptions(file));
    await orm.migrator.up({ to: '0004-words' });
    await orm.close();
    read((handle) => handle.exec(`insert into baseline_knowledge_units (id, data) values ('ku_1', '{}')`));
    await migrate();
    const kept = read((handle) => handle.prepare('select source, source_id, content from quarantine').get());
    expect(kept).toMatchObject({
      source: 'knowledge_units',
      source_id: 'ku_1',
      content: expect.stringContaining('"{}"'),
    });
  });

  it('leaves nothing behind when a step fails', async () => {
    const orm = await MikroORM.init(ormOptions(file));
    await orm.migrator.up({ to: '0002-step-aside' });
    await orm.close();
    read((handle) => handle.exec('create table events (id integer)'));
    const before = read(shape);
    await expect(migrate()).rejects.toThrow(/events/);
    expect(read(shape)).toEqual(before);
  });

  it('says that the database is behind', async () => {
    await migrate();
    read((handle) => handle.exec("delete from cq_migrations where name > '0005'"));
    const bytes = readFileSync(file);
    await expect(openStore(sqliteDatabase(file), { migrate: false })).rejects.toMatchObject({
      advice: expect.stringMatching(/^is \d+ migrations behind: run "cq-server migrate"/),
    });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
});

describe('how far a long step is', () => {
  it('is said at most once a second, and not of a short one', () => {
    const said: string[] = [];
    let now = 0;
    const say = throttle(
      (message) => said.push(message),
      () => now,
    );
    for (; now <= 3500; now += 250) say(`${now}`);
    expect(said).toEqual(['1000', '2000', '3000']);
  });
});
