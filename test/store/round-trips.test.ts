import { AsyncLocalStorage } from 'node:async_hooks';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateUnits, load } from '../../bench/generate.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { confidence } from '../../src/domain/rules.ts';
import { openStore } from '../../src/store/open.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { aFlag, aProposal, aReview, later } from './conformance/fixture.ts';
import { addUser } from './conformance/users.ts';

/**
 * How often an operation waits for an answer of PostgreSQL, and how often for one of a thread of searches on SQLite: while it does, others
 * have the process, and the operation waits for its turn again.
 */

/** Counts what is asked in the course of one operation, and nothing that goes on beside it. */
const counted = new AsyncLocalStorage<{ readonly trips: string[] }>();

const count = (asked: string) => counted.getStore()?.trips.push(asked);

const textOf = (query: unknown) => (typeof query === 'string' ? query : ((query as pg.QueryConfig).text ?? 'several'));

/**
 * Who follows a log is told after the operation; and a new connection, which is checked once, is opened where something in the
 * background has the other one just then.
 */
const isBeside = (text: string) => text.includes('pg_notify') || text.includes('cq.options');

beforeEach(() => {
  // pg sends a query when the one before is answered; several statements at once are one query
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const text = textOf(given[0]);
    if (!isBeside(text)) count(text);
    return query.apply(this, given as never) as never;
  });
  const { postMessage } = Worker.prototype;
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...given) {
    count('a search thread');
    return postMessage.apply(this, given as never);
  });
});

const units = [...generateUnits(400)].map(({ unit }) => unit);
const approved = units.filter(({ status }) => status === 'approved');
const pending = units.filter(({ status }) => status === 'pending');
const commonest = approved[0]?.domains ?? [];
const words = (unit: KnowledgeUnit | undefined, most: number) =>
  unit?.insight.summary.split(' ').slice(0, most).join(' ');

let taken = 0;
const next = (from: readonly KnowledgeUnit[]) => from[taken++ % from.length]?.id ?? '';

interface Operation {
  readonly name: string;
  readonly run: (store: Store) => Promise<unknown>;
  readonly SQLite: number;
  readonly PostgreSQL: number;
}

const search = (text: string | undefined, domains?: readonly string[]) => (store: Store) =>
  store.units.search({ text, filter: { statuses: ['approved'], domains }, limit: 5 });

const operations: readonly Operation[] = [
  {
    name: 'confirm, for the first time',
    run: (store) => store.units.confirm(next(approved), 'mia', later(taken), confidence.confirmed),
    SQLite: 0,
    PostgreSQL: 2,
  },
  {
    name: 'confirm, again',
    run: (store) => store.units.confirm(approved[0]?.id ?? '', 'mia', later(taken++), confidence.confirmed),
    SQLite: 0,
    PostgreSQL: 2,
  },
  {
    name: 'confirm, where that counts once in a time',
    run: (store) => store.units.confirm(next(approved), 'ada', later(taken), confidence.confirmed, later(-1000)),
    SQLite: 0,
    PostgreSQL: 5,
  },
  {
    name: 'flag',
    run: (store) => store.units.flag(aFlag(next(approved)), confidence.flagged),
    SQLite: 0,
    PostgreSQL: 2,
  },
  {
    name: 'propose',
    run: (store) => store.units.propose(aProposal({ createdBy: 'mia' }), later(taken++)),
    SQLite: 0,
    PostgreSQL: 3,
  },
  {
    name: 'propose, with an idempotency key',
    run: (store) =>
      store.units.propose(aProposal({ createdBy: 'mia' }), later(taken++), { key: `${taken}`, since: later(-1000) }),
    SQLite: 0,
    PostgreSQL: 5,
  },
  {
    name: 'approve',
    run: (store) => store.reviews.decide(next(pending), aReview('approved', 'rob')),
    SQLite: 0,
    PostgreSQL: 2,
  },
  { name: 'search by common words', run: search('the one'), SQLite: 2, PostgreSQL: 4 },
  { name: 'search by words', run: search(words(approved[3], 5)), SQLite: 2, PostgreSQL: 4 },
  { name: 'search by domain', run: search(undefined, commonest), SQLite: 0, PostgreSQL: 3 },
  { name: 'search by domain and words', run: search(words(approved[5], 5), commonest), SQLite: 3, PostgreSQL: 5 },
  {
    name: 'five units by id',
    run: (store) => store.units.findMany(approved.slice(0, 5).map(({ id }) => id)),
    SQLite: 0,
    PostgreSQL: 1,
  },
  {
    name: 'list',
    run: (store) =>
      store.units.list({ statuses: ['approved'] }, { field: 'createdAt', direction: 'desc' }, { limit: 20 }),
    SQLite: 0,
    PostgreSQL: 1,
  },
];

const stores = {
  async SQLite() {
    const folder = temporaryFolder();
    const store = await openStore(sqliteDatabase(folder.file('cq.db')), { migrate: true });
    return {
      store,
      async [Symbol.asyncDispose]() {
        await store.close();
        folder[Symbol.dispose]();
      },
    };
  },
  async PostgreSQL() {
    const database = await createDatabase();
    const store = await openStore(configOf(database.url), { migrate: false });
    return {
      store,
      async [Symbol.asyncDispose]() {
        await store.close();
        await database[Symbol.asyncDispose]();
      },
    };
  },
};

describe.for(['SQLite', 'PostgreSQL'] as const)('on %s', (name) => {
  let opened: { readonly store: Store } & AsyncDisposable;
  beforeAll(async () => {
    opened = await stores[name]();
    const { store } = opened;
    await load(store, units.length);
    for (const username of ['mia', 'ada', 'rob']) await addUser(store, username);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  it.for(operations.map((operation) => [operation.name, operation] as const))(
    '%s takes as many round trips as it has to',
    async ([, { run, [name]: expected }]) => {
      // the first time reads the index of words, and builds statements
      for (let warm = 0; warm < 3; warm++) await run(opened.store);
      const counts = { trips: [] };
      await counted.run(counts, () => run(opened.store));
      expect(counts.trips).toHaveLength(expected);
    },
  );
});
