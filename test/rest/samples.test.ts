import { beforeAll, describe, expect, it } from 'vitest';
import { type Person, startServer, type TestServer } from '../harness.ts';
import { type Answer, call, masked } from './client.ts';
import { type Sample, samples } from './samples.ts';

/** What came back for each sample. They are one conversation: each goes on where the last one left. */
let answers: Map<Sample, Answer>;
beforeAll(async () => {
  await using server = await startServer();
  answers = await converse(server, await server.addPerson('alice', 'reviewer'));
});

async function converse(server: TestServer, { token, key }: Person): Promise<typeof answers> {
  const given = new Map<Sample, Answer>();
  const kept = new Map<string, string>();
  for (const sample of samples) {
    const [method, path = ''] = sample.request.split(' ');
    const answer = await call(server, {
      method,
      path: path.replace(/\{(\w+)\}/, (_, name) => kept.get(name) ?? 'nothing was kept'),
      credential: sample.as && { person: token, agent: key, kept: kept.get('key') }[sample.as],
      body: sample.body,
      headers: sample.headers,
    });
    given.set(sample, answer);
    if (sample.keep) kept.set(sample.keep, answer.body?.id);
    if (sample.keep && answer.body?.token) kept.set('key', answer.body.token);
  }
  return given;
}

describe('as cq’s clients know it', () => {
  it.for(samples.map((sample) => [sample.name, sample] as const))('%s', ([, sample]) => {
    const { status, headers, text } = answers.get(sample) as Answer;
    expect([status, masked(text)]).toEqual([sample.status, sample.answer]);
    expect(headers.get('content-type')).toBe('application/json');
  });
});
