import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confidence } from '../../src/domain/rules.ts';
import { aUnit, startServer, type TestServer } from '../harness.ts';
import { call, get, lesson, post } from './client.ts';

let server: TestServer;
let mia: string;
let rob: string;
let reviewer: string;
beforeAll(async () => {
  server = await startServer();
  mia = server.people.member.key;
  rob = server.people.reviewer.key;
  reviewer = server.people.reviewer.token;
});
afterAll(() => server[Symbol.asyncDispose]());

const propose = (key: string, changes: object = {}) => post(server, '/knowledge', key, lesson(changes));
const flag = (id: string, key: string, body: object) => post(server, `/knowledge/${id}/flags`, key, body);
const found = async (search: string, credential?: string) =>
  (await get(server, `/knowledge?${search}`, credential)).body.data;
const newId = () => aUnit().id.replace('ku_0', 'ku_a');

describe('a proposal', () => {
  it.for<[string, (string | number)[], object]>([
    ['a long detail', ['insight', 'detail'], { insight: { ...lesson().insight, detail: 'x'.repeat(8001) } }],
    ['a long action', ['insight', 'action'], { insight: { ...lesson().insight, action: 'x'.repeat(2001) } }],
    ['NUL', ['insight', 'detail'], { insight: { ...lesson().insight, detail: 'a\0b' } }],
    ['half a surrogate pair', ['insight', 'action'], { insight: { ...lesson().insight, action: '\ud83d' } }],
    ['17 domains', ['domains'], { domains: Array.from({ length: 17 }, (_, index) => `d${index}`) }],
    ['NUL in a domain', ['domains', 1], { domains: ['a', '\0'] }],
    ['a long framework', ['context', 'frameworks', 1], { context: { frameworks: ['a', 'x'.repeat(65)] } }],
    ['a long pattern', ['context', 'pattern'], { context: { pattern: 'x'.repeat(201) } }],
    ['21 extensions', ['extensions'], { extensions: Object.fromEntries([...Array(21)].map((_, i) => [`a:${i}`, i])) }],
    ['deep extensions', ['extensions'], { extensions: { 'a:b': JSON.parse('['.repeat(40) + ']'.repeat(40)) } }],
    ['a list of extensions', ['extensions'], { extensions: [] }],
    ['a number for a text', ['insight', 'summary'], { insight: { ...lesson().insight, summary: 1 } }],
    ['a text for a list', ['domains'], { domains: 'api' }],
    ['null in a list', ['domains', 0], { domains: [null] }],
    ['no insight', ['insight'], { insight: undefined }],
    ['null for the insight', ['insight'], { insight: null }],
  ])('with %s is refused, and says where', async ([, path, changes]) => {
    const { status, body } = await propose(mia, changes);
    expect(status).toBe(422);
    expect(body.detail.map(({ loc }: { loc: unknown }) => loc)).toEqual([['body', ...path]]);
    for (const { type, msg } of body.detail)
      expect([type, msg]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.stringMatching(/^[A-Z]/)]);
  });

  it('hears of everything that is wrong with it at once', async () => {
    const { body } = await propose(mia, { domains: ['x'.repeat(65)], context: { pattern: 'x'.repeat(201) } });
    expect(body.detail.map(({ msg }: { msg: string }) => msg)).toEqual([
      'Value error, domains must be at most 64 characters, got 65',
      'Value error, pattern must be at most 200 characters, got 201',
    ]);
  });

  it.for([
    ['nothing', undefined],
    ['null', 'null'],
  ])('of %s is missing', async ([, body]) => {
    const answer = await call(server, { method: 'POST', path: '/knowledge', credential: mia, body });
    expect([answer.status, answer.body.detail]).toEqual([
      422,
      [{ type: 'missing', loc: ['body'], msg: 'Field required' }],
    ]);
  });

  it('may say null where it says nothing', async () => {
    const { status, body } = await propose(mia, {
      context: { languages: null, pattern: null },
      extensions: null,
      created_by: null,
    });
    expect([status, body.context, body.extensions]).toEqual([
      201,
      { languages: [], frameworks: [], pattern: '' },
      null,
    ]);
  });

  it('keeps the numbers of its extensions, but for those that no double holds', async () => {
    const extensions = '{"a:b":[1.0,1,1e2,-0,123456789012345678901234567890,0.1],"c:d":{"e":null,"f":"é\\u0041"}}';
    const text = `{"extensions":${extensions},${JSON.stringify(lesson()).slice(1)}`;
    const answer = await call(server, { method: 'POST', path: '/knowledge', credential: mia, body: text });
    expect(answer.status).toBe(201);
    expect(answer.text).toContain(`"extensions":${extensions.replace('\\u0041', 'A')}`);
    const huge = await call(server, {
      method: 'POST',
      path: '/knowledge',
      credential: mia,
      body: text.replace('1e2', '1e400'),
    });
    expect(huge.text).toContain('"a:b":[1.0,1,null,');
  });

  it('is another unit each time, however alike', async () => {
    const [one, two] = [await propose(mia), await propose(mia)];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.id).not.toBe(two.body.id);
  });
});

