import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { events, socketClient, take } from '../live/clients.ts';
import { clients } from '../mcp/clients.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '1000' });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Ask {
  readonly query: string;
  readonly credential?: string;
  readonly headers?: Record<string, string>;
  readonly on?: TestServer;
}

async function ask({ query, credential, headers = { 'graphql-cost': 'report' }, on = server }: Ask) {
  const response = await fetch(`${on.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential && { authorization: `Bearer ${credential}` }),
      ...headers,
    },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return { status: response.status, text, ...JSON.parse(text) };
}

const page = '{ knowledgeUnits(first: 20) { nodes { id } } }';

describe('the cost of an answer', () => {
  it('is in it where it is asked for, with what is left', async () => {
    const { token: credential } = await server.addPerson('cora', 'member');
    const { extensions, data } = await ask({ query: page, credential });
    expect(data.knowledgeUnits.nodes).toEqual([]);
    expect(extensions).toEqual({
      cost: { requested: 21, limit: 1000, remaining: 979, resetAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(new Date(extensions.cost.resetAt).getTime() - Date.now()).toBeLessThanOrEqual(61_000);
    expect((await ask({ query: '{ rateLimit { remaining cost } }', credential })).extensions.cost).toMatchObject({
      ...{ requested: 1, remaining: 978 },
    });
  });

  it.each<Record<string, string>>([{}, { 'graphql-cost': 'no' }])('is not where it is not: %j', async (headers) => {
    expect((await ask({ query: page, headers })).extensions).toBeUndefined();
  });

  it('is the same over the path of plain requests and that of all others', async () => {
    const { token: credential } = await server.addPerson('paula', 'member');
    const plain = await ask({ query: page, credential });
    // which are answered in a media type that only Yoga knows
    const others = await ask({
      ...{ query: page, credential },
      headers: { 'graphql-cost': 'report', accept: 'application/json, application/graphql-response+json;q=0.5' },
    });
    const known = (text: string) => text.replace(/"remaining":\d+,"resetAt":"[^"]*"/, '…');
    expect(known(others.text)).toBe(known(plain.text));
    expect(others.extensions.cost.remaining).toBe(plain.extensions.cost.remaining - 21);
  });

  it('is that of a request that is refused: an invalid document, one that costs too much, one beyond the budget', async () => {
    const { token: credential } = await server.addPerson('rex', 'member');
    const invalid = await ask({ query: '{ nothing }', credential });
    expect(invalid.extensions.cost).toMatchObject({ requested: 10, remaining: 990 });
    const dear = await ask({
      query: '{ knowledgeUnits(first: 100) { nodes { related(first: 100) { nodes { id } } } } }',
      credential,
    });
    expect(dear.errors).toMatchObject([{ extensions: { code: expect.any(String) } }]);
    expect(dear.extensions.cost).toMatchObject({ requested: 10, remaining: 980 });
    for (let spent = 0; spent < 980; spent += 490)
      await ask({ query: '{ knowledgeUnits(first: 100) { totalCount nodes { id } } }', credential });
    const over = await ask({ query: '{ knowledgeUnits(first: 100) { totalCount } }', credential });
    expect(over.errors[0].extensions.code).toBe('RATE_LIMITED');
    expect(over.extensions.cost.requested).toBe(502);
  });

  it('is none of anybody else: nobody is told where credentials are wrong', async () => {
    const { status, extensions } = await ask({ query: page, credential: 'wrong' });
    expect([status, extensions]).toEqual([401, undefined]);
  });

  it('is without a budget where there is no limit', async () => {
    await using free = await startServer();
    expect((await ask({ query: page, on: free })).extensions).toEqual({ cost: { requested: 21 } });
  });

  it('is not kept by caches', async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent('{ serverInfo { version } }')}`;
    const asked = await fetch(url, { headers: { 'graphql-cost': 'report' } });
    expect((await asked.json()).extensions.cost.requested).toBe(1);
    expect(asked.headers.get('cache-control')).toBe('no-store');
  });

  it('is in the answers over a WebSocket whose handshake asks, events included', async () => {
    const { reviewer, member } = server.people;
    const client = socketClient(server.url, reviewer.token, { 'graphql-cost': 'report' });
    const [answer] = await take(client.iterate({ query: '{ serverInfo { version } }' }), 1);
    expect(answer?.extensions).toMatchObject({ cost: { requested: 1, limit: 1000 } });
    const after = (await server.query('{ eventCursor }')).eventCursor;
    const told = take(client.iterate({ query: events, variables: { after } }), 1);
    await server.query(
      'mutation { proposeKnowledgeUnit(input: { domains: ["api"], insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }',
      {},
      member.token,
    );
    expect((await told)[0]?.extensions).toMatchObject({ cost: { requested: 4, limit: 1000 } });
    await client.dispose();
  });

  it('is not in the result of a tool', async () => {
    const [kind] = clients as [(typeof clients)[number]];
    await using agent = await kind.connect(server.url, server.people.member.key);
    expect(JSON.stringify((await agent.call('status')).data)).not.toContain('requested');
  });
});
