import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { BusyError, UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { createUnitQueue } from '../../src/store/postgres/unit-queue.ts';
import { configOf, createDatabase } from '../postgres/databases.ts';
import { noon, put } from './conformance/fixture.ts';

/** Two sessions to read, two to write, and one for probes. */
const poolSize = 5;

/** A store over a database in which another session holds the row of one of two units. */
async function withHeldUnit(lockTimeoutMs = 60_000) {
  const database = await createDatabase();
  const store = await openStore(configOf(database.url, { poolSize, lockTimeoutMs }), { migrate: false });
  const [held, other] = [await put(store), await put(store)];
  const holder = new pg.Client(database.url);
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from knowledge_units where id = $1 for update', [held.id]);
  const confirm = (id: string, by: string, signal?: AbortSignal) =>
    store.units.confirm(id, by, noon, confidence.confirmed, undefined, signal);
  return {
    store,
    held,
    other,
    confirm,
    release: () => holder.query('rollback'),
    /** How many sessions wait for the row. */
    waiting: async () =>
      (await database.query<{ count: number }>(`select count(*)::integer as count from pg_locks where not granted`))[0]
        ?.count,
    async [Symbol.asyncDispose]() {
      await holder.end();
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

test('those who confirm one unit hold one session, and leave the others to others', async () => {
  await using unit = await withHeldUnit();
  const all = Array.from({ length: 20 }, (_, place) => unit.confirm(unit.held.id, `p${place}`));
  await expect.poll(unit.waiting).toBe(1);
  expect((await unit.store.units.find(unit.held.id))?.evidence.confirmations).toBe(1);
  expect((await unit.confirm(unit.other.id, 'ada'))?.evidence.confirmations).toBe(2);
  expect(await unit.waiting()).toBe(1);
  await unit.release();
  const counts = (await Promise.all(all)).map((confirmed) => confirmed?.evidence.confirmations);
  // first come, first served
  expect(counts).toEqual(Array.from({ length: 20 }, (_, place) => place + 2));
});

test('whoever disconnects while others change the unit leaves the queue, and nothing is counted for them', async () => {
  await using unit = await withHeldUnit();
  const gone = new AbortController();
  const first = unit.confirm(unit.held.id, 'first');
  const leaving = unit.confirm(unit.held.id, 'leaving', gone.signal);
  const last = unit.confirm(unit.held.id, 'last');
  gone.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  await unit.release();
  expect((await first)?.evidence.confirmations).toBe(2);
  expect((await last)?.evidence.confirmations).toBe(3);
  expect((await unit.store.units.confirmersOf(unit.held.id)).map(({ username }) => username)).toEqual([
    'first',
    'last',
  ]);
});

test('nobody waits for longer than for a lock', async () => {
  await using unit = await withHeldUnit(300);
  const all = Array.from({ length: 3 }, (_, place) => unit.confirm(unit.held.id, `p${place}`));
  for (const each of await Promise.allSettled(all))
    expect(each).toMatchObject({ status: 'rejected', reason: expect.any(UnavailableError) });
});

test('a transaction that holds the row does not wait for those who wait for it', async () => {
  await using unit = await withHeldUnit();
  const { store, other, confirm } = unit;
  const outside: Promise<unknown>[] = [];
  await store.transaction(async (tx) => {
    await tx.units.confirm(other.id, 'ada', noon, confidence.confirmed);
    outside.push(confirm(other.id, 'bob'));
    await expect.poll(unit.waiting).toBe(1);
    await tx.units.confirm(other.id, 'cid', noon, confidence.confirmed);
  });
  await Promise.all(outside);
  expect((await store.units.find(other.id))?.evidence.confirmations).toBe(4);
});

test('a queue is bounded, of each unit by itself, and gone with its callers', async () => {
  const { enter: queue, settled } = createUnitQueue(3, 0);
  const end = Promise.withResolvers<void>();
  const inside: string[] = [];
  const enter = (unit: string) =>
    queue(unit, () => {
      inside.push(unit);
      return end.promise;
    });
  const all = Array.from({ length: 257 }, () => enter('one'));
  await expect(enter('one')).rejects.toThrow(BusyError);
  all.push(enter('another'));
  await delay(0);
  expect(inside).toEqual(['one', 'another']);
  const left = settled();
  end.resolve();
  await left;
  expect(inside).toHaveLength(258);
  await Promise.all(all);
  await expect(queue('one', async () => 'again')).resolves.toBe('again');
});
