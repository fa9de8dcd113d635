import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddingError } from '../../src/embedding/embedding-error.ts';
import { createQueryEmbedder, type QueryEmbedderOptions } from '../../src/embedding/query-embedder.ts';
import { type EmbeddingServer, startEmbeddingServer, vectorFor } from './openai-server.ts';
import { embedderOf, rounded, unitVectorFor } from './provider-fixture.ts';

let server: EmbeddingServer;
let reports: EmbeddingError[];
let time: number;
beforeEach(async () => {
  server = await startEmbeddingServer();
  reports = [];
  time = 0;
});
afterEach(() => server[Symbol.asyncDispose]());

/** The circuit opens for 1000 ms after three failures, for 4000 ms at most, on a fake clock. */
const questionsOf = (changes: Partial<QueryEmbedderOptions> = {}) =>
  createQueryEmbedder(embedderOf(server, 'openai', { QUERY_PREFIX: 'query: ' }), {
    timeoutMs: 5000,
    onFailure: (error) => reports.push(error),
    breaker: { failureThreshold: 3, openMs: 1000, maxOpenMs: 4000, now: () => time, random: () => 0 },
    ...changes,
  });

describe('a query', () => {
  it('is embedded once for concurrent and later callers', async () => {
    const questions = questionsOf();
    const asked = await Promise.all([questions.queryVector('a'), questions.queryVector('a')]);
    const again = await questions.queryVector('a');
    const vectors = [...asked, again].map((answer) => ('vector' in answer ? answer.vector : new Float32Array()));
    expect(rounded(vectors)).toEqual(rounded(vectors.map(() => unitVectorFor('query: a'))));
    expect(server.seen.map(({ body }) => body.input)).toEqual([['query: a']]);
  });

  it('whose vector has other dimensions than expected is not cached', async () => {
    const questions = questionsOf();
    const sizes: unknown[] = [];
    for (const dimensions of [8, 12, 12, 8, 12]) {
      server.vectorOf = (text) => vectorFor(text, sizes.length < 4 ? 8 : 12);
      const answer = await questions.queryVector('a', 'query', dimensions);
      sizes.push('vector' in answer && answer.vector.length);
    }
    expect(sizes).toEqual([8, 8, 8, 8, 12]);
    expect(server.seen).toHaveLength(4);
  });

  it('is evicted when it is the least recently used', async () => {
    const questions = questionsOf({ cacheSize: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await questions.queryVector(text);
    expect(server.seen.map(({ body }) => body.input[0])).toEqual(['query: a', 'query: b', 'query: c', 'query: b']);
  });

  it('is evicted when longer ones fill the cache', async () => {
    const questions = questionsOf({ cacheSize: 10_000 });
    for (let index = 0; index < 40; index++) await questions.queryVector(`${index} ${'x'.repeat(250_000)}`);
    const asked = server.seen.length;
    await questions.queryVector(`39 ${'x'.repeat(250_000)}`);
    expect(server.seen).toHaveLength(asked);
    await questions.queryVector(`0 ${'x'.repeat(250_000)}`);
    expect(server.seen).toHaveLength(asked + 1);
  });

  it('has no vector after a timeout', async () => {
    server.mood = 'slow';
    const questions = questionsOf({ timeoutMs: 500 });
    expect(await questions.queryVector('a')).toEqual({ unavailable: 'timeout' });
    expect(reports.map(({ retryable }) => retryable)).toEqual([true]);
    server.mood = 'well';
    expect(await questions.queryVector('a')).toHaveProperty('vector');
  });

  it('has no vector when the connection is refused', async () => {
    await server.leave();
    expect(await questionsOf().queryVector('a')).toEqual({ unavailable: 'failed' });
    expect(reports.map(({ message }) => message)).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it.for([
    ['broken', 'failed'],
    ['unauthorised', 'failed'],
    ['not JSON', 'failed'],
    ['empty vectors', 'failed'],
    ['one too few', 'failed'],
    ['refusing', 'refused'],
    ['zeros', 'refused'],
  ] as const)('has no vector when the service is %s', async ([mood, unavailable]) => {
    server.mood = mood;
    expect(await questionsOf().queryVector('a')).toEqual({ unavailable });
    expect(reports).toHaveLength(1);
    expect(JSON.stringify(reports.map(({ message }) => message))).not.toContain('hush');
  });
});

describe('the circuit breaker', () => {
  /** The outcome of a query that is not cached. */
  let asked = 0;
  async function outcomeOf(questions: ReturnType<typeof questionsOf>): Promise<string> {
    const answer = await questions.queryVector(`question ${asked++}`);
    return 'vector' in answer ? 'vector' : answer.unavailable;
  }

  async function withOpenCircuit() {
    const questions = questionsOf();
    await questions.queryVector('known');
    server.mood = 'broken';
    for (let failures = 0; failures < 3; failures++) expect(await outcomeOf(questions)).toBe('failed');
    return questions;
  }

  it('opens after consecutive failures; cached queries are still answered', async () => {
    const questions = await withOpenCircuit();
    expect([await outcomeOf(questions), await outcomeOf(questions)]).toEqual(['paused', 'paused']);
    time = 999;
    expect(await outcomeOf(questions)).toBe('paused');
    expect(await questions.queryVector('known')).toHaveProperty('vector');
    expect(server.seen).toHaveLength(4);
    expect(reports).toHaveLength(3);
  });

  it('opens by default after five failures, for one second to one minute, less up to half by jitter', async () => {
    for (const [random, share] of [
      [0, 1],
      [1, 0.5],
    ] as const) {
      time = 0;
      const questions = questionsOf({ breaker: { now: () => time, random: () => random } });
      server.mood = 'broken';
      for (let failures = 0; failures < 5; failures++) expect(await outcomeOf(questions)).toBe('failed');
      const pauses = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000];
      for (const pause of pauses) {
        const began = time;
        time = began + pause * share - 1;
        expect([pause, await outcomeOf(questions)]).toEqual([pause, 'paused']);
        time = began + pause * share;
        expect([pause, await outcomeOf(questions)]).toEqual([pause, 'failed']);
      }
      // after a recovery it starts with the shortest time again
      server.mood = 'well';
      time += 60_000;
      expect(await outcomeOf(questions)).toBe('vector');
      server.mood = 'broken';
      for (let failures = 0; failures < 5; failures++) expect(await outcomeOf(questions)).toBe('failed');
      time += 1000 * share;
      expect(await outcomeOf(questions)).toBe('failed');
    }
  });

  it('admits one trial call when it is half-open', async () => {
    const questions = await withOpenCircuit();
    time = 1000;
    server.mood = 'slow';
    const trial = outcomeOf(questions);
    await server.waiting(1);
    expect(await outcomeOf(questions)).toBe('paused');
    server.release();
    expect(await trial).toBe('vector');
    expect(await outcomeOf(questions)).toBe('vector');
  });

  it('stays open twice as long after each failed trial, up to a limit, and closes after a successful one', async () => {
    const questions = await withOpenCircuit();
    for (const pause of [1000, 2000, 4000, 4000]) {
      time += pause - 1;
      expect(await outcomeOf(questions)).toBe('paused');
      time += 1;
      expect(await outcomeOf(questions)).toBe('failed');
    }
    time += 4000;
    server.mood = 'well';
    expect(await outcomeOf(questions)).toBe('vector');
    server.mood = 'broken';
    for (let failures = 0; failures < 3; failures++) expect(await outcomeOf(questions)).toBe('failed');
    time += 999;
    expect(await outcomeOf(questions)).toBe('paused');
    time += 1;
    expect(await outcomeOf(questions)).toBe('failed');
  });

  it('cuts the open time by jitter, by half at most', async () => {
    const breaker = { failureThreshold: 1, openMs: 1000, maxOpenMs: 4000, now: () => time, random: () => 0.5 };
    const questions = questionsOf({ breaker });
    server.mood = 'broken';
    expect(await outcomeOf(questions)).toBe('failed');
    time = 749;
    expect(await outcomeOf(questions)).toBe('paused');
    time = 750;
    expect(await outcomeOf(questions)).toBe('failed');
  });

  it('stays closed when failures are not consecutive, and for refused texts', async () => {
    const questions = questionsOf();
    const moods = [
      'broken',
      'broken',
      'well',
      'broken',
      'broken',
      'refusing',
      'refusing',
      'refusing',
      'refusing',
    ] as const;
    const outcomes: string[] = [];
    for (const mood of moods) {
      server.mood = mood;
      outcomes.push(await outcomeOf(questions));
    }
    expect(outcomes).not.toContain('paused');
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(4);
  });

  it('ignores the outcome of calls that began before it opened', async () => {
    const questions = questionsOf();
    server.mood = 'slow';
    const early = [outcomeOf(questions), outcomeOf(questions), outcomeOf(questions), outcomeOf(questions)];
    await server.waiting(4);
    await server.leave();
    expect(await Promise.all(early)).toEqual(['failed', 'failed', 'failed', 'failed']);
    time = 1000;
    expect(await outcomeOf(questions)).toBe('failed');
  });
});
