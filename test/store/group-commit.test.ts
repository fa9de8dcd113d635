import { setImmediate as nextTurn } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import type { Database } from '../../src/store/sql/database.ts';
import { insertUnits } from '../../src/store/sql/knowledge/unit-inserts.ts';
import { openHandle } from '../../src/store/sqlite/connection.ts';
import { enableWal, queriesOf, queriesTogether } from '../../src/store/sqlite/kysely-driver.ts';
import { Writer } from '../../src/store/sqlite/writer.ts';
import type { Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { temporaryFolder } from '../process.ts';
import { aProposal, noon } from './conformance/fixture.ts';
import { inFile } from './sqlite-fixture.ts';

/** How many are committed together at most. */
const most = 16;

// however long the machine takes, others may join
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Work = (tx: Kysely<unknown>) => Promise<unknown>;

/** A file with a table of numbers, and what writes to it. */
async function aFile() {
  const folder = temporaryFolder();
  const handle = openHandle(folder.file('cq.db'));
  await enableWal(handle);
  handle.exec('create table numbers (number integer primary key)');
  const other = new BetterSqlite(folder.file('cq.db'), { readonly: true });
  const commits: number[] = [];
  const failures: Error[] = [];
  const prepare = handle.prepare.bind(handle);
  vi.spyOn(handle, 'prepare').mockImplementation((source: string) => {
    const statement = prepare(source);
    if (source !== 'commit') return statement;
    return new Proxy(statement, {
      get(target, name) {
        if (name !== 'run') return Reflect.get(target, name);
        return () => {
          const failure = failures.shift();
          if (failure) throw failure;
          commits.push(1);
          return target.run();
        };
      },
    });
  });
  const writer = new Writer(handle);
  const [alone, together] = [queriesOf(writer), queriesTogether(writer)];
  const seen = () => other.prepare('select number from numbers order by number').pluck().all();
  return {
    handle,
    alone,
    /** Runs each in a transaction of its own, all asked for at once. */
    run: (...works: Work[]) => Promise.allSettled(works.map((work) => together.transaction().execute(work))),
    insert:
      (number: number): Work =>
      (tx) =>
        sql`insert into numbers values (${number})`.execute(tx),
    seen,
    commits,
    failures,
    [Symbol.dispose]() {
      other.close();
      handle.close();
      folder[Symbol.dispose]();
    },
  };
}

const fails =
  (work: Work): Work =>
  async (tx) => {
    await work(tx);
    throw new Error('refused');
  };

const statuses = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'rejected' ? String(result.reason.message) : 'done'));

