import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/background/clock.ts';
import { startReindexing } from '../../src/background/reindexing.ts';
import type { Worker } from '../../src/background/run-loop.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { UnavailableError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import { until } from '../embedding/both-databases.ts';
import { aUnit } from '../harness.ts';
import { indexAs } from '../store/conformance/analyser.ts';

let store: Store;
let worker: Worker | undefined;
/** Pauses that the worker asked for. They return at once, and advance the fake clock. */
let pauses: number[];
let time: number;
let said: { msg: string; left?: number; done?: number; units?: number }[];

beforeEach(async () => {
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  [pauses, said, time] = [[], [], Date.UTC(2026, 0, 2)];
});
afterEach(async () => {
  await worker?.stop();
  await store.close();
});

/** Starts a worker whose batches take this long by its clock. */
function start(of: Store = store, tookMs = 0) {
  worker = startReindexing({
    store: of,
    log: pino({ base: null, timestamp: false }, { write: (line: string) => said.push(JSON.parse(line)) }),
    clock: {
      now() {
        time += tookMs;
        return new Date(time);
      },
      random: () => 0,
      async sleep(ms) {
        pauses.push(ms);
        time += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
  });
}

async function putOlder(count: number): Promise<KnowledgeUnit[]> {
  const units = Array.from({ length: count }, () => aUnit());
  await store.units.restoreMany(units.map((unit) => ({ unit, flags: [] })));
  await indexAs(store, 0, units);
  return units;
}

const messages = () => said.map(({ msg }) => msg);
const isDone = () => until(store.units.outdated, (left) => left === 0);
const isIdle = () =>
  until(
    async () => pauses.at(-1),
    (pause) => pause === 45_000,
  );

describe('reindexing in the background', () => {
  it('repeats batches with pauses until no outdated unit is left, and logs its begin and end', async () => {
    await putOlder(25);
    start();
    await isIdle();
    expect(await store.units.outdated()).toBe(0);
    expect(pauses.slice(0, 3)).toEqual([10, 10, 45_000]);
    expect(said).toMatchObject([
      { msg: 'the analyser has changed: reindexing units', left: 25 },
      { msg: 'units are reindexed', units: 25 },
    ]);
  });

  it('pauses for as long as a batch took, and logs its progress', async () => {
    await putOlder(100);
    start(store, 250);
    await isIdle();
    expect(new Set(pauses.slice(0, 10))).toEqual(new Set([250]));
    await worker?.stop();
    await putOlder(100);
    [pauses, said] = [[], []];
    start(store, 5000);
    await isIdle();
    // however slow it is
    expect(new Set(pauses.slice(0, 10))).toEqual(new Set([1000]));
    expect(messages().filter((message) => message === 'reindexing units').length).toBeGreaterThan(1);
    expect(said.find(({ msg }) => msg === 'reindexing units')).toMatchObject({
      done: expect.any(Number),
      left: expect.any(Number),
    });
  });

  it('logs nothing without outdated units, and finds those that an older process writes later', async () => {
    start();
    await isIdle();
    expect(said).toEqual([]);
    await putOlder(3);
    await isDone();
    expect(messages()).toContain('the analyser has changed: reindexing units');
  });

  it('backs off while the database is unreachable, logs that once, and resumes', async () => {
    await putOlder(15);
    let away = true;
    const unreliable: Store = Object.create(store, {
      units: {
        value: {
          ...store.units,
          async reindex(limit: number) {
            if (away) throw new UnavailableError(new Error('gone'));
            return store.units.reindex(limit);
          },
        },
      },
    });
    start(unreliable);
    await until(
      async () => pauses.length,
      (count) => count > 7,
    );
    expect(pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(worker?.problem).not.toBeNull();
    expect(messages()).toEqual(['the analyser has changed: reindexing units', 'reindexing units failed; retrying']);
    away = false;
    await isDone();
    await isIdle();
    const after = messages().slice(2);
    // it may also say how far it is, since it took so long
    expect(after.filter((message) => message !== 'reindexing units')).toEqual([
      'reindexing units resumed',
      'units are reindexed',
    ]);
    expect(worker?.problem).toBeNull();
  });

  it('stops at once, also during a pause', async () => {
    const sleeping = vi
      .spyOn(systemClock, 'sleep')
      .mockImplementation((_ms, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())));
    worker = startReindexing({ store, log: pino({ level: 'silent' }) });
    await until(
      async () => sleeping.mock.calls.length,
      (count) => count === 1,
    );
    // it would sleep for good
    await worker.stop();
  });
});
