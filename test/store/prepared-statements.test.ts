import { type QueryExecutorProvider, sql } from 'kysely';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { customPlan } from '../../src/store/sql/custom-plan.ts';
import type { Database } from '../../src/store/sql/database.ts';
import { readPage } from '../../src/store/sql/keyset-pages.ts';
import { valuesOf } from '../../src/store/sql/knowledge/unit-filter.ts';
import { unitPages } from '../../src/store/sql/knowledge/unit-pages.ts';
import type { UnitFilter } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';

// biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a fixture needs from its pattern
const it = test.extend('database', { scope: 'file' }, async ({}, { onCleanup }) => {
  const database = await createDatabase({ empty: true });
  onCleanup(() => database[Symbol.asyncDispose]());
  return database;
});

/** Queries over one connection, and what it keeps prepared. */
function connect(url: string) {
  const config = { ...configOf(url), poolSize: 1 };
  const pool = openPool(config.primary, config);
  const client = queries(pool);
  const prepared = async () => {
    const all = sql<{ name: string; statement: string }>`select name, statement from pg_prepared_statements`;
    const { rows } = await pool.query<{ name: string; statement: string }>(all.compile(client).sql);
    return rows.map(({ statement }) => statement).sort();
  };
  return { client, prepared, [Symbol.asyncDispose]: () => pool.end() };
}

let texts = 0;
/** A statement that no other case has run: what has run before is known in the whole process. */
const another = () => sql<{ sum: number }>`select ${sql.lit(++texts)} + ${1}::integer as sum`;

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done++) await work();
}

it('a statement is prepared when it runs for the second time', async ({ database }) => {
  await using session = connect(database.url);
  const statement = another();
  await statement.execute(session.client);
  expect(await session.prepared()).toEqual([]);
  await repeat(2, () => statement.execute(session.client));
  expect(await session.prepared()).toEqual([statement.compile(session.client).sql]);
  expect((await statement.execute(session.client)).rows).toEqual([{ sum: texts + 1 }]);
});

it('a session keeps a hundred prepared, and closes those that were not used for longest', async ({ database }) => {
  await using session = connect(database.url);
  const used = another();
  const others = Array.from({ length: 149 }, another);
  for (const statement of [used, ...others, ...others.toReversed()]) {
    await statement.execute(session.client);
    await used.execute(session.client);
  }
  const prepared = await session.prepared();
  // the last one of all has run once at the end
  const last = [used, ...others.slice(0, 99)].map((statement) => statement.compile(session.client).sql);
  expect(prepared).toEqual(last.sort());
  const { rows } = await (others[120] ?? used).execute(session.client);
  expect(rows).toHaveLength(1);
});

it('a statement has one plan for all values in the end, unless it asks for custom plans', async ({ database }) => {
  await using session = connect(database.url);
  const [one, custom] = [another(), sql`select ${sql.raw(customPlan)} ${1}::integer as one`];
  for (const statement of [one, custom]) await repeat(20, () => statement.execute(session.client));
  const { rows } = await sql<{ custom: boolean; generic: number }>`
    select statement like ${`%${customPlan}%`} as custom, generic_plans::integer as generic from pg_prepared_statements
     order by 1`.execute(session.client);
  expect(rows).toEqual([
    { custom: false, generic: expect.any(Number) },
    { custom: true, generic: 0 },
  ]);
  expect(rows[0]?.generic).toBeGreaterThan(5);
});