describe('transactions that wait for each other', () => {
  it('are committed together, so many at a time', async () => {
    using file = await aFile();
    const numbers = Array.from({ length: 2 * most + 1 }, (_, number) => number);
    expect(statuses(await file.run(...numbers.map(file.insert)))).toEqual(numbers.map(() => 'done'));
    expect(file.commits).toHaveLength(3);
    expect(file.seen()).toEqual(numbers);
  });

  it('are joined by no others after a while', async () => {
    using file = await aFile();
    const slowly: Work = async (tx) => {
      await file.insert(1)(tx);
      vi.advanceTimersByTime(50);
    };
    await file.run(slowly, file.insert(2), file.insert(3));
    expect(file.commits).toHaveLength(2);
  });

  it('are done when they are committed, and not before', async () => {
    using file = await aFile();
    const seen: unknown[][] = [];
    const later = (number: number) => file.run(file.insert(number)).then(() => seen.push(file.seen()));
    await Promise.all([1, 2, 3].map(later));
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it.for([0, 1, 2])('fail alone: number %i of three', async (place) => {
    using file = await aFile();
    const works = [0, 1, 2].map((number) => (number === place ? fails(file.insert(number)) : file.insert(number)));
    expect(statuses(await file.run(...works))).toEqual([0, 1, 2].map((n) => (n === place ? 'refused' : 'done')));
    expect(file.seen()).toEqual([0, 1, 2].filter((number) => number !== place));
    expect(statuses(await file.run(file.insert(place)))).toEqual(['done']);
  });

  it('ask nothing more once SQLite has rolled back by itself, and all fail', async () => {
    using file = await aFile();
    file.handle.exec(
      "create trigger full before insert on numbers when new.number = 2 begin select raise(rollback, 'disk I/O error'); end",
    );
    // asked for before the answer to the one that fails is there
    const atOnce: Work = (tx) => Promise.all([file.insert(2)(tx), file.insert(3)(tx)]);
    expect(statuses(await file.run(file.insert(1), atOnce, file.insert(4)))).toEqual([
      expect.stringContaining('disk I/O error'),
      expect.stringContaining('disk I/O error'),
      'done',
    ]);
    expect(file.seen()).toEqual([4]);
  });

  it('all fail where the commit does, also one that was refused for what another has written, and leave nothing', async () => {
    using file = await aFile();
    file.failures.push(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }));
    const results = await file.run(file.insert(1), file.insert(2), file.insert(1));
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(UnavailableError) });
    expect(file.seen()).toEqual([]);
    expect(statuses(await file.run(file.insert(1), file.insert(1), file.insert(2)))).toEqual([
      'done',
      expect.stringContaining('UNIQUE'),
      'done',
    ]);
    expect(file.seen()).toEqual([1, 2]);
  });

  it('all fail where SQLite rolls back by itself in one of them', async () => {
    using file = await aFile();
    const lost: Work = async (tx) => {
      await file.insert(2)(tx);
      file.handle.exec('rollback');
      throw new UnavailableError(new Error('disk I/O error'));
    };
    const results = await file.run(file.insert(1), lost, file.insert(3));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    for (const result of results.slice(0, 2)) expect(result).toMatchObject({ reason: expect.any(UnavailableError) });
    expect(file.seen()).toEqual([3]);
  });

  it('hold up nothing else, and nothing else sees what is not committed', async () => {
    using file = await aFile();
    const done: string[] = [];
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const waiting: Promise<unknown>[] = [file.alone.transaction().execute(() => opened)];
    /** Asks for the connection behind those who have asked before. */
    async function ask(work: () => Promise<unknown>) {
      await nextTurn();
      waiting.push(work());
    }
    const short = (number: number) => () => file.run(file.insert(number)).then(() => done.push(`${number}`));
    await ask(short(1));
    await ask(short(2));
    await ask(() =>
      file.alone
        .transaction()
        .execute(async (tx) => {
          done.push(`another transaction sees ${file.seen()}`);
          await fails(file.insert(9))(tx);
        })
        .catch(() => {}),
    );
    await ask(short(3));
    await ask(async () => {
      const { rows } = await sql<{ count: number }>`select count(*) as count from numbers`.execute(file.alone);
      done.push(`a statement counts ${rows[0]?.count} of ${file.seen().length}`);
    });
    await ask(short(4));
    await nextTurn();
    open();
    await Promise.all(waiting);
    expect([...done.slice(0, 3).sort(), ...done.slice(3)]).toEqual([
      ...['1', '2', 'another transaction sees 1,2'],
      ...['3', 'a statement counts 3 of 3', '4'],
    ]);
    expect(file.seen()).toEqual([1, 2, 3, 4]);
  });
});

describe('proposals at once', () => {
  inFile('are each there when they are answered, and one that fails leaves no word', async ({ file, store }) => {
    vi.useRealTimers();
    const other = new BetterSqlite(file, { readonly: true });
    const find = other.prepare('select count(*) from knowledge_units where id = ?').pluck();
    const refused = aUnit({ insight: { summary: 'narwhal', detail: '', action: '' } });
    const propose = async () => {
      const { id } = await store.units.propose(
        aProposal({ insight: { summary: 'walrus', detail: '', action: '' } }),
        noon,
      );
      return find.get(id);
    };
    const failing = databaseOf(store).shortTransaction(async (tx) => {
      await insertUnits(tx, [refused]);
      throw new Error('refused');
    });
    const proposals = Array.from({ length: 20 }, (_, at) =>
      at === 10 ? failing.catch((error: Error) => error.message) : propose(),
    );
    expect(await Promise.all(proposals)).toEqual(Array.from({ length: 20 }, (_, at) => (at === 10 ? 'refused' : 1)));
    expect(find.get(refused.id)).toBe(0);
    const ask = async (text: string) => (await store.units.search({ text, filter: {}, limit: 50 })).hits.length;
    expect([await ask('walrus'), await ask('narwhal')]).toEqual([19, 0]);
    other.close();
    const words = new BetterSqlite(file);
    words.exec("insert into search_words (search_words) values ('integrity-check')");
    words.close();
  });
});

const databaseOf = (store: Store) => (store as unknown as { db: Database }).db;
