import { afterAll, beforeAll, expect, it } from 'vitest';
import { uncountedSince } from '../../src/domain/trust.ts';
import { startServer, type TestServer } from '../harness.ts';
import { graphqlTransport, mcpTransport, type ReviewTransport, restTransport, type Transport } from './transports.ts';

let server: TestServer;
let transports: readonly Transport[];
let reviewing: readonly [graphql: ReviewTransport, rest: ReviewTransport];
beforeAll(async () => {
  server = await startServer({ CQ_CONFIRMATIONS: 'once', CQ_SELF_REVIEW: 'off' });
  reviewing = [graphqlTransport(server), restTransport(server)];
  transports = [...reviewing, mcpTransport(server)];
});
afterAll(() => server[Symbol.asyncDispose]());

it('a confirmation that does not count again is answered as ever, and the unit stays as it is', async () => {
  const { id } = await server.unit({ createdBy: 'mia' });
  const evidence =
    'query ($id: ID!) { knowledgeUnit(id: $id) { evidence { confirmations confirmers ownConfirmations } } }';
  const after = async (credential: string) => {
    for (const transport of transports) expect(await transport.confirm(id, credential)).toBe('ok');
    return Object.values((await server.query(evidence, { id })).knowledgeUnit.evidence);
  };
  const { member, reviewer, admin } = server.people;
  expect(await after(reviewer.key)).toEqual([2, 1, 0]);
  expect(await after(admin.key)).toEqual([3, 2, 0]);
  // the proposal was the proposer’s
  expect(await after(member.key)).toEqual([3, 2, 0]);
});

it('a proposal is decided over by another reviewer than its proposer', async () => {
  const { reviewer, admin } = server.people;
  for (const decision of ['approve', 'reject'] as const) {
    const outcomes = [];
    for (const transport of reviewing) {
      const { id } = await server.unit({ status: 'pending', createdBy: 'rob' });
      for (const { token } of [reviewer, admin]) outcomes.push(await transport.decide(id, decision, token));
    }
    expect(outcomes).toEqual(['SELF_REVIEW id', 'ok', '403', 'ok']);
  }
});

it('a day begins at midnight in UTC', () => {
  const now = new Date('2026-03-01T00:30:00+02:00');
  expect(uncountedSince('daily', now)).toEqual(new Date('2026-02-28T00:00:00Z'));
  expect(uncountedSince('once', now)).toEqual(new Date('0001-01-01T00:00:00Z'));
  expect(uncountedSince('every', now)).toBeUndefined();
});
