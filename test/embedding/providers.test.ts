import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxConcurrentCalls } from '../../src/embedding/embedder.ts';
import { openEmbedder } from '../../src/embedding/open-embedder.ts';
import { type EmbeddingServer, type Mood, startEmbeddingServer } from './openai-server.ts';
import { configOf, embedderOf, failureOf, key, rounded, type Service, unitVectorFor } from './provider-fixture.ts';

let server: EmbeddingServer;
beforeEach(async () => {
  server = await startEmbeddingServer();
});
afterEach(() => server[Symbol.asyncDispose]());

const texts = ['one', 'two', 'three', 'four', 'five'];
const several = (count: number) => Array.from({ length: count }, (_, at) => `text ${at}`);

describe.for(['openai', 'encoderfile'] as const)('%s', (service: Service) => {
  it('answers unit vectors in the order of the texts', async () => {
    const embedder = embedderOf(server, service);
    const vectors = await embedder.embed(texts, 'document');
    expect(rounded(vectors)).toEqual(rounded(texts.map((text) => unitVectorFor(text))));
    expect(vectors.map((vector) => Math.hypot(...vector))).toEqual(texts.map(() => expect.closeTo(1, 6)));
    expect(embedder.model).toEqual({ provider: service, name: 'tiny-8', dimensions: null, documentPrefix: '' });
  });

  it('makes no call for no texts', async () => {
    expect(await embedderOf(server, service).embed([], 'document')).toEqual([]);
    expect(server.seen).toEqual([]);
  });

  it('adds the prefix of its kind to each text', async () => {
    const embedder = embedderOf(server, service, { DOCUMENT_PREFIX: 'passage: ', QUERY_PREFIX: 'query: ' });
    await embedder.embed(['a', 'b'], 'document');
    await embedder.embed(['a'], 'query');
    const sent = server.seen.map(({ body }) => body.input ?? body.inputs);
    expect(sent).toEqual([['passage: a', 'passage: b'], ['query: a']]);
    expect(embedder.model.documentPrefix).toBe('passage: ');
  });

  it('splits texts into batches, and keeps their order', async () => {
    const many = several(23);
    const vectors = await embedderOf(server, service, { BATCH: '5' }).embed(many, 'document');
    expect(server.seen.map(({ body }) => (body.input ?? body.inputs).length)).toEqual([5, 5, 5, 5, 3]);
    expect(rounded(vectors)).toEqual(rounded(many.map((text) => unitVectorFor(text))));
  });

  it('limits concurrent calls, and does not queue queries behind documents', async () => {
    const embedder = embedderOf(server, service, { BATCH: '1' });
    server.mood = 'slow';
    const documents = Promise.all([embedder.embed(several(9), 'document'), embedder.embed(['last'], 'document')]);
    await server.waiting(maxConcurrentCalls);
    const question = embedder.embed(['question'], 'query');
    await server.waiting(maxConcurrentCalls + 1);
    expect(server.maxConcurrentCalls).toBe(maxConcurrentCalls + 1);
    server.release();
    expect((await documents).map(({ length }) => length)).toEqual([9, 1]);
    expect(await question).toHaveLength(1);
    expect(server.seen).toHaveLength(11);
    expect(server.maxConcurrentCalls).toBe(maxConcurrentCalls + 1);
  });

  it('sends the key as a bearer token, and no header without a key', async () => {
    await embedderOf(server, service).embed(['a'], 'query');
    await openEmbedder({ ...configOf(server.origin, service), key: null }).embed(['a'], 'query');
    expect(server.seen.map(({ authorization }) => authorization)).toEqual([`Bearer ${key}`, undefined]);
  });

  it.for([
    ['not JSON', 'setup', /answered something other than JSON: <html>Welcome/],
    ['other JSON', 'setup', /answered JSON without /],
    ['one too few', 'setup', /\(tiny-8\) answered 4 vectors for 5 texts\.$/],
    ['uneven', 'setup', /\(tiny-8\) answered a vector with 7 dimensions, expected 8\.$/],
    ['empty vectors', 'setup', /\(tiny-8\) answered an empty vector\.$/],
    ['null in it', 'setup', /answered a vector with null in it\.$/],
    ['redirect', 'setup', /answered 307: \(nothing\)$/],
    ['unauthorised', 'setup', /answered 401: Incorrect API key provided: Bearer \[key\]\. x{100,160}…$/],
    ['forbidden', 'setup', /answered 403: \{"detail":"Not for Bearer \[key\]"\}$/],
    ['refusing', 'text', /answered 400: The text is too long\.$/],
    ['broken', 'service', /answered 500: no worker left for Bearer \[key\]$/],
    ['busy once', 'service', /answered 429: Too many requests\.$/],
  ] as const)('refuses an answer that is %s', async ([mood, fault, message]) => {
    server.mood = mood;
    const error = await failureOf(embedderOf(server, service).embed(texts, 'document'));
    expect(error.message).toMatch(message);
    expect(error.fault).toBe(fault);
    expect(error.retryable).toBe(fault === 'service');
  });

  it('rejects vectors of other dimensions than configured', async () => {
    server.mood = 'shrunken';
    const embedder = embedderOf(server, service, { DIMENSIONS: '8' });
    expect((await failureOf(embedder.embed(['a'], 'document'))).message).toBe(
      `${service} (tiny-8) answered a vector with 7 dimensions, expected 8.`,
    );
  });

  it('can be called again after a 429', async () => {
    server.mood = 'busy once';
    const embedder = embedderOf(server, service);
    await failureOf(embedder.embed(['a'], 'document'));
    expect(await embedder.embed(['a'], 'document')).toHaveLength(1);
  });

  it('reports a refused connection', async () => {
    const embedder = embedderOf(server, service);
    await server.leave();
    const error = await failureOf(embedder.embed(['a'], 'document'));
    expect(error.message).toMatch(/^http:.* cannot be reached: ECONNREFUSED\.$/);
    expect(error.retryable).toBe(true);
  });

  it('times out', async () => {
    server.mood = 'slow';
    const error = await failureOf(embedderOf(server, service, { TIMEOUT_MS: '100' }).embed(['a'], 'document'));
    expect(error.message).toMatch(/did not answer within 100 ms\.$/);
    expect(error.retryable).toBe(true);
  });

  it('aborts running and queued calls when the signal is aborted', async () => {
    server.mood = 'slow';
    const embedder = embedderOf(server, service, { BATCH: '1' });
    const stop = new AbortController();
    const first = failureOf(embedder.embed(several(maxConcurrentCalls), 'document'));
    const second = failureOf(embedder.embed(['waits'], 'document', stop.signal));
    await server.waiting(maxConcurrentCalls);
    stop.abort();
    expect((await second).message).toBe('The call was aborted before it began.');
    expect((await failureOf(embedder.embed(['a'], 'document', stop.signal))).retryable).toBe(true);
    await server.leave();
    await first;
    expect(server.seen).toHaveLength(maxConcurrentCalls);
  });

  it('aborts the other calls when one fails', async () => {
    server.mood = 'busy once';
    const embedder = embedderOf(server, service, { BATCH: '1' });
    expect((await failureOf(embedder.embed(several(50), 'document'))).message).toContain('answered 429');
    expect(await embedder.embed(['after'], 'document')).toHaveLength(1);
    expect(server.seen.length).toBeLessThan(50);
  });

  it.for<Mood | 'gone'>([
    'unauthorised',
    'forbidden',
    'broken',
    'not JSON',
    'refusing',
    'other JSON',
    'zeros',
    'slow',
    'gone',
  ])('never repeats the key when the service is %s', async (mood) => {
    if (mood === 'gone') await server.leave();
    else server.mood = mood;
    const embedder = embedderOf(server, service, { TIMEOUT_MS: '100' });
    const error = await failureOf(embedder.embed(['a'], 'document'));
    const lines: string[] = [];
    pino({}, { write: (line: string) => lines.push(line) }).error({ err: error, embedder }, 'failed');
    const shown = [...lines, String(error), error.stack, inspect(error, { depth: 9 }), inspect(embedder)].join('\n');
    expect(lines).toHaveLength(1);
    expect(shown).not.toContain('hush');
  });
});