describe('a proposal with an id', () => {
  it('is the same unit when it is sent again, as it stands by then', async () => {
    const id = newId();
    const first = await propose(mia, { id });
    expect([first.status, first.body.id]).toEqual([201, id]);
    expect((await propose(mia, { id, domains: ['other'] })).body).toEqual(first.body);
    await post(server, `/review/${id}/approve`, reviewer);
    await post(server, `/knowledge/${id}/confirmations`, rob);
    const again = await propose(mia, { id });
    expect([again.status, again.body.id, again.body.evidence.confirmations, again.body.created_by]).toEqual([
      201,
      id,
      2,
      'mia',
    ]);
  });

  it('is one unit of 16 sent at once', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 16 }, () => propose(mia, { id })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id))).toEqual(new Set([id]));
  });

  it('with the id of another user’s unit gets an id of its own, and the same one again', async () => {
    const id = newId();
    const other = await propose(rob, { id, insight: { ...lesson().insight, summary: 'Secret so far' } });
    const mine = await propose(mia, { id });
    expect([mine.status, mine.body.created_by, mine.body.insight.summary]).toEqual([201, 'mia', 'A lesson']);
    expect(mine.body.id).toMatch(/^ku_[0-9a-f]{32}$/);
    expect(mine.body.id).not.toBe(id);
    expect((await propose(mia, { id })).body).toEqual(mine.body);
    expect((await propose(rob, { id })).body).toEqual(other.body);
    // a third user with that id does not get in the way
    const third = newId();
    await propose(rob, { id: third });
    const { body } = await propose(mia, { id: third });
    const { body: taken } = await propose(server.people.admin.key, { id: body.id });
    expect(taken.created_by).toBe('ann');
    expect(taken.id).not.toBe(body.id);
  });

  it.for([
    ['dashes', 'ku_01234567-89ab-cdef-0123-456789abcdef'],
    ['capitals', `ku_${'A'.repeat(32)}`],
    ['a number', 5],
    ['null', null],
  ])('with %s for an id gets a new one', async ([, id]) => {
    const { status, body } = await propose(mia, { id });
    expect(status).toBe(201);
    expect(body.id).toMatch(/^ku_[0-9a-f]{32}$/);
  });
});

