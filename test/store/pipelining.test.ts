import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { OutcomeUnknownError } from '../../src/errors.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { PipelinedQueries } from '../../src/store/postgres/pipelined-queries.ts';
import { type Builder, Queries, together } from '../../src/store/sql/queries.ts';
import { openHandle } from '../../src/store/sqlite/connection.ts';
import { queries as sqliteQueries } from '../../src/store/sqlite/kysely-driver.ts';
import { configOf, createDatabase, postgres } from '../postgres/databases.ts';
import { startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';

const add = (db: Queries, id: unknown) => sql`insert into noted (id) values (${id})`.execute(db);
const all = async (db: Queries) =>
  (await sql<{ id: number }>`select id from noted where id > ${0} order by id`.execute(db)).rows.map(({ id }) => id);

/** The statements of these tests are raw SQL, which needs none. */
const builder = {} as Builder;

/** Over a table of numbers, each once. */
interface Notes extends AsyncDisposable {
  readonly db: Queries;
}

const create = (db: Queries) => sql`create table noted (id integer primary key)`.execute(db);

async function onSqlite(): Promise<Notes> {
  const handle = openHandle(':memory:');
  const db = new Queries(sqliteQueries(handle), builder);
  await create(db);
  return {
    db,
    async [Symbol.asyncDispose]() {
      handle.close();
    },
  };
}

async function onPostgres(through = (url: string) => url): Promise<Notes & { readonly url: string }> {
  const database = await createDatabase({ empty: true });
  const config = configOf(through(database.url), { poolSize: 2 });
  const pool = openPool(config.primary, config);
  const db = new PipelinedQueries(queries(pool), builder);
  await create(db);
  return {
    db,
    url: database.url,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe.for([
  ['SQLite', onSqlite],
  ['PostgreSQL', () => onPostgres()],
] as const)('statements of one transaction on %s', ([, open]) => {
  it('run in the order in which they are asked', async () => {
    await using notes = await open();
    const seen = await notes.db.transaction(async (tx) => {
      const answers = await together(add(tx, 1), all(tx), add(tx, 2), all(tx));
      tx.defer(add(tx, 3));
      return [...answers, await all(tx)];
    });
    expect(seen.filter(Array.isArray)).toEqual([[1], [1, 2], [1, 2, 3]]);
  });

  it('fail together: the error is that of the first, and nothing is left', async () => {
    await using notes = await open();
    await add(notes.db, 1);
    const failing = notes.db.transaction((tx) => together(add(tx, 2), add(tx, 1), add(tx, 3)));
    await expect(failing).rejects.toThrow(/unique/i);
    expect(await all(notes.db)).toEqual([1]);
  });

  it('do nothing outside of it when another one has failed', async () => {
    await using notes = await open();
    await add(notes.db, 1);
    const later = async (tx: Queries) => {
      await all(tx).catch(() => {});
      await add(tx, 2);
    };
    await expect(notes.db.transaction((tx) => together(add(tx, 1), later(tx)))).rejects.toThrow(/unique/i);
    expect(await all(notes.db)).toEqual([1]);
  });

  it.for<[string, (tx: Queries) => Promise<unknown>]>([
    ['nothing follows', async () => {}],
    ['others are deferred after it', async (tx) => tx.defer(add(tx, 4))],
    ['the program goes on elsewhere', () => new Promise((resolve) => setTimeout(resolve, 20))],
  ])('that nobody has waited for fail it, where %s', async ([, rest]) => {
    await using notes = await open();
    await add(notes.db, 1);
    const failing = notes.db.transaction(async (tx) => {
      await add(tx, 2);
      tx.defer(add(tx, 1));
      await rest(tx);
      return 'done';
    });
    await expect(failing).rejects.toThrow(/unique/i);
    expect(await all(notes.db)).toEqual([1]);
  });

  it('that were deferred are not run once the work has failed', async () => {
    await using notes = await open();
    const failing = notes.db.transaction(async (tx) => {
      tx.defer(add(tx, 1));
      tx.defer(add(tx, 2));
      throw new Error('of the work');
    });
    await expect(failing).rejects.toThrow('of the work');
    await add(notes.db, 3);
    expect(await all(notes.db)).toEqual([3]);
  });
});

describe.for([
  ['directly', async (work: (through?: (url: string) => string) => Promise<void>) => work()],
  [
    'through PgBouncer',
    async (work: (through?: (url: string) => string) => Promise<void>) => {
      await using pooler = await startPgBouncer((await postgres()).url, { mode: 'transaction' });
      await work((url) => pooler.through(url));
    },
  ],
] as const)('a transaction on PostgreSQL, %s', ([name, within]) => {
  const where = name === 'directly' ? {} : withPgBouncer;

  it('takes one round trip for all that is asked without waiting', where, () =>
    within(async (through) => {
      await using notes = await onPostgres(through);
      // pg sends one at a time, and waits for its answer
      const sent = vi.spyOn(pg.Client.prototype, 'query');
      const trips = async (work: (tx: Queries) => Promise<unknown>) => {
        sent.mockClear();
        await notes.db.transaction(work);
        return sent.mock.calls.length;
      };
      expect(await trips(async () => 'nothing')).toBe(0);
      expect(await trips(async (tx) => tx.defer(add(tx, 1)))).toBe(1);
      expect(await trips((tx) => together(add(tx, 2), add(tx, 3)))).toBe(2);
      expect(
        await trips(async (tx) => {
          await together(add(tx, 4), all(tx));
          tx.defer(add(tx, 5));
          await all(tx);
          tx.defer(add(tx, 6));
          tx.defer(add(tx, 7));
        }),
      ).toBe(3);
      expect(await all(notes.db)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }),
  );

  it('has statements without parameters in their place, several in one text too', where, () =>
    within(async (through) => {
      await using notes = await onPostgres(through);
      const seen = await notes.db.transaction(async (tx) => {
        const two = sql`insert into noted values (2); insert into noted values (3)`.execute(tx);
        return together(add(tx, 1), two, all(tx), add(tx, 4), all(tx));
      });
      expect([seen[2], seen[4]]).toEqual([
        [1, 2, 3],
        [1, 2, 3, 4],
      ]);
    }),
  );

  it('goes on with statements that were to be prepared when another one failed', where, () =>
    within(async (through) => {
      await using notes = await onPostgres(through);
      const text = (tx: Queries) => sql<{ one: number }>`select ${1}::integer + 41 as one`.execute(tx);
      await text(notes.db);
      const failing = notes.db.transaction((tx) => together(add(tx, 'none'), text(tx), text(tx)));
      await expect(failing).rejects.toThrow(/integer/);
      const [, { rows }] = await notes.db.transaction((tx) => together(add(tx, 1), text(tx)));
      expect(rows).toEqual([{ one: 42 }]);
    }),
  );
});

it('leaves open whether a commit was carried out that went with the last statement of a session that is lost', async () => {
  await using notes = await onPostgres();
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(notes.db);
  const end = `select pg_terminate_backend(${rows[0]?.pid})`;
  const other = new pg.Client(notes.url);
  await other.connect();
  await other.query('begin; lock table noted');
  const run = notes.db.transaction(async (tx) => {
    await sql`select ${1}::integer`.execute(tx);
    tx.defer(add(tx, 1));
  });
  const ended = expect(run).rejects.toThrow(OutcomeUnknownError);
  await expect.poll(async () => (await other.query(`select from pg_locks where not granted`)).rowCount).toBe(1);
  await other.query(end);
  await ended;
  await other.end();
});
