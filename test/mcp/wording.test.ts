import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { clients, type McpClient, type ToolAnswer } from './clients.ts';

/** Every error of every tool, in the words of the tool. */
let server: TestServer;
let client: McpClient;
let id: string;
let mine: string;
beforeAll(async () => {
  server = await startServer({ CQ_MAX_ANSWER_BYTES: '65536', CQ_MAX_QUERY_COST: '100' });
  client = await (clients[0] ?? expect.fail()).connect(server.url, server.people.member.key);
  id = (await server.unit()).id;
  mine = (await server.unit()).id;
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const long = (length: number) => 'x'.repeat(length);
const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
const lesson = { summary: 's', detail: 'd', action: 'a', domains: ['api'] };
const unknown = `ku_${'f'.repeat(32)}`;

/** Names that GraphQL has and the tools have not. */
const foreign =
  /\b(?:filter|insight|context|input)\.|\b[a-z]+[A-Z]\w*|\b(?:STALE|INCORRECT|DUPLICATE)\b(?!:)|\bfirst\b|mutation/;

function check({ isError, text, data }: ToolAnswer, expected: string, parameter?: string) {
  expect([isError, text.split('\n')[0]]).toEqual([true, expected]);
  // a code is the same at every door
  for (const line of text.split('\n')) expect(line.replace(/^[A-Z_]+: /, '')).not.toMatch(foreign);
  expect(data.errors[0].parameter).toBe(parameter);
  expect(data.errors[0]).not.toHaveProperty('path');
}

describe('an error', () => {
  it.for<[string, () => Record<string, unknown>, string, string?]>([
    ['query', () => ({}), 'BAD_USER_INPUT: query needs a text, domains, or both.'],
    ['query', () => ({ domains: many(51) }), 'BAD_USER_INPUT: domains must have at most 50 items, got 51.'],
    [
      'query',
      () => ({ domains: ['a', long(501)] }),
      'BAD_USER_INPUT: domains.1 must be at most 500 characters, got 501.',
    ],
    ['query', () => ({ domains: ['a\0'] }), 'BAD_USER_INPUT: domains.0 must not contain NUL or unpaired surrogates.'],
    [
      'query',
      () => ({ text: 'a', languages: many(51) }),
      'BAD_USER_INPUT: languages must have at most 50 items, got 51.',
    ],
    [
      'query',
      () => ({ text: 'a', frameworks: [long(501)] }),
      'BAD_USER_INPUT: frameworks.0 must be at most 500 characters, got 501.',
    ],
    [
      'query',
      () => ({ text: 'a', pattern: long(501) }),
      'BAD_USER_INPUT: pattern must be at most 500 characters, got 501.',
    ],
    ['query', () => ({ text: 'a\0' }), 'BAD_USER_INPUT: text must not contain NUL or unpaired surrogates.'],
    [
      'query',
      () => ({ text: 'a', limit: 51 }),
      'BAD_USER_INPUT: limit must be a whole number from 1 to 50, got 51.',
      'limit',
    ],
    [
      'query',
      () => ({ text: 'a', limit: 50 }),
      'QUERY_TOO_COMPLEX: The operation costs 380, at most 100. Ask for fewer units with a lower limit.',
    ],
    [
      'propose',
      () => ({ ...lesson, domains: [] }),
      'INVALID_INPUT: domains must have at least 1 item that is not empty, got 0.',
      'domains',
    ],
    [
      'propose',
      () => ({ ...lesson, domains: many(17) }),
      'INVALID_INPUT: domains must have at most 16 items, got 17.',
      'domains',
    ],
    [
      'propose',
      () => ({ ...lesson, domains: [long(65)] }),
      'INVALID_INPUT: domains.0 must be at most 64 characters, got 65.',
      'domains',
    ],
    [
      'propose',
      () => ({ ...lesson, summary: long(501) }),
      'INVALID_INPUT: summary must be at most 500 characters, got 501.',
      'summary',
    ],
    [
      'propose',
      () => ({ ...lesson, detail: long(8001) }),
      'INVALID_INPUT: detail must be at most 8000 characters, got 8001.',
      'detail',
    ],
    [
      'propose',
      () => ({ ...lesson, action: long(2001) }),
      'INVALID_INPUT: action must be at most 2000 characters, got 2001.',
      'action',
    ],
    [
      'propose',
      () => ({ ...lesson, action: 'a\ud800' }),
      'INVALID_INPUT: action must not contain NUL or unpaired surrogates.',
      'action',
    ],
    [
      'propose',
      () => ({ ...lesson, languages: many(17) }),
      'INVALID_INPUT: languages must have at most 16 items, got 17.',
      'languages',
    ],
    [
      'propose',
      () => ({ ...lesson, frameworks: ['a', long(65)] }),
      'INVALID_INPUT: frameworks.1 must be at most 64 characters, got 65.',
      'frameworks',
    ],
    [
      'propose',
      () => ({ ...lesson, pattern: long(201) }),
      'INVALID_INPUT: pattern must be at most 200 characters, got 201.',
      'pattern',
    ],
    [
      'propose',
      () => ({ ...lesson, idempotency_key: '' }),
      'INVALID_INPUT: idempotency_key must have at least 1 character, got 0.',
      'idempotency_key',
    ],
    [
      'propose',
      () => ({ ...lesson, idempotency_key: long(129) }),
      'INVALID_INPUT: idempotency_key must be at most 128 characters, got 129.',
      'idempotency_key',
    ],
    [
      'confirm',
      () => ({ unit_id: 'ku_none' }),
      'NOT_FOUND: There is no approved knowledge unit with the id "ku_none".',
      'unit_id',
    ],
    [
      'confirm',
      () => ({ unit_id: 'filter.domains DUPLICATE' }),
      'NOT_FOUND: There is no approved knowledge unit with the id "filter.domains DUPLICATE".',
      'unit_id',
    ],
    [
      'flag',
      () => ({ unit_id: unknown, reason: 'stale' }),
      `NOT_FOUND: There is no approved knowledge unit with the id "${unknown}".`,
      'unit_id',
    ],
    [
      'flag',
      () => ({ unit_id: id, reason: 'duplicate' }),
      'INVALID_INPUT: duplicate_of is required when the reason is duplicate.',
      'duplicate_of',
    ],
    [
      'flag',
      () => ({ unit_id: id, reason: 'stale', duplicate_of: mine }),
      'INVALID_INPUT: duplicate_of goes with the reason duplicate, got stale.',
      'duplicate_of',
    ],
    [
      'flag',
      () => ({ unit_id: id, reason: 'duplicate', duplicate_of: id }),
      'INVALID_INPUT: duplicate_of must be another unit than the one that is flagged.',
      'duplicate_of',
    ],
    [
      'flag',
      () => ({ unit_id: id, reason: 'duplicate', duplicate_of: unknown }),
      `NOT_FOUND: There is no knowledge unit with the id "${unknown}".`,
      'duplicate_of',
    ],
    [
      'flag',
      () => ({ unit_id: id, reason: 'stale', detail: long(1001) }),
      'INVALID_INPUT: detail must be at most 1000 characters, got 1001.',
      'detail',
    ],
  ])('of %s: %#', async ([tool, args, expected, parameter]) => {
    const answer = await client.call(tool, args());
    // ids and texts that the caller sent are repeated as they are
    if (expected.includes('"filter.domains')) return expect(answer.text).toBe(expected);
    check(answer, expected, parameter);
  });

  it('about an answer that is too large says what a tool can do about it', async () => {
    for (let count = 0; count < 12; count++) await server.unit({ domains: ['large'], insight: { detail: long(8000) } });
    const answer = await client.call('query', { domains: ['large'], limit: 11 });
    check(
      answer,
      'ANSWER_TOO_LARGE: The answer has more than 65536 bytes and is not sent. Ask for fewer units with a lower limit.',
    );
  });

  it('about credentials needs no other words', async () => {
    await using anonymous = await (clients[0] ?? expect.fail()).connect(server.url);
    for (const [tool, args] of [
      ['propose', lesson],
      ['confirm', { unit_id: id }],
      ['flag', { unit_id: id, reason: 'stale' }],
    ] as const)
      check(await anonymous.call(tool, args), 'UNAUTHENTICATED: Sign in, or send an API key, to do this.');
  });
});
