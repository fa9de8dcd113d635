import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, type UnitChanges } from '../harness.ts';
import { get, post } from './client.ts';

let server: TestServer;
let reviewer: string;
beforeAll(async () => {
  server = await startServer();
  reviewer = server.people.reviewer.token;
});
afterAll(() => server[Symbol.asyncDispose]());

describe('reviewing', () => {
  const routes = ['GET /queue', 'GET /units', 'GET /stats', 'GET /ku_x', 'POST /ku_x/approve', 'POST /ku_x/reject'];

  it.for(routes)('by %s is for reviewers', async (request) => {
    const [method, path] = request.split(' ');
    const ask = async (credential?: string) => {
      const send = method === 'GET' ? get : post;
      const { status, body } = await send(server, `/review${path}`, credential);
      return [status, body.detail];
    };
    const { member, admin } = server.people;
    expect(await ask()).toEqual([401, 'Missing or invalid authorization header']);
    expect(await ask(server.people.reviewer.key)).toEqual([401, 'Invalid or expired token']);
    expect(await ask(member.token)).toEqual([403, 'This needs a signed-in reviewer.']);
    expect((await ask(admin.token))[0]).toBe(path?.includes('ku_x') ? 404 : 200);
  });

  it('has one winner of two at once', async () => {
    const { id } = await server.unit({ status: 'pending' });
    const { reviewer: rob, admin } = server.people;
    const answers = await Promise.all([
      post(server, `/review/${id}/approve`, rob.token),
      post(server, `/review/${id}/reject`, admin.token),
    ]);
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status);
    expect([won?.status, lost?.status]).toEqual([200, 409]);
    expect(lost?.body.detail).toBe(`Knowledge unit already ${won?.body.status}`);
    const { body } = await get(server, `/review/${id}`, reviewer);
    expect([body.status, body.reviewed_by, body.reviewed_at]).toEqual([
      won?.body.status,
      won?.body.reviewed_by,
      won?.body.reviewed_at,
    ]);
  });
});

describe('the queue', () => {
  it('shows what was proposed first, from any place on', async () => {
    await using other = await startServer();
    const units = [];
    for (let count = 0; count < 7; count++) units.push(await other.unit({ status: 'pending' }));
    await other.unit();
    const page = async (search: string) => {
      const { items, ...rest } = (await get(other, `/review/queue?${search}`, other.people.reviewer.token)).body;
      return { ids: items.map((item: { knowledge_unit: { id: string } }) => item.knowledge_unit.id), ...rest };
    };
    const ids = units.map(({ id }) => id);
    expect(await page('')).toEqual({ ids, total: 7, offset: 0, limit: 20 });
    expect(await page('limit=3&offset=3')).toEqual({ ids: ids.slice(3, 6), total: 7, offset: 3, limit: 3 });
    expect(await page('limit=1000&offset=6')).toEqual({ ids: ids.slice(6), total: 7, offset: 6, limit: 1000 });
    for (const offset of ['7', '9007199254740993', '99999999999999999999'])
      expect(await page(`limit=3&offset=${offset}`)).toMatchObject({ ids: [], total: 7 });
  });

  it.for([
    ['limit=-1', 'greater_than_equal'],
    ['limit=1001', 'less_than_equal'],
    ['limit=9223372036854775808', 'less_than_equal'],
    ['offset=-1', 'greater_than_equal'],
    ['offset=x', 'int_parsing'],
  ])('with %s is refused', async ([search, type]) => {
    const { status, body } = await get(server, `/review/queue?${search}`, reviewer);
    expect([status, body.detail[0].type, body.detail[0].loc[0]]).toEqual([422, type, 'query']);
  });
});

describe('the units', () => {
  const confident = (confidence: number, changes: UnitChanges = {}) => {
    const at = new Date('2026-02-01T00:00:00Z');
    const evidence = { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at };
    return server.unit({ domains: ['units'], evidence, ...changes });
  };
  const listed = async (search: string) =>
    (await get(server, `/review/units?${search}`, reviewer)).body.map(
      (item: { knowledge_unit: { evidence: { confidence: number } } }) => item.knowledge_unit.evidence.confidence,
    );

  beforeAll(async () => {
    for (const confidence of [0, 0.3, 0.44999999999999996, 0.6, 1]) await confident(confidence);
    await confident(0.5, { status: 'pending' });
    await confident(0.2, { status: 'rejected', domains: ['units', 'else'] });
  });

  it.for<[string, number[]]>([
    ['domain=%20UNITS', [0.2, 0.5, 1, 0.6, 0.44999999999999996, 0.3, 0]],
    ['domain=units&status=approved', [1, 0.6, 0.44999999999999996, 0.3, 0]],
    ['domain=units&status=rejected', [0.2]],
    ['domain=else', [0.2]],
    ['domain=nowhere', []],
    ['domain=units&confidence_min=0.3&confidence_max=0.6', [0.5, 0.44999999999999996, 0.3]],
    ['domain=units&confidence_max=0.44999999999999996', [0.2, 0.3, 0]],
    ['domain=units&confidence_max=0.3&confidence_min=0.3', []],
    ['domain=units&confidence_max=0', []],
    ['domain=units&confidence_max=-1', []],
    ['domain=units&confidence_min=6e-1&confidence_max=1', [1, 0.6]],
    ['domain=units&confidence_min=.6&confidence_max=1.0', [1, 0.6]],
    ['domain=units&confidence_max=7', [0.2, 0.5, 1, 0.6, 0.44999999999999996, 0.3, 0]],
    ['domain=units&limit=2', [0.2, 0.5]],
    ['domain=units&limit=0&confidence_min=0', []],
    ['domain=units&status=nothing', []],
    // what is empty is no filter
    ['domain=units&status=', [0.2, 0.5, 1, 0.6, 0.44999999999999996, 0.3, 0]],
    ['domain=units&confidence_min=&confidence_max=', [0.2, 0.5, 1, 0.6, 0.44999999999999996, 0.3, 0]],
    ['domain=units&status=&confidence_min=0.6&confidence_max=', [1, 0.6]],
    ['domain=units&status=rejected&status=', [0.2, 0.5, 1, 0.6, 0.44999999999999996, 0.3, 0]],
  ])('of %s', async ([search, expected]) => expect(await listed(search)).toEqual(expected));

  it('of blank domains are the units of all', async () => {
    for (const domain of ['domain=%20', 'domain='])
      expect((await listed(`${domain}&limit=1000`)).length).toBeGreaterThanOrEqual(7);
  });

  it.for([
    ['confidence_min=x', 'float_parsing'],
    ['confidence_max=nan', 'float_parsing'],
    ['confidence_max=1e999', 'finite_number'],
    ['limit=-1', 'greater_than_equal'],
    ['limit=1001', 'less_than_equal'],
    ['domain=%00', 'value_error'],
  ])('of %s are refused', async ([search, type]) => {
    const { status, body } = await get(server, `/review/units?${search}`, reviewer);
    expect([status, body.detail[0].type]).toEqual([422, type]);
  });
});