describe('openai', () => {
  it('sends dimensions only where they are configured', async () => {
    await embedderOf(server).embed(['a'], 'document');
    const [vector] = await embedderOf(server, 'openai', { DIMENSIONS: '5' }).embed(['a'], 'document');
    expect(vector).toHaveLength(5);
    expect(server.seen.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/v1/embeddings', body: { model: 'tiny-8', input: ['a'], encoding_format: 'float' } },
      { path: '/v1/embeddings', body: { model: 'tiny-8', input: ['a'], encoding_format: 'float', dimensions: 5 } },
    ]);
  });

  it.for(['shuffled', 'without index', 'base64'] as const)('reads an answer that is %s', async (mood) => {
    server.mood = mood;
    const vectors = await embedderOf(server).embed(texts, 'document');
    expect(rounded(vectors)).toEqual(rounded(texts.map((text) => unitVectorFor(text))));
  });

  it.for([
    ['repeated index', /answered vectors whose index is missing or repeated\.$/],
    ['broken base64', /answered a vector that is not floats in base64\.$/],
    ['zeros', /answered a vector of zeros, which cannot be normalised\.$/],
  ] as const)('refuses an answer that has %s', async ([mood, message]) => {
    server.mood = mood;
    expect((await failureOf(embedderOf(server).embed(texts, 'document'))).message).toMatch(message);
  });

  it('reports a path that does not exist', async () => {
    const embedder = openEmbedder(configOf(`${server.origin}/wrong`));
    const error = await failureOf(embedder.embed(['a'], 'document'));
    expect(error.message).toBe(`${server.origin}/wrong/v1/embeddings answered 404: There is nothing here.`);
    expect(error.fault).toBe('setup');
  });

  it('rejects vectors with more dimensions than an index takes', async () => {
    const embedder = openEmbedder({ ...configOf(server.origin), dimensions: 4001 });
    const error = await failureOf(embedder.embed(['a'], 'document'));
    expect(error.message).toMatch(/answered vectors with 4001 dimensions; at most 4000 can be indexed\./);
  });
});

describe('encoderfile', () => {
  it('rejects an answer of another model than the configured one', async () => {
    const error = await failureOf(embedderOf(server, 'encoderfile', { MODEL: 'other' }).embed(['a'], 'document'));
    expect(error.message).toMatch(/holds the model "tiny-8", and CQ_EMBEDDING_MODEL says "other"\.$/);
    expect(error.fault).toBe('setup');
  });

  it('sends requests in the form of encoderfile', async () => {
    await embedderOf(server, 'encoderfile').embed(['a', 'b'], 'document');
    expect(server.seen.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: '/predict', body: { inputs: ['a', 'b'] } },
    ]);
  });
});
