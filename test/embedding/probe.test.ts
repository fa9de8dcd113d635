import { afterEach, beforeEach, expect, it } from 'vitest';
import { probe } from '../../src/embedding/probe.ts';
import { type EmbeddingServer, startEmbeddingServer } from './openai-server.ts';
import { embedderOf, failureOf } from './provider-fixture.ts';

let server: EmbeddingServer;
beforeEach(async () => {
  server = await startEmbeddingServer();
});
afterEach(() => server[Symbol.asyncDispose]());

it('learns the dimensions by embedding one text', async () => {
  const embedder = await probe(embedderOf(server, 'openai', { DOCUMENT_PREFIX: 'passage: ' }));
  expect(embedder.model).toEqual({
    provider: 'openai',
    name: 'tiny-8',
    dimensions: 8,
    documentPrefix: 'passage: ',
  });
  expect(server.seen).toHaveLength(1);
  expect(await embedder.embed(['a', 'b'], 'query')).toHaveLength(2);
});

it('rejects vectors of other dimensions afterwards', async () => {
  const embedder = await probe(embedderOf(server));
  server.mood = 'shrunken';
  const error = await failureOf(embedder.embed(['a'], 'document'));
  expect(error.message).toBe('openai (tiny-8) answered a vector with 7 dimensions, expected 8.');
  expect(error.retryable).toBe(false);
});

it('throws the error of the service', async () => {
  server.mood = 'unauthorised';
  expect((await failureOf(probe(embedderOf(server)))).message).toMatch(/answered 401/);
  await server.leave();
  expect((await failureOf(probe(embedderOf(server)))).retryable).toBe(true);
});

it('can be aborted', async () => {
  server.mood = 'slow';
  const stop = new AbortController();
  const probing = failureOf(probe(embedderOf(server), stop.signal));
  await server.waiting(1);
  stop.abort();
  expect((await probing).message).toMatch(/did not answer before the call was aborted\.$/);
});
