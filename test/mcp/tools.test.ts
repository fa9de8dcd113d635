import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { withVectors } from '../postgres/databases.ts';
import { clients } from './clients.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const lesson = {
  summary: 'Verify webhook signatures over the raw body',
  detail: 'A parsed and re-serialised body has other bytes.',
  action: 'Keep the raw body for the webhook route.',
};

describe.for(clients)('$name', ({ version, connect }) => {
  it('is told what there is', async () => {
    await using client = await connect(server.url, server.people.member.key);
    expect(client.protocolVersion).toBe(version);
    expect(client.instructions).toMatch(/`query`.*`confirm`.*`flag`.*`propose`.*`status`/s);
    const tools = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(['confirm', 'flag', 'propose', 'query', 'status']);
    expect(await client.listPrompts()).toEqual(['consult', 'reflect']);
    expect(await client.prompt('consult', { task: 'Add a webhook.' })).toContain('Add a webhook.');
    expect(await client.prompt('reflect')).toContain('`propose`');
  });

  it('looks its caller up once a request', async () => {
    await using client = await connect(server.url, server.people.member.key);
    await client.call('query', { domains: ['api'] });
    const noted = vi.spyOn(server.store.apiKeys, 'touch');
    await client.call('query', { domains: ['api'] });
    expect(noted).toHaveBeenCalledTimes(1);
  });

  it('suggests what a unit should say, once', async () => {
    await using client = await connect(server.url, server.people.member.key);
    const { id } = await server.unit({ insight: { summary: 'Teh lesson' } });
    const lesson = { summary: 'The lesson', detail: 'What happened.', action: 'What to do.', domains: ['api'] };
    const suggest = (changes: object = {}) =>
      client.call('propose', { ...lesson, revises: id, reason: 'A typo.', ...changes });
    const made = await suggest();
    expect(made).toMatchObject({
      isError: false,
      data: { suggestion: { id: expect.stringMatching(/^rev_/), status: 'PENDING', baseVersion: 1 } },
    });
    expect((await suggest()).data.suggestion.id).toBe(made.data.suggestion.id);
    expect((await suggest({ summary: 'Teh lesson' })).text).toBe(
      'INVALID_INPUT: The suggestion must say something that the unit does not say.',
    );
    expect((await suggest({ revises: `ku_${'e'.repeat(32)}` })).text).toMatch(/^NOT_FOUND: /);
    expect((await suggest({ reason: 'x'.repeat(1001) })).text).toBe(
      'INVALID_INPUT: reason must be at most 1000 characters, got 1001.',
    );
  });

  it('proposes, queries, confirms and flags', async () => {
    await using client = await connect(server.url, server.people.member.key);
    const domains = [`webhooks-${crypto.randomUUID()}`];
    const proposed = await client.call('propose', {
      ...lesson,
      domains,
      languages: ['typescript'],
      frameworks: ['express'],
      pattern: 'api-client',
    });
    expect(proposed).toMatchObject({ isError: false, data: { unit: { status: 'PENDING', domains } } });
    const { id } = proposed.data.unit;
    expect(await server.store.units.find(id)).toMatchObject({
      createdBy: 'mia',
      insight: lesson,
      context: { languages: ['typescript'], frameworks: ['express'], pattern: 'api-client' },
    });
    // no search finds it before it is approved
    expect((await client.call('query', { domains })).data.results).toEqual([]);
    await server.query(
      'mutation ($id: ID!) { approveKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
      { id },
      server.people.reviewer.token,
    );

    const found = await client.call('query', { domains, languages: ['typescript'], limit: 1 });
    expect(found.data.results).toMatchObject([{ unit: { id, insight: lesson, evidence: { confidence: 0.5 } } }]);
    expect(found.text).toContain(`1. ${id} (score`);
    expect(found.text).toContain(lesson.action);
    expect((await client.call('query', { text: 'raw body', domains })).data.results).toMatchObject([{ unit: { id } }]);

    const confirmed = await client.call('confirm', { unit_id: id });
    expect(confirmed.data).toEqual({ unit: { id, evidence: { confidence: 0.6, confirmations: 2 } } });
    const other = await server.unit();
    const flagged = await client.call('flag', {
      unit_id: id,
      reason: 'duplicate',
      detail: 'Word for word.',
      duplicate_of: other.id,
    });
    expect(flagged.data.unit.evidence.confidence).toBeCloseTo(0.45);
    const [flag] = (await server.store.flags.list(id, { limit: 5 })).items;
    expect(flag).toMatchObject({ reason: 'duplicate', detail: 'Word for word.', duplicateOf: other.id });
  });

  it('learns how large the commons is and who it is', async () => {
    await using client = await connect(server.url, server.people.member.key);
    await server.unit();
    const { data } = await client.call('status');
    expect(data).toMatchObject({ viewer: { user: { username: 'mia' }, scopes: ['ANYONE', 'KNOWLEDGE_WRITE'] } });
    // statistics are shared for a second: with cases before this one, there may be those of no units
    await expect
      .poll(async () => {
        const { totalCount, domainCounts } = (await client.call('status')).data.stats;
        return [totalCount > 0, domainCounts];
      })
      .toEqual([true, expect.arrayContaining([{ domain: 'api', count: expect.any(Number) }])]);
  });

  it('is told what is wrong, in the words of the tool', async () => {
    await using client = await connect(server.url, server.people.member.key);
    const { id } = await server.unit();
    const refused = async (name: string, args: Record<string, unknown>) => {
      const { isError, text } = await client.call(name, args);
      expect(isError).toBe(true);
      return text;
    };
    expect(await refused('propose', { ...lesson, summary: 'x'.repeat(501), domains: [' '] })).toBe(
      'INVALID_INPUT: domains must have at least 1 item that is not empty, got 0.\n' +
        'INVALID_INPUT: summary must be at most 500 characters, got 501.',
    );
    expect(await refused('flag', { unit_id: id, reason: 'duplicate' })).toBe(
      'INVALID_INPUT: duplicate_of is required when the reason is duplicate.',
    );
    expect(await refused('flag', { unit_id: id, reason: 'boring' })).toMatch(
      /reason.*"stale"\|"incorrect"\|"duplicate"/,
    );
    expect(await refused('confirm', { unit_id: 'ku_none' })).toMatch(/^NOT_FOUND: .*"ku_none"/);
    expect(await refused('confirm', {})).toMatch(/unit_id/);
    expect(await refused('query', { domain: ['api'] })).toMatch(/"domain"/);
    expect(await refused('query', {})).toMatch(/^BAD_USER_INPUT: .*text/);
    expect(await refused('query', { domains: ['api'], limit: 51 })).toMatch(/^BAD_USER_INPUT: limit .*50.*51/);
    expect(await refused('query', { text: 'a\0b' })).toMatch(/^BAD_USER_INPUT: text .*NUL/);
  });

  it('may leave things out as null', async () => {
    await using client = await connect(server.url);
    expect(await client.call('query', { domains: ['api'], text: null, limit: null })).toMatchObject({ isError: false });
  });

  it('reads without a key, and is told that writing needs one', async () => {
    await using client = await connect(server.url);
    const { id } = await server.unit();
    expect((await client.call('query', { domains: ['api'] })).data.results.length).toBeGreaterThan(0);
    expect((await client.call('status')).data.viewer).toBeNull();
    const { isError, text } = await client.call('confirm', { unit_id: id });
    expect([isError, text]).toEqual([true, 'UNAUTHENTICATED: Sign in, or send an API key, to do this.']);
  });

  it('does not get in with a key that is void', async () => {
    await expect(connect(server.url, 'cqa.v1.nothing.nothing')).rejects.toThrow(/403|Invalid API key/);
  });
});

