import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/background/clock.ts';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { type EmbeddingWorker, startWorker } from '../../src/embedding/worker.ts';
import { openStore } from '../../src/store/open.ts';
import type { EmbeddingProgress, Store } from '../../src/store/store.ts';
import { aUnit } from '../harness.ts';
import { until } from './both-databases.ts';
import { type EmbeddingServer, serverModel, startEmbeddingServer, vectorFor } from './openai-server.ts';
import { embedderOf } from './provider-fixture.ts';

let service: EmbeddingServer;
let store: Store;
let workers: EmbeddingWorker[];
/** Pauses that the workers asked for. They return at once, and advance the fake clock. */
let pauses: number[];
let time: number;
let warnings: string[];

beforeEach(async () => {
  service = await startEmbeddingServer();
  store = await openStore(sqliteDatabase(':memory:'), { migrate: true });
  workers = [];
  pauses = [];
  warnings = [];
  time = Date.UTC(2026, 0, 2);
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await store.close();
  await service[Symbol.asyncDispose]();
});

function start(
  embedder: Embedder = embedderOf(service),
  batch = 8,
  changes: Partial<Clock> = {},
  of: Store = store,
): EmbeddingWorker {
  const worker = startWorker({
    store: of,
    embedder,
    batch,
    timeoutMs: 5000,
    log: pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line).msg) }),
    clock: {
      now: () => new Date(time),
      random: () => 0,
      async sleep(ms) {
        pauses.push(ms);
        time += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
      ...changes,
    },
  });
  workers.push(worker);
  return worker;
}

async function add(...summaries: string[]): Promise<string[]> {
  const units = summaries.map((summary) => aUnit({ insight: { summary } }));
  for (const unit of units) await store.units.restore(unit, []);
  return units.map(({ id }) => id);
}

/** The service answers vectors of other dimensions from now on. */
const swap = (size: number) => {
  service.vectorOf = (text) => vectorFor(text, size);
};

const models = async () => (await store.embeddings.models()).map(({ dimensions, state }) => ({ dimensions, state }));

/** Waits until the workers have paused this many times. */
async function pausing(times: number) {
  const count = pauses.length;
  await until(
    async () => pauses.length,
    (now) => now > count + times,
  );
}

async function progress(): Promise<EmbeddingProgress & { state: string | undefined }> {
  const [model] = await store.embeddings.models();
  const none = { done: 0, waiting: 0, parked: 0 };
  return { state: model?.state, ...(model ? await store.embeddings.progress(model.id) : none) };
}

const reached = (expected: Partial<Awaited<ReturnType<typeof progress>>>) =>
  until(progress, (now) => Object.entries(expected).every(([name, value]) => now[name as keyof typeof now] === value));

const parked = async () => {
  const [model] = await store.embeddings.models();
  return model ? (await store.embeddings.parked(model.id, { limit: 10 })).items : [];
};

