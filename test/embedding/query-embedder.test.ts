import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddingError } from '../../src/embedding/failure.ts';
import { createQueryEmbedder, type QuestionOptions } from '../../src/embedding/query-embedder.ts';
import { type EmbeddingServer, startEmbeddingServer, vectorFor } from './openai-server.ts';
import { embedderOf, rounded, unitVectorFor } from './services.ts';

let server: EmbeddingServer;
let reports: EmbeddingError[];
let time: number;
beforeEach(async () => {
  server = await startEmbeddingServer();
  reports = [];
  time = 0;
});
afterEach(() => server[Symbol.asyncDispose]());

/** A pause of 1000 ms after three failures, 4000 ms at most, on a clock that the test turns. */
const questionsOf = (changes: Partial<QuestionOptions> = {}) =>
  createQueryEmbedder(embedderOf(server, 'openai', { QUERY_PREFIX: 'query: ' }), {
    timeoutMs: 5000,
    report: (error) => reports.push(error),
    breaker: { failures: 3, firstPauseMs: 1000, longestPauseMs: 4000, now: () => time, random: () => 0 },
    ...changes,
  });

describe('a question', () => {
  it('gets its vector, once for all who ask it', async () => {
    const questions = questionsOf();
    const asked = await Promise.all([questions.queryVector('a'), questions.queryVector('a')]);
    const again = await questions.queryVector('a');
    const vectors = [...asked, again].map((answer) => ('vector' in answer ? answer.vector : new Float32Array()));
    expect(rounded(vectors)).toEqual(rounded(vectors.map(() => unitVectorFor('query: a'))));
    expect(server.seen.map(({ body }) => body.input)).toEqual([['query: a']]);
  });

  it('of another size than was asked for is asked again', async () => {
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

  it('is forgotten when others were asked more lately', async () => {
    const questions = questionsOf({ remembered: 2 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await questions.queryVector(text);
    expect(server.seen.map(({ body }) => body.input[0])).toEqual(['query: a', 'query: b', 'query: c', 'query: b']);
  });

  it('is forgotten when longer ones take up the room', async () => {
    const questions = questionsOf({ remembered: 10_000 });
    for (let index = 0; index < 40; index++) await questions.queryVector(`${index} ${'x'.repeat(250_000)}`);
    const asked = server.seen.length;
    await questions.queryVector(`39 ${'x'.repeat(250_000)}`);
    expect(server.seen).toHaveLength(asked);
    await questions.queryVector(`0 ${'x'.repeat(250_000)}`);
    expect(server.seen).toHaveLength(asked + 1);
  });

  it('goes without a vector when that takes too long', async () => {
    server.mood = 'slow';
    const questions = questionsOf({ timeoutMs: 500 });
    expect(await questions.queryVector('a')).toEqual({ unavailable: 'timeout' });
    expect(reports.map(({ retryable }) => retryable)).toEqual([true]);
    server.mood = 'well';
    expect(await questions.queryVector('a')).toHaveProperty('vector');
  });

  it('goes without a vector when nobody is there', async () => {
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
  ] as const)('goes without a vector when the service is %s', async ([mood, unavailable]) => {
    server.mood = mood;
    expect(await questionsOf().queryVector('a')).toEqual({ unavailable });
    expect(reports).toHaveLength(1);
    expect(JSON.stringify(reports.map(({ message }) => message))).not.toContain('hush');
  });
});

describe('a service that fails', () => {
  /** What becomes of a question that nobody has asked. */
  let asked = 0;
  async function outcomeOf(questions: ReturnType<typeof questionsOf>): Promise<string> {
    const answer = await questions.queryVector(`question ${asked++}`);
    return 'vector' in answer ? 'vector' : answer.unavailable;
  }

  async function pausedQuestions() {
    const questions = questionsOf();
    await questions.queryVector('known');
    server.mood = 'broken';
    for (let failures = 0; failures < 3; failures++) expect(await outcomeOf(questions)).toBe('failed');
    return questions;
  }

  it('is left alone for a while, and what is known is answered', async () => {
    const questions = await pausedQuestions();
    expect([await outcomeOf(questions), await outcomeOf(questions)]).toEqual(['paused', 'paused']);
    time = 999;
    expect(await outcomeOf(questions)).toBe('paused');
    expect(await questions.queryVector('known')).toHaveProperty('vector');
    expect(server.seen).toHaveLength(4);
    expect(reports).toHaveLength(3);
  });

  it('is left alone after five failures, first for a second and never for more than a minute, less up to half', async () => {
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
      // one that is back begins anew
      server.mood = 'well';
      time += 60_000;
      expect(await outcomeOf(questions)).toBe('vector');
      server.mood = 'broken';
      for (let failures = 0; failures < 5; failures++) expect(await outcomeOf(questions)).toBe('failed');
      time += 1000 * share;
      expect(await outcomeOf(questions)).toBe('failed');
    }
  });

  it('is tried by one question after the pause', async () => {
    const questions = await pausedQuestions();
    time = 1000;
    server.mood = 'slow';
    const trial = outcomeOf(questions);
    await server.waiting(1);
    expect(await outcomeOf(questions)).toBe('paused');
    server.release();
    expect(await trial).toBe('vector');
    expect(await outcomeOf(questions)).toBe('vector');
  });

  it('is left alone for twice as long after each failed trial, up to a limit, and anew after a good one', async () => {
    const questions = await pausedQuestions();
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

  it('comes back earlier by chance, by half the pause at most', async () => {
    const breaker = { failures: 1, firstPauseMs: 1000, longestPauseMs: 4000, now: () => time, random: () => 0.5 };
    const questions = questionsOf({ breaker });
    server.mood = 'broken';
    expect(await outcomeOf(questions)).toBe('failed');
    time = 749;
    expect(await outcomeOf(questions)).toBe('paused');
    time = 750;
    expect(await outcomeOf(questions)).toBe('failed');
  });

  it('is not left alone for failures between successes, nor for texts that it refuses', async () => {
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

  it('is not paused again by calls that began before the pause', async () => {
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