describe('the figures', () => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000);
  const text = (date: Date) => date.toISOString().slice(0, 10);

  it('are nothing where there is nothing', async () => {
    await using empty = await startServer();
    const { body } = await get(empty, '/review/stats', empty.people.reviewer.token);
    expect(body).toEqual({
      counts: { pending: 0, approved: 0, rejected: 0 },
      domains: {},
      confidence_distribution: { '0.0-0.3': 0, '0.3-0.6': 0, '0.6-0.8': 0, '0.8-1.0': 0 },
      recent_activity: [],
      trends: { daily: [] },
    });
  });

  it('have every day since the first one with anything, of thirty', async () => {
    await using other = await startServer();
    const review = { status: 'approved', reviewedBy: 'rob', note: null, internalNote: null } as const;
    await other.unit({ createdAt: day(40), review: { ...review, reviewedAt: day(3) } });
    await other.unit({ createdAt: day(5), status: 'pending' });
    const { daily } = (await get(other, '/review/stats', other.people.reviewer.token)).body.trends;
    const nothing = { proposed: 0, approved: 0, rejected: 0 };
    expect(daily).toEqual([
      { date: text(day(5)), ...nothing, proposed: 1 },
      { date: text(day(4)), ...nothing },
      { date: text(day(3)), ...nothing, approved: 1 },
      ...[2, 1, 0].map((ago) => ({ date: text(day(ago)), ...nothing })),
    ]);
    expect(Object.keys(daily[0])).toEqual(['date', 'proposed', 'approved', 'rejected']);
  });

  it('begin thirty days ago', async () => {
    await using other = await startServer();
    await other.unit({ createdAt: day(31), status: 'pending' });
    await other.unit({ createdAt: day(30), status: 'pending' });
    const { daily } = (await get(other, '/review/stats', other.people.reviewer.token)).body.trends;
    expect([daily.length, daily[0]]).toEqual([31, { date: text(day(30)), proposed: 1, approved: 0, rejected: 0 }]);
  });

  it('have their buckets, and the domains of approved units, most first', async () => {
    await using other = await startServer();
    const at = new Date();
    for (const confidence of [0, 0.3, 0.5, 0.6, 0.7, 0.8, 1])
      await other.unit({
        domains: confidence < 0.5 ? ['a', 'b'] : ['b'],
        evidence: { confidence, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
      });
    await other.unit({ domains: ['a', 'b', 'c'], status: 'pending', tier: 'public' });
    const { body: knowledge } = await get(other, '/knowledge/stats');
    expect(knowledge).toEqual({
      total_count: 8,
      tier_counts: { private: 7 },
      domain_counts: { b: 7, a: 2 },
      confidence_distribution: { '0.0-0.3': 1, '0.3-0.5': 1, '0.5-0.7': 2, '0.7-1.0': 3 },
    });
    expect(Object.keys(knowledge.domain_counts)).toEqual(['b', 'a']);
    const { body } = await get(other, '/review/stats', other.people.reviewer.token);
    expect(body.confidence_distribution).toEqual({ '0.0-0.3': 1, '0.3-0.6': 2, '0.6-0.8': 2, '0.8-1.0': 2 });
    expect([body.counts, body.domains]).toEqual([
      { pending: 1, approved: 7, rejected: 0 },
      { b: 7, a: 2 },
    ]);
  });

  it('tell of the last twenty units once each, whatever happened later', async () => {
    await using other = await startServer();
    const units = [];
    for (let count = 0; count < 22; count++)
      units.push(await other.unit({ status: count % 2 ? 'pending' : 'approved' }));
    const oldest = units[0]?.id ?? '';
    await post(other, `/knowledge/${oldest}/confirmations`, other.people.member.key);
    const { recent_activity } = (await get(other, '/review/stats', other.people.reviewer.token)).body;
    const ids = recent_activity.map(({ unit_id }: { unit_id: string }) => unit_id);
    expect(ids).toEqual(
      units
        .map(({ id }) => id)
        .toReversed()
        .slice(0, 20),
    );
    expect(recent_activity[0].type).toBe('proposed');
    expect(recent_activity[1]).toMatchObject({ type: 'approved', reviewed_by: 'rob' });
  });
});
