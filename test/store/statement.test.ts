import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import { describe, expect, it as plain, vi } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import type { Database } from '../../src/store/sql/database.ts';
import type { Queries } from '../../src/store/sql/queries.ts';
import { ApiKeyEntity, UserEntity } from '../../src/store/sql/schema/entities.ts';
import { memoizeByShape, statement } from '../../src/store/sql/statement.ts';
import type { Store } from '../../src/store/store.ts';
import { aFlag, aKey, aProposal, later, noon, put, type StoreTest } from './conformance/fixture.ts';
import { onPostgres } from './postgres-fixture.ts';
import { inFile } from './sqlite-fixture.ts';

const aUser = { username: 'zoe', passwordHash: 'x', role: 'member', createdAt: noon } as const;

const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;

/** The texts that these connections have been sent. */
function sentBy(...connections: readonly Queries[]): () => ReadonlySet<string> {
  const executors = new Set(connections.map((queries) => queries.getExecutor()));
  const spies = [...executors].map((executor) => vi.spyOn(executor, 'executeQuery'));
  return () => new Set(spies.flatMap(({ mock }) => mock.calls.map(([query]) => (query as { sql: string }).sql)));
}

describe.for([
  ['SQLite', inFile as unknown as StoreTest],
  ['PostgreSQL', onPostgres as unknown as StoreTest],
] as const)('a statement on %s', ([, it]) => {
  const byNames = statement(UserEntity, (users, { names }: { names: readonly string[] }) =>
    users
      .select(['username', 'createdAt', raw('1 + 1 as more')])
      .where({ username: { $in: names } })
      .orderBy({ username: 'asc' }),
  ).withRowsOf<{ username: string; createdAt: Date; more: number }>();

  it('answers with records, by what the entity says', async ({ store }) => {
    const { read } = databaseOf(store);
    for (const username of ['ann', 'bob', "o'hara"]) await store.users.insert({ ...aUser, username });
    const names = ["o'hara", 'ann', "' or 1 = 1 --"];
    const expected = ['ann', "o'hara"].map((username) => ({ username, createdAt: noon, more: 2 }));
    expect(await byNames.all(read, { names })).toEqual(expected);
    expect(await byNames.first(read, { names })).toEqual(expected[0]);
    expect(await byNames.first(read, { names: [] })).toBeNull();
  });

  it('answers with the record that each refers to', async ({ store }) => {
    const { read } = databaseOf(store);
    const withOwner = statement(ApiKeyEntity, (keys, { ids }: { ids: readonly string[] }) =>
      keys
        .select('*')
        .where({ id: { $in: ids } })
        .orderBy({ createdAt: 'asc' }),
    ).with('owner', UserEntity, 'userId');
    const names = ['ann', 'bob'];
    const owners = await Promise.all(names.map((username) => store.users.insert({ ...aUser, username })));
    const keys = owners.map((owner) => aKey(owner?.id ?? 0, { labels: ['a', 'b'] }));
    for (const key of keys) await store.apiKeys.insert(key, 20);
    const ids = keys.map(({ id }) => id);
    const expected = keys.map((key, at) => ({ ...key, owner: owners[at] }));
    expect(await withOwner.all(read, { ids })).toEqual(expected);
    expect(await withOwner.first(read, { ids })).toEqual(expected[0]);
    expect(await withOwner.first(read, { ids: [] })).toBeNull();
  });

  it('changes rows, and says how many', async ({ store }) => {
    for (const username of ['ann', 'bob']) await store.users.insert({ ...aUser, username });
    const rename = statement(UserEntity, (users, { from, to }: { from: string; to: string }) =>
      users.update({ username: to }).where({ username: from }),
    );
    const nextVersion = statement(UserEntity, (users) =>
      users.update({ credentialsVersion: raw('credentials_version + 1') }),
    );
    await databaseOf(store).transaction(async ({ write }) => {
      expect(await rename.run(write, { from: 'ann', to: 'eve' })).toBe(1);
      expect(await rename.run(write, { from: 'ann', to: 'eve' })).toBe(0);
      expect(await nextVersion.run(write, {})).toBe(2);
    });
    expect((await store.users.list({ limit: 5 })).items.map(({ username }) => username)).toEqual(['bob', 'eve']);
  });

  it('is part of other SQL', async ({ store }) => {
    const { read } = databaseOf(store);
    for (const username of ['ann', 'bob']) await store.users.insert({ ...aUser, username });
    const some = byNames.asSql(read, { names: ['bob', 'eve'] });
    const { rows } = await sql`select found.username, ${'x'} as x from (${some}) found where more = ${2}`.execute(read);
    expect(rows).toEqual([{ username: 'bob', x: 'x' }]);
  });

  it('inserts any number of rows by few texts', async ({ store }) => {
    const user = (await store.users.insert(aUser)) ?? expect.fail();
    const db = databaseOf(store);
    const insert = statement(ApiKeyEntity, (keys, { id }: { id: string }) =>
      keys
        .insert({
          id,
          userId: user.id,
          name: 'x',
          labels: [],
          prefix: 'x',
          hash: id,
          ttl: '1d',
          expiresAt: noon,
          createdAt: noon,
        })
        .returning('id'),
    );
    const ids = Array.from({ length: 1200 }, (_, at) => ({ id: String(at).padStart(4, '0') }));
    await db.transaction(async ({ write }) => {
      const sent = sentBy(write);
      expect(await insert.insertAll(write, ids)).toEqual(ids);
      // 512 twice, 128, 32, and 16 in one
      expect(sent().size).toBe(4);
      expect(await insert.insertAll(write, [])).toEqual([]);
    });
    expect(await store.apiKeys.count(user.id, null)).toBe(ids.length);
  });

  it('is built once, and what a request asks for builds nothing', async ({ store }) => {
    const { builder } = databaseOf(store).read;
    const user = (await store.users.insert(aUser)) ?? expect.fail();
    const requests = async (key: string) => {
      const { id } = await store.units.propose(aProposal(), noon, { key, since: later(-1) });
      await store.reviews.decide(id, {
        status: 'approved',
        reviewedBy: 'ann',
        reviewedAt: noon,
        note: null,
        internalNote: null,
      });
      await store.units.confirm(id, 'bob', noon, confidence.confirmed);
      await store.units.flag(aFlag(id), confidence.flagged);
      await store.units.find(id);
      await store.units.findMany([id]);
      await store.units.standings([id]);
      await store.units.list({ statuses: ['approved'] }, { field: 'createdAt', direction: 'desc' }, { limit: 20 });
      await store.units.search({ text: 'x', filter: { statuses: ['approved'], domains: ['api'] }, limit: 20 });
      await store.flags.counts([id]);
      await store.flags.latest([id], 3);
      await store.flags.list(id, { limit: 3 });
      await store.apiKeys.findActive(key, noon);
      await store.users.findByName(user.username);
      await store.users.findMany([user.id]);
      await store.events.lastOf('ann');
      await store.events.unitsActedOn('confirmed', 'bob', [id]);
    };
    await requests('first');
    const build = vi.spyOn(builder.em, 'createQueryBuilder');
    await requests('second');
    expect(build).not.toHaveBeenCalled();
    const never = statement(UserEntity, (users) => users.select('*'));
    await never.all(databaseOf(store).read, {});
    expect(build).toHaveBeenCalledOnce();
  });

  it('has few texts, whatever is asked for', async ({ store }) => {
    const unit = await put(store);
    const { read, search } = databaseOf(store);
    const sent = sentBy(read, search);
    const ids = Array.from({ length: 200 }, (_, at) => (at === 0 ? unit.id : `ku_${at}`));
    for (let count = 1; count <= ids.length; count++) {
      const found = await store.units.findMany(ids.slice(0, count));
      expect(found.filter((one) => one !== null)).toEqual([unit]);
      expect(await store.flags.counts(ids.slice(0, count))).toHaveLength(count);
      await store.units.count({ statuses: ['approved'], domains: ids.slice(0, count), domainMatch: 'all' });
    }
    expect(sent().size).toBe(3 * 9);
  });
});

describe('statements of several shapes', () => {
  plain('are made once each, and forgotten when there are too many', () => {
    const make = vi.fn((shape: number) => ({ shape }));
    const of = memoizeByShape((shape: number) => String(shape), make);
    expect(of(1)).toBe(of(1));
    for (let shape = 2; shape <= 100; shape++) of(shape);
    of(1);
    expect(make).toHaveBeenCalledTimes(100);
    of(101);
    of(1);
    expect(make).toHaveBeenCalledTimes(101);
    of(2);
    expect(make).toHaveBeenCalledTimes(102);
  });
});
