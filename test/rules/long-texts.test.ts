import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { post } from '../rest/client.ts';

/**
 * Texts as long as a request may be, made so that a step whose time grows by the square of the length holds up everybody for
 * minutes. They are refused for what they are, or answered, before the test's time is up.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '0' });
});
afterAll(() => server[Symbol.asyncDispose]());

const half = 60_000;
const marks = [
  ['marks', `x${'\u0301\u0316'.repeat(half)}`],
  ['marks in the worst order', `x${'\u0301'.repeat(half)}${'\u0316'.repeat(half)}`],
] as const;
const marksAndSpaces = [['spaces within', `x${' '.repeat(4 * half)}x`], ...marks] as const;

const signIn = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { userErrors { code } }
}`;
const propose =
  'mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { userErrors { code path } } }';
const insight = { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' };

it.for(marks)('as a name: %s', async ([, text]) => {
  const { signIn: answer } = await server.query(signIn, { username: text, password: 'correct horse' });
  expect(answer.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
  const rest = await post(server, '/auth/login', undefined, { username: text, password: 'correct horse' });
  expect(rest.status).toBe(401);
});

it.for(marks)('as a password: %s', async ([, text]) => {
  const { signIn: answer } = await server.query(signIn, { username: 'rob', password: text });
  expect(answer.userErrors).toEqual([{ code: 'INVALID_INPUT' }]);
});

it.for(marks)('to search for: %s', async ([, text]) => {
  const { search } = await server.query('query ($text: String!) { search(text: $text) { notices { code } } }', {
    text,
  });
  expect(search.notices).toContainEqual({ code: 'QUERY_TRUNCATED' });
});

it.for(marksAndSpaces)('as a domain that is proposed: %s', async ([, text]) => {
  const input = { domains: [text], insight };
  const { proposeKnowledgeUnit } = await server.query(propose, { input }, server.people.member.key);
  expect(proposeKnowledgeUnit.userErrors).toEqual([{ code: 'INVALID_INPUT', path: ['domains', '0'] }]);
  const rest = await post(server, '/knowledge', server.people.member.key, input);
  expect(rest.status).toBe(422);
});

it.for(marksAndSpaces)('in a proposal over MCP, also without credentials: %s', async ([, text]) => {
  const { connect } = clients[0] ?? expect.fail();
  await using stranger = await connect(server.url);
  const args = { ...insight, detail: 'd', domains: ['api'] };
  expect((await stranger.call('propose', { ...args, domains: [text] })).text).toMatch(/^UNAUTHENTICATED/);
  expect((await stranger.call('propose', { ...args, action: text })).text).toMatch(/^UNAUTHENTICATED/);
  await using member = await connect(server.url, server.people.member.key);
  expect((await member.call('propose', { ...args, languages: [text] })).text).toMatch(/^INVALID_INPUT/);
});

it('as a unit: marks as many as a proposal may have', async () => {
  const ordered = (count: number) => `${'\u0301'.repeat(count / 2)}${'\u0316'.repeat(count / 2)}`;
  const input = {
    domains: ['marks'],
    insight: { summary: ordered(500), detail: `word ${ordered(7000)}`, action: ordered(2000) },
  };
  const { proposeKnowledgeUnit } = await server.query(propose, { input }, server.people.member.key);
  expect(proposeKnowledgeUnit.userErrors).toEqual([]);
});