it.for<[string, UnitFilter]>([
  ['domains', { domains: ['api'] }],
  ['the domains of a key', { within: ['api'] }],
  ['a language', { languages: ['go'] }],
  ['a framework', { frameworks: ['gin'] }],
  ['a pattern', { pattern: 'retry' }],
  ['the proposals of somebody', { createdBy: 'kittiwake' }],
])('a list within %s, of which there may be any number, is planned for its values', async ([, filter]) => {
  await using database = await createDatabase();
  const store = await PostgresStore.open(configOf(database.url), { migrate: true });
  try {
    const { read } = (store as unknown as { db: Database }).db;
    const pages = unitPages({ filter, order: { field: 'createdAt', direction: 'desc' } });
    await repeat(20, () => readPage(read, pages, valuesOf(filter), { limit: 5 }));
    const { rows } = await sql<{ generic: number }>`
      select generic_plans::integer as generic from pg_prepared_statements
       where statement like ${'%"knowledge_units"%'}`.execute(read);
    expect(rows).toEqual([{ generic: 0 }]);
  } finally {
    await store.close();
  }
});

it('statements that wait for each other on one connection are prepared once', async ({ database }) => {
  await using session = connect(database.url);
  const [one, two] = [another(), another()];
  const results = await session.client
    .transaction()
    .execute((tx) => Promise.all([one, two, one, two, two, one].map((statement) => statement.execute(tx))));
  expect(results.map(({ rows }) => rows[0]?.sum)).toEqual([0, 1, 0, 1, 1, 0].map((place) => texts + place));
  expect(await session.prepared()).toHaveLength(2);
});

it('commands and long texts are not prepared', async ({ database }) => {
  await using session = connect(database.url);
  const long = sql`select ${1}::integer as "${sql.raw('x'.repeat(60))}", ${sql.lit('y'.repeat(16_384))} as text`;
  await repeat(3, () => sql`set statement_timeout = 30000`.execute(session.client));
  await repeat(3, () => long.execute(session.client));
  expect(await session.prepared()).toEqual([]);
});

it.for([
  ['a value that is none of its type', () => sql`select ${'no number'}::text::integer as n, ${++texts}::text as one`],
  ['a table that is not there', () => sql`select ${1}::integer from missing_${sql.raw(String(++texts))}`],
] as const)('%s is the same error each time, and the session goes on', async ([, statement], { database }) => {
  await using session = connect(database.url);
  const failing = statement();
  const first = await failing.execute(session.client).catch((error: Error) => error.message);
  await repeat(3, () => expect(failing.execute(session.client)).rejects.toThrow(first as string));
  const inside = session.client.transaction().execute(async (tx) => {
    await failing.execute(tx).catch(() => {});
    await another().execute(tx);
  });
  await expect(inside).rejects.toThrow('current transaction is aborted');
  expect((await another().execute(session.client)).rows).toEqual([{ sum: texts + 1 }]);
});

it('a table that gets a column fails a transaction as something that passes, and nothing else', async ({
  database,
}) => {
  await using session = connect(database.url);
  await database.query('create table lessons (id integer); insert into lessons values (1)');
  const all = sql<{ id: number }>`select lessons.* from lessons where id = ${1}`;
  const within = (db: QueryExecutorProvider) => all.execute(db);
  await repeat(3, () => within(session.client));
  expect(await session.prepared()).toHaveLength(1);

  await database.query('alter table lessons add column one text');
  expect((await within(session.client)).rows).toEqual([{ id: 1, one: null }]);
  await repeat(3, () => within(session.client));

  await database.query('alter table lessons add column two text');
  const inside = () => session.client.transaction().execute(within);
  await expect(inside()).rejects.toThrow(UnavailableError);
  expect((await inside()).rows).toEqual([{ id: 1, one: null, two: null }]);
  expect(await session.prepared()).toHaveLength(1);
});

it('a session that has forgotten its statements prepares them anew', async ({ database }) => {
  await using session = connect(database.url);
  const statement = another();
  await repeat(3, () => statement.execute(session.client));
  const forget = () => sql`deallocate all`.execute(session.client);
  await forget();
  expect((await statement.execute(session.client)).rows).toEqual([{ sum: texts + 1 }]);
  await repeat(3, () => statement.execute(session.client));
  await forget();
  const inside = () => session.client.transaction().execute((tx) => statement.execute(tx));
  await expect(inside()).rejects.toThrow(UnavailableError);
  expect((await inside()).rows).toEqual([{ sum: texts + 1 }]);
});