describe('a worker', () => {
  it('computes the mean cosine of the active model, and again when it has twice as many vectors', async () => {
    const known = async () => (await store.embeddings.models()).map(({ meanCosineUnits }) => meanCosineUnits);
    await add(...Array.from({ length: 55 }, (_, at) => `lesson ${at}`));
    const worker = start();
    await until(known, ([count]) => count === 55);
    await add(...Array.from({ length: 60 }, (_, at) => `another lesson ${at}`));
    worker.wake();
    await until(known, ([count]) => count === 115);
    const [model] = await store.embeddings.models();
    expect(model?.meanCosine).toBeGreaterThan(-1);
    expect(model?.meanCosine).toBeLessThan(1);
  });

  it('embeds all units in batches, and activates the model', async () => {
    await add(...Array.from({ length: 20 }, (_, at) => `Lesson ${at}`));
    start();
    await reached({ state: 'active', done: 20, waiting: 0 });
    const sizes = service.seen.map(({ body }) => body.input.length);
    expect(sizes).toEqual([1, 8, 8, 4]);
  });

  it('claims jobs for longer than several timeouts, and polls about every second', async () => {
    const locks: number[] = [];
    const watched: Store = {
      ...store,
      embeddings: {
        ...store.embeddings,
        claim(...args) {
          locks.push(args[3]);
          return store.embeddings.claim(...args);
        },
      },
    };
    await add('One');
    start(undefined, undefined, {}, watched);
    await reached({ state: 'active', done: 1, waiting: 0 });
    await pausing(5);
    // five calls of 5 s, and a minute
    expect(new Set(locks)).toEqual(new Set([85_000]));
    // the shortest interval, since `random` is 0
    expect(new Set(pauses.slice(-3))).toEqual(new Set([750]));
  });

  it('bisects a batch until the refused text is alone, and parks that job with the reason', async () => {
    service.dislikes = /rude/;
    const [, rude] = await add('One', 'A rude one', 'Two', 'Three', 'Four');
    const worker = start();
    await reached({ state: 'active', done: 4, waiting: 0, parked: 1 });
    expect(await parked()).toMatchObject([
      { unitId: rude, attempts: 1, lastError: expect.stringContaining('not nice') },
    ]);
    expect(worker.problem).toBeNull();
    service.dislikes = null;
    const [model] = await store.embeddings.models();
    await store.embeddings.retry(model?.id ?? 0, null, new Date(time));
    await reached({ done: 5, parked: 0 });
  });

  it('backs off while the service is unreachable, and claims no jobs meanwhile', async () => {
    await add('One', 'Two', 'Three');
    service.mood = 'broken';
    const worker = start();
    await until(
      async () => pauses.length,
      (count) => count > 9,
    );
    expect(worker.problem).toMatch(/answered 500/);
    expect(pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(warnings.filter((message) => message === 'embedding failed; retrying')).toHaveLength(1);
    service.mood = 'well';
    await reached({ done: 3, waiting: 0 });
    expect(worker.problem).toBeNull();
  });

  it.for(['unauthorised', 'shrunken'] as const)('costs no job an attempt while the service is %s', async (mood) => {
    start(embedderOf(service, 'openai', { DIMENSIONS: '8' }));
    await reached({ state: 'active' });
    service.mood = mood;
    await add('One', 'Two');
    await until(
      async () => pauses.at(-1),
      (pause) => pause === 600_000,
    );
    expect(await progress()).toMatchObject({ done: 0, waiting: 2, parked: 0 });
    service.mood = 'well';
    await reached({ done: 2 });
    expect(await parked()).toEqual([]);
  });

  it('parks the job whose text makes the service fail, and no other', async () => {
    const embedder = embedderOf(service);
    // a poison message: the service fails on this text as in an outage
    const fragile: Embedder = {
      model: embedder.model,
      async embed(texts, kind, signal) {
        if (texts.some((text) => text.includes('poison'))) service.mood = 'broken';
        return embedder.embed(texts, kind, signal).finally(() => {
          service.mood = 'well';
        });
      },
    };
    const [, poison] = await add('One', 'poison', 'Two', 'Three');
    start(fragile);
    await reached({ state: 'active', done: 3, waiting: 0, parked: 1 });
    expect(await parked()).toMatchObject([{ unitId: poison, attempts: 12, lastError: expect.stringContaining('500') }]);
  });

  it('shares the jobs with other workers', async () => {
    await add(...Array.from({ length: 60 }, (_, at) => `Lesson ${at}`));
    for (let count = 0; count < 4; count++) start(embedderOf(service), 3);
    await reached({ state: 'active', done: 60, waiting: 0 });
    const texts = service.seen
      .flatMap(({ body }) => body.input as string[])
      .filter((text) => text.startsWith('Lesson'));
    expect(texts).toHaveLength(60);
    expect(await store.embeddings.models()).toHaveLength(1);
  });

  it('stops at once, and releases its claims', async () => {
    await add('One', 'Two');
    const worker = start();
    await reached({ done: 2 });
    service.mood = 'slow';
    await add('Three');
    await service.waiting(1);
    await worker.stop();
    service.release();
    const [model] = await store.embeddings.models();
    const again = await store.embeddings.claim(model?.id ?? 0, 10, new Date(time), 1000);
    expect(again.map(({ unit }) => unit.insight.summary)).toEqual(['Three']);
  });

  it('stays passive when another process has replaced its model', async () => {
    await add('One');
    start();
    await reached({ state: 'active', done: 1 });
    start(embedderOf(service, 'openai', { MODEL: 'another' }));
    await until(
      () => store.embeddings.models(),
      (models) => models.length === 2 && models[0]?.state === 'retired' && models[1]?.state === 'active',
    );
    await pausing(200);
    expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['retired', 'active']);
    expect(workers.map(({ problem }) => problem)).toEqual([
      expect.stringContaining(`Another process has replaced the model openai (${serverModel}) with 8 dimensions`),
      null,
    ]);
    const embedded = service.seen.length;
    await add('Two');
    await until(
      () => store.embeddings.progress(2),
      ({ done }) => done === 2,
    );
    // no process has made a vector with the previous model
    expect(service.seen).toHaveLength(embedded + 1);
  });

  it('replaces the active model when that has no heartbeat any more', async () => {
    await add('One');
    const first = start();
    await reached({ state: 'active', done: 1 });
    start(embedderOf(service, 'openai', { MODEL: 'another' }));
    await until(
      async () => first.problem,
      (problem) => problem !== null,
    );
    await pausing(2000);
    expect(await models()).toMatchObject([{ state: 'retired' }, { state: 'active' }]);
    await workers.pop()?.stop();
    await add('Two');
    await reached({ state: 'active', done: 2 });
    expect(await models()).toMatchObject([{ state: 'active' }, { state: 'retired' }]);
    await pausing(200);
    expect(first.problem).toBeNull();
  });

  it('purges retired models, and abandoned ones', async () => {
    await add('One', 'Two');
    const given = await store.embeddings.register(
      { provider: 'hash', name: 'given up', dimensions: 4, documentPrefix: '' },
      new Date(time),
    );
    const live = await store.embeddings.register({ ...given, name: 'slow' }, new Date(time + 86_400_000));
    start();
    await until(models, (all) => all[2]?.state === 'active');
    expect(await models()).toMatchObject([{ state: 'building' }, { state: 'building' }, { state: 'active' }]);
    time += 86_400_000;
    await until(
      () => store.embeddings.progress(given.id),
      ({ waiting }) => waiting === 0,
    );
    expect(await models()).toMatchObject([{ state: 'retired' }, { state: 'building' }, { state: 'active' }]);
    expect(await store.embeddings.progress(live.id)).toEqual({ done: 0, waiting: 2, parked: 0 });
  });

  describe('whose service changes its dimensions', () => {
    it('builds another model beside the previous one', async () => {
      await add('One', 'Two', 'Three');
      const worker = start();
      await reached({ state: 'active', done: 3 });
      swap(12);
      await add('Four');
      await until(models, (all) => all[1]?.state === 'active');
      expect(await models()).toEqual([
        { dimensions: 8, state: 'retired' },
        { dimensions: 12, state: 'active' },
      ]);
      expect(await store.embeddings.progress(2)).toEqual({ done: 4, waiting: 0, parked: 0 });
      await until(
        async () => worker.problem,
        (problem) => problem === null,
      );
    });

    it('probes when other dimensions are reported, with nothing to embed', async () => {
      await add('One');
      const worker = start();
      await reached({ state: 'active', done: 1 });
      swap(12);
      const asked = service.seen.length;
      worker.reportDimensions(8);
      await pausing(20);
      expect(service.seen).toHaveLength(asked);
      worker.reportDimensions(12);
      await until(models, (all) => all[1]?.state === 'active');
      expect(await store.embeddings.progress(2)).toEqual({ done: 1, waiting: 0, parked: 0 });
    });

    it('follows another process that has noticed first', async () => {
      await add('One');
      const first = start();
      await reached({ state: 'active', done: 1 });
      swap(12);
      const second = start();
      await until(models, (all) => all[1]?.state === 'active');
      await second.stop();
      await pausing(200);
      expect(first.problem).toBeNull();
      await add('Two');
      await until(
        () => store.embeddings.progress(2),
        ({ done }) => done === 2,
      );
      expect(await models()).toMatchObject([{ state: 'retired' }, { state: 'active' }]);
    });

    it('does not switch while the service alternates between two', async () => {
      await add('One');
      const worker = start();
      await reached({ state: 'active', done: 1 });
      let calls = 0;
      service.vectorOf = (text) => vectorFor(text, calls++ % 3 === 2 ? 8 : 12);
      await add('Two');
      await pausing(30);
      expect(await models()).toEqual([{ dimensions: 8, state: 'active' }]);
      expect(worker.problem).toMatch(/a vector with 12 dimensions, expected 8/);
      swap(8);
      await reached({ state: 'active', done: 2 });
    });

    it('reports a problem when the dimensions are configured', async () => {
      await add('One');
      const worker = start(embedderOf(service, 'openai', { DIMENSIONS: '8' }));
      await reached({ state: 'active', done: 1 });
      swap(12);
      worker.reportDimensions(12);
      await pausing(10);
      expect(worker.problem).toMatch(/openai \(tiny-8\) answered a vector with 12 dimensions, expected 8/);
      expect(await models()).toEqual([{ dimensions: 8, state: 'active' }]);
    });
  });

  describe('that is woken', () => {
    /** Pauses that end only when they are aborted. */
    const untilAborted = (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        pauses.push(ms);
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve());
      });
    const paused = (times: number) =>
      until(
        async () => pauses.length,
        (count) => count === times,
      );

    it('polls at once', async () => {
      const worker = start(undefined, undefined, { sleep: untilAborted });
      await paused(1);
      await add('One');
      worker.wake();
      await reached({ state: 'active', done: 1 });
    });

    it('polls again when it was polling already', async () => {
      let woken = false;
      const worker = start(undefined, undefined, {
        sleep: untilAborted,
        random() {
          if (!woken) worker.wake();
          woken = true;
          return 0;
        },
      });
      await paused(2);
      expect(woken).toBe(true);
    });

    it('does not cut a backoff short', async () => {
      service.mood = 'broken';
      const worker = start(undefined, undefined, { sleep: untilAborted });
      await paused(1);
      worker.wake();
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(pauses).toHaveLength(1);
    });
  });
});