it('a commons that is not public is not public over MCP either', async () => {
  await using closed = await startServer({ CQ_PUBLIC_READ: 'off' });
  for (const { connect } of clients) {
    await using client = await connect(closed.url);
    expect(await client.call('query', { domains: ['api'] })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^UNAUTHENTICATED: This server is not open/),
    });
  }
});

it('spends of the same budget as /graphql, and is held to the same cost', async () => {
  await using poor = await startServer({ CQ_RATE_LIMIT: '115', CQ_MAX_QUERY_COST: '60' });
  const { connect } = clients[0] ?? expect.fail();
  const { key } = poor.people.member;
  await using client = await connect(poor.url, key);
  const large = await client.call('query', { domains: ['api'], limit: 50 });
  expect(large).toMatchObject({ isError: true, text: expect.stringMatching(/^QUERY_TOO_COMPLEX: .*at most 60/) });
  const { rateLimit } = await poor.query('{ rateLimit { remaining } }', {}, key);
  expect((await client.call('query', { domains: ['api'] })).isError).toBe(false);
  const after = await poor.query('{ rateLimit { remaining } }', {}, key);
  expect(after.rateLimit.remaining).toBeLessThan(rateLimit.remaining - 10);
  // what is left does not pay for two more
  await client.call('query', { domains: ['api'] });
  const refused = { isError: true, text: expect.stringMatching(/^RATE_LIMITED: .*Try again in \d+ s/) };
  expect(await client.call('query', { domains: ['api'] })).toMatchObject(refused);
  const { status } = await poor.send({ query: '{ search(text: "api") { nodes { id insight { summary } } } }' }, key);
  expect(status).toBe(429);
});

const vectors = inject('serversOn') === 'postgres' ? await withVectors() : {};
it('names the unit that a proposal is too near to, and takes one that insists', vectors, async () => {
  await using near = await startServer({ CQ_EMBEDDING_PROVIDER: 'hash' });
  const { connect } = clients[0] ?? expect.fail();
  await using client = await connect(near.url, near.people.member.key);
  const proposal = { ...lesson, domains: ['webhooks'] };
  const { id } = (await client.call('propose', proposal)).data.unit;
  const embedded = () =>
    near
      .query('{ embeddingStatus { models { state done } } }', {}, near.people.admin.token)
      .then(({ embeddingStatus: { models } }) => models[0]?.state === 'ACTIVE' && models[0].done === 1);
  await expect.poll(embedded, { timeout: 300_000 }).toBe(true);
  // word for word it is the call sent again; another text as near is a duplicate
  expect((await client.call('propose', proposal)).data.unit.id).toBe(id);
  const other = { ...proposal, domains: ['http'] };
  const refused = await client.call('propose', other);
  expect(refused).toMatchObject({
    isError: true,
    data: { errors: [{ code: 'DUPLICATE', similarity: 1, existing: { id } }] },
  });
  expect(refused.text).toBe(
    `DUPLICATE: allow_duplicate must be true to propose a text this near (1) to one that waits for review.\nThe unit is ${id} (pending): ${lesson.summary}`,
  );
  const insisting = await client.call('propose', { ...other, allow_duplicate: true });
  expect(insisting).toMatchObject({ isError: false, data: { unit: { status: 'PENDING' } } });
  expect(insisting.data.unit.id).not.toBe(id);
  const found = await client.call('query', { text: 'webhook', limit: 1 });
  expect(found.data).toMatchObject({ effectiveMode: 'HYBRID', notices: [] });
});