describe('a flag', () => {
  it('for a duplicate keeps what was written and the other unit', async () => {
    const [unit, other] = [await server.unit({ domains: ['flagged'] }), await server.unit()];
    const body = { reason: 'duplicate', detail: 'Said there already.', duplicate_of: other.id };
    const answer = await flag(unit.id, mia, body);
    const shown = { reason: 'duplicate', timestamp: expect.stringMatching(/Z$/), duplicate_of: other.id };
    expect([answer.status, answer.body.flags]).toEqual([201, [{ ...shown, detail: 'Said there already.' }]]);
    expect(answer.body.evidence.confidence).toBe(0.35);
    // what was written is for who wrote it and for reviewers
    const seen = async (credential?: string) => (await found('domains=flagged', credential))[0].flags;
    expect(await seen()).toEqual([{ ...shown, detail: null }]);
    expect(await seen(rob)).toEqual([{ ...shown, detail: null }]);
    expect(await seen(mia)).toEqual(answer.body.flags);
    const { body: item } = await get(server, `/review/${unit.id}`, reviewer);
    expect(item.knowledge_unit.flags).toEqual(answer.body.flags);
  });

  it.for<[string, object, string]>([
    ['no other unit', { reason: 'duplicate' }, 'duplicate_of'],
    ['null for the other unit', { reason: 'duplicate', duplicate_of: null }, 'duplicate_of'],
    ['another unit that is not there', { reason: 'duplicate', duplicate_of: `ku_${'0'.repeat(32)}` }, 'duplicate_of'],
    ['another unit with an odd id', { reason: 'duplicate', duplicate_of: 'x\0y' }, 'duplicate_of'],
    ['a long detail', { reason: 'stale', detail: 'x'.repeat(1001) }, 'detail'],
    ['a detail with NUL', { reason: 'stale', detail: '\0' }, 'detail'],
    ['no reason', {}, 'reason'],
  ])('with %s is refused', async ([, body, field]) => {
    const { id } = await server.unit();
    const answer = await flag(id, mia, body);
    expect([answer.status, answer.body.detail[0].loc]).toEqual([422, ['body', field]]);
    expect(answer.text).not.toContain('duplicateOfId');
  });

  it('of a unit as its own duplicate is refused', async () => {
    const { id } = await server.unit();
    expect((await flag(id, mia, { reason: 'duplicate', duplicate_of: id })).status).toBe(422);
  });

  it('for another reason may name another unit, which says nothing', async () => {
    const [unit, other] = [await server.unit(), await server.unit()];
    const { status, body } = await flag(unit.id, mia, { reason: 'incorrect', duplicate_of: other.id, detail: null });
    expect([status, body.flags[0].duplicate_of]).toEqual([201, null]);
  });

  it.for(['ku_none', `ku_${'0'.repeat(32)}`, '%00', '%zz', 'ku_%2F'])('of %s is not found', async (id) => {
    const { status, body } = await flag(id, mia, { reason: 'stale' });
    expect([status, body.detail]).toEqual([404, 'Knowledge unit not found']);
  });

  it('shows the latest hundred', async () => {
    const { id } = await server.unit();
    for (let count = 0; count < 101; count++)
      await server.store.units.flag(
        {
          id: `flg_${count.toString().padStart(32, '0')}`,
          unitId: id,
          reason: 'stale',
          detail: String(count),
          duplicateOf: null,
          createdBy: 'rob',
          createdAt: new Date(Date.UTC(2026, 0, 1) + count * 1000),
        },
        confidence.flagged,
      );
    const { flags } = (await get(server, `/review/${id}`, reviewer)).body.knowledge_unit;
    expect(flags.map(({ detail }: { detail: string }) => detail)).toEqual([...Array(100)].map((_, i) => String(i + 1)));
    expect(flags[0].timestamp).toBe('2026-01-01T00:00:01Z');
  });
});

