import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startServer, type TestServer } from '../harness.ts';
import { call, masked } from './client.ts';
import { type Sample, samples } from './samples.ts';

let server: TestServer;
let alice: Person;
beforeAll(async () => {
  server = await startServer();
  alice = await server.addPerson('alice', 'reviewer');
});
afterAll(() => server[Symbol.asyncDispose]());

// each one goes on where the last one left
describe('as cq’s clients know it', () => {
  const kept = new Map<string, string>();

  it.for(samples.map((sample) => [sample.name, sample] as const))('%s', async ([, sample]) => {
    const [method, path = ''] = sample.request.split(' ');
    const { status, headers, text, body } = await call(server, {
      method,
      path: path.replace(/\{(\w+)\}/, (_, name) => kept.get(name) ?? 'nothing was kept'),
      credential: credential(sample.as),
      body: sample.body,
      headers: sample.headers,
    });
    expect([status, masked(text)]).toEqual([sample.status, sample.answer]);
    expect(headers.get('content-type')).toBe('application/json');
    if (sample.keep) kept.set(sample.keep, body.id);
    if (sample.keep && body.token) kept.set('key', body.token);
  });

  const credential = (as: Sample['as']) => as && { person: alice.token, agent: alice.key, kept: kept.get('key') }[as];
});
