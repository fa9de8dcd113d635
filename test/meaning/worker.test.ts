import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Worker } from '../../src/background/repeat.ts';
import { sqliteDatabase } from '../../src/database-config.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { startWorker } from '../../src/meaning/worker.ts';
import { openStore } from '../../src/store/open.ts';
import type { EmbeddingProgress, Store } from '../../src/store/store.ts';
import { type EmbeddingServer, startEmbeddingServer } from '../embedding/openai-server.ts';
import { embedderOf } from '../embedding/services.ts';
import { aUnit } from '../harness.ts';
import { until } from './places.ts';

let service: EmbeddingServer;
let store: Store;
let workers: Worker[];
/** Pauses that the workers asked for; none is longer than a moment, and the clock goes on by as much. */
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

function start(embedder: Embedder = embedderOf(service), batch = 8): Worker {
  const worker = startWorker({
    store,
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
  it('embeds what there is in batches, and switches the model on', async () => {
    await add(...Array.from({ length: 20 }, (_, at) => `Lesson ${at}`));
    start();
    await reached({ state: 'active', done: 20, waiting: 0 });
    const sizes = service.seen.map(({ body }) => body.input.length);
    expect(sizes).toEqual([1, 8, 8, 4]);
  });

  it('splits a batch until the text that is not taken is alone, and parks that one with the reason', async () => {
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

  it('waits longer and longer for a service that is away, and takes no jobs meanwhile', async () => {
    await add('One', 'Two', 'Three');
    service.mood = 'broken';
    const worker = start();
    await until(
      async () => pauses.length,
      (count) => count > 9,
    );
    expect(worker.problem).toMatch(/answered 500/);
    expect(pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(warnings.filter((message) => message === 'embedding is held up')).toHaveLength(1);
    service.mood = 'well';
    await reached({ done: 3, waiting: 0 });
    expect(worker.problem).toBeNull();
  });

  it.for(['unauthorised', 'shrunken'] as const)('costs no job an attempt while the service is %s', async (mood) => {
    start();
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

  it('parks what makes the service fail, and only that', async () => {
    const embedder = embedderOf(service);
    // a text that a service breaks down over, which it answers like an outage
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

  it('shares the jobs with others', async () => {
    await add(...Array.from({ length: 60 }, (_, at) => `Lesson ${at}`));
    for (let count = 0; count < 4; count++) start(embedderOf(service), 3);
    await reached({ state: 'active', done: 60, waiting: 0 });
    const texts = service.seen
      .flatMap(({ body }) => body.input as string[])
      .filter((text) => text.startsWith('Lesson'));
    expect(texts).toHaveLength(60);
    expect(await store.embeddings.models()).toHaveLength(1);
  });

  it('stops at once, and gives back what it was at', async () => {
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

  it('leaves a model alone that another one has taken the place of', async () => {
    await add('One');
    start();
    await reached({ state: 'active', done: 1 });
    start(embedderOf(service, 'openai', { MODEL: 'another' }));
    await until(
      () => store.embeddings.models(),
      (models) => models.length === 2 && models[0]?.state === 'retired' && models[1]?.state === 'active',
    );
    const count = pauses.length;
    await until(
      async () => pauses.length,
      (now) => now > count + 10,
    );
    expect((await store.embeddings.models()).map(({ state }) => state)).toEqual(['retired', 'active']);
  });
});
