import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { untilTold } from '../store/conformance/logs.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const many = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const read = `query ($id: ID!) {
  knowledgeUnit(id: $id) { status evidence { confirmations confidence } flagCounts { reason count } }
}`;

describe('at the same time', () => {
  it('64 confirmations of one unit count 64', async () => {
    const { id } = await server.unit();
    const { key } = server.people.member;
    const confirm = 'mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { userErrors { message } } }';
    await many(64, () => server.query(confirm, { id }, key));
    const { knowledgeUnit } = await server.query(read, { id });
    expect(knowledgeUnit.evidence).toEqual({ confirmations: 65, confidence: 1 });
  });

  it('12 flags of one unit count 12', async () => {
    const { id } = await server.unit();
    const flag =
      'mutation ($id: ID!) { flagKnowledgeUnit(input: { id: $id, reason: STALE }) { userErrors { message } } }';
    await many(12, () => server.query(flag, { id }, server.people.member.key));
    const { knowledgeUnit } = await server.query(read, { id });
    expect(knowledgeUnit).toMatchObject({ evidence: { confidence: 0 }, flagCounts: [{ reason: 'STALE', count: 12 }] });
  });

  it('approving and rejecting have one winner, and the loser learns who', async () => {
    const { reviewer, admin } = server.people;
    const decide = (name: string) => `mutation ($id: ID!) {
      decision: ${name}KnowledgeUnit(input: { id: $id }) {
        knowledgeUnit { status }
        userErrors { code message ... on AlreadyReviewedError { unit { status review { reviewedBy { username } } } } }
      }
    }`;
    for (let round = 0; round < 20; round++) {
      const { id } = await server.unit({ status: 'pending' });
      const outcomes = await Promise.all([
        server.query(decide('approve'), { id }, reviewer.token),
        server.query(decide('reject'), { id }, admin.token),
      ]);
      const [approve, reject] = outcomes.map(({ decision }) => decision);
      const approved = approve.knowledgeUnit !== null;
      const loser = approved ? reject : approve;
      expect(approved).toBe(reject.knowledgeUnit === null);
      expect(loser.userErrors).toMatchObject([
        {
          code: 'ALREADY_REVIEWED',
          message: `${approved ? 'rob' : 'ann'} has already ${approved ? 'approved' : 'rejected'} this unit.`,
          unit: { review: { reviewedBy: { username: approved ? 'rob' : 'ann' } } },
        },
      ]);
    }
  });

  it('40 new keys stop at the cap of 20', async () => {
    const { token } = await server.addPerson('kim', 'member');
    const create = `mutation { createApiKey(input: { name: "k", ttl: "1d" }) {
      secret userErrors { code message ... on LimitReachedError { limit } } } }`;
    const made = (await many(40, () => server.query(create, {}, token))).map(({ createApiKey }) => createApiKey);
    // one was made with the account
    expect(made.filter(({ secret }) => secret !== null)).toHaveLength(19);
    const refused = made.filter(({ secret }) => secret === null);
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([{ code: 'LIMIT_REACHED', limit: 20 }]);
  });

  it('16 proposals with one idempotency key are one unit', async () => {
    const propose = `mutation { proposeKnowledgeUnit(input: { domains: ["x"], idempotencyKey: "same",
      insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } userErrors { message } } }`;
    const made = await many(16, () => server.query(propose, {}, server.people.member.key));
    const ids = made.map(({ proposeKnowledgeUnit }) => proposeKnowledgeUnit.knowledgeUnit.id);
    expect(new Set(ids).size).toBe(1);
  });
});

it('what happened to a unit that is erased meanwhile is left out, and is no error', async () => {
  const { member, reviewer } = server.people;
  const { store } = server;
  const erasing = async () => {
    const { id } = await server.unit({ createdBy: 'mia' });
    await store.units.confirm(id, 'rob', new Date(), 0.1);
    await untilTold(store);
    return () => store.erasures.erase(id, { erasedAt: new Date(), erasedBy: null, reason: 'r' });
  };
  const { latest, ofProposals } = store.events;
  const unitOf = 'type knowledgeUnit { id }';

  let erase = await erasing();
  vi.spyOn(store.events, 'latest').mockImplementationOnce(async (limit) => {
    const events = await latest(limit);
    await erase();
    return events;
  });
  const { stats } = await server.query(`{ stats { recentActivity(first: 1) { ${unitOf} } } }`, {}, reviewer.token);
  expect(stats.recentActivity).toEqual([]);

  erase = await erasing();
  vi.spyOn(store.events, 'ofProposals').mockImplementationOnce(async (...asked) => {
    const events = await ofProposals(...asked);
    await erase();
    return events;
  });
  const { viewer } = await server.query(
    `{ viewer { activity(first: 1) { nodes { ${unitOf} } edges { node { id } } pageInfo { endCursor } } } }`,
    {},
    member.token,
  );
  expect(viewer.activity).toEqual({ nodes: [], edges: [], pageInfo: { endCursor: expect.any(String) } });
});

it('the units that something happened to are read where they are asked for, and nowhere else', async () => {
  const { member, reviewer } = server.people;
  const { id } = await server.unit({ createdBy: 'mia' });
  await server.store.units.confirm(id, 'rob', new Date(), 0.1);
  await untilTold(server.store);
  const findMany = vi.spyOn(server.store.units, 'findMany');
  const reads = async (query: string, { token }: { readonly token: string }) => {
    findMany.mockClear();
    await server.query(query, {}, token);
    return findMany.mock.calls.length > 0;
  };
  const recent = (fields: string) => `{ stats { recentActivity { ${fields} } } }`;
  const own = (fields: string) => `{ viewer { activity { pageInfo { endCursor } ${fields} } } }`;
  const unit = 'fragment Unit on Activity { knowledgeUnit { id } }';
  for (const fields of ['id', 'type actor { username }']) expect(await reads(recent(fields), reviewer)).toBe(false);
  for (const fields of ['', 'nodes { id }', 'edges { node { type } }'])
    expect(await reads(own(fields), member)).toBe(false);
  for (const fields of ['unit: knowledgeUnit { id }', '... on Activity { ...Unit }'])
    expect(await reads(recent(fields) + (fields.includes('Unit }') ? unit : ''), reviewer)).toBe(true);
  for (const fields of ['nodes { knowledgeUnit { id } }', 'edges { node { ...Unit } }'])
    expect(await reads(own(fields) + (fields.includes('...') ? unit : ''), member)).toBe(true);
});