it('counts every one of 24 confirmations at once', async () => {
  const { id } = await server.unit();
  const answers = await Promise.all(
    Array.from({ length: 24 }, () => post(server, `/knowledge/${id}/confirmations`, mia)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const numbers = answers.map(({ body }) => body.evidence.confirmations).toSorted((a, b) => a - b);
  expect(numbers).toEqual([...Array(24)].map((_, index) => index + 2));
  expect((await server.store.units.find(id))?.evidence.confidence).toBe(1);
});

describe('a search', () => {
  it('ranks as cq does, ties to the higher id', async () => {
    const domains = ['ranked', 'web'];
    const context = { languages: ['go'], frameworks: ['chi'], pattern: 'Retry' };
    const [half, same, boosted, tied] = [
      await server.unit({ domains: ['ranked'] }),
      await server.unit({ domains }),
      await server.unit({ domains, context }),
      await server.unit({ domains }),
    ];
    const order = async (search: string) => (await found(search)).map(({ id }: { id: string }) => id);
    expect(await order('domains=ranked&domains=%20WEB&limit=50')).toEqual([tied.id, boosted.id, same.id, half.id]);
    const asked = 'domains=ranked&domains=web&languages=go&languages=x&frameworks=chi&pattern=retry';
    expect(await order(asked)).toEqual([boosted.id, tied.id, same.id, half.id]);
    expect(await order('domains=ranked&limit=1')).toEqual([half.id]);
    // only lists may be given more than once
    expect(await order('domains=ranked&limit=9&limit=2')).toHaveLength(2);
  });

  it('finds approved units only, 5 unless told otherwise and 50 at most', async () => {
    for (let count = 0; count < 51; count++) await server.unit({ domains: ['many'] });
    await server.unit({ domains: ['many'], status: 'pending', insight: { summary: 'not yet' } });
    await server.unit({ domains: ['many'], status: 'rejected' });
    expect(await found('domains=many')).toHaveLength(5);
    for (const limit of ['50', '51', '100000', '9223372036854775808', '9'.repeat(400)])
      expect(await found(`domains=many&limit=${limit}`)).toHaveLength(50);
    expect(await found('domains=many&limit=%2B3.0')).toHaveLength(3);
  });

  it.for([
    ['limit=-1', 'greater_than'],
    ['limit=', 'int_parsing'],
    ['limit=1.5', 'int_parsing'],
    ['limit=1e3', 'int_parsing'],
    ['limit=NaN', 'int_parsing'],
    ['domains=a%00', 'value_error'],
    [`pattern=${'x'.repeat(501)}`, 'string_too_long'],
    [`languages=${'a&languages='.repeat(50)}`, 'too_long'],
  ])('with %s is refused', async ([search, type]) => {
    const { status, body } = await get(server, `/knowledge?domains=x&${search}`);
    expect([status, body.detail[0].type]).toEqual([422, type]);
  });

  it('with empty parameters is one without them', async () => {
    const { id } = await server.unit({ domains: ['empty'], context: { languages: [''], pattern: 'retry' } });
    for (const search of ['', '&languages=&frameworks=&pattern=', '&languages=&languages=&domains='])
      expect([search, await found(`domains=empty${search}`)]).toMatchObject([search, [{ id }]]);
    expect(await found('domains=')).toEqual([]);
  });

  it('reads on when a key is void, as agents send theirs every time', async () => {
    const { status } = await get(server, '/knowledge?domains=x', 'cqa.v1.void');
    expect(status).toBe(200);
  });

  it('gives every unit both instants, with six digits or none, and whole numbers', async () => {
    const at = new Date('2026-01-02T03:04:05.060Z');
    const evidence = { confidence: 1, confirmations: 3 };
    const cases = [
      { firstObservedAt: null, lastConfirmedAt: null },
      { firstObservedAt: null, lastConfirmedAt: at },
      { firstObservedAt: new Date('2026-01-01T00:00:00Z'), lastConfirmedAt: null },
    ];
    for (const [index, instants] of cases.entries())
      await server.unit({ domains: [`old-${index}`], createdAt: at, evidence: { ...evidence, ...instants } });
    const text = async (index: number) => (await get(server, `/knowledge?domains=old-${index}`)).text;
    const with1 = '"confidence":1,"confirmations":3,';
    const moment = '2026-01-02T03:04:05.060000Z';
    expect(await text(0)).toContain(`${with1}"first_observed":"${moment}","last_confirmed":"${moment}"`);
    expect(await text(1)).toContain(`${with1}"first_observed":"${moment}","last_confirmed":"${moment}"`);
    expect(await text(2)).toContain('"first_observed":"2026-01-01T00:00:00Z","last_confirmed":"2026-01-01T00:00:00Z"');
  });
});
