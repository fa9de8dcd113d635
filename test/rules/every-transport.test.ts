import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { confidence } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';
import { clients } from '../mcp/clients.ts';
import { call } from '../rest/client.ts';
import { untilTold } from '../store/conformance/logs.ts';
import {
  graphqlTransport,
  mcpTransport,
  type Proposal,
  type ReviewTransport,
  restTransport,
  type Transport,
} from './transports.ts';

/** The rules, each with what happens over every transport: the same rule, in the transport's own format. */
type Outcomes = readonly [graphql: string, rest: string, mcp: string];

let server: TestServer;
let transports: readonly [ReviewTransport, ReviewTransport, Transport];
beforeAll(async () => {
  server = await startServer();
  transports = [graphqlTransport(server), restTransport(server), mcpTransport(server)];
});
afterAll(() => server[Symbol.asyncDispose]());

const lesson: Proposal = { domains: ['api'], summary: 'A lesson', detail: 'What happened.', action: 'What to do.' };
const many = (count: number, item = 'x') => Array.from({ length: count }, (_, index) => `${item}${index}`);
/** Characters that are two units of UTF-16 each: limits count code points. */
const long = (count: number) => '😀'.repeat(count);
const everywhere = (outcome: string): Outcomes => [outcome, outcome, outcome];
const ok = everywhere('ok');
const invalid = (graphql: string, rest = graphql, mcp = graphql): Outcomes => [
  `INVALID_INPUT ${graphql}`,
  `422 ${rest}`,
  `INVALID_INPUT ${mcp}`,
];
const inInsight = (field: string) => invalid(`insight.${field}`, `insight.${field}`, field);
const inContext = (field: string) => invalid(`context.${field}`, `context.${field}`, field);

/** What each transport makes of the same thing, one after the other. */
async function atEvery(work: (transport: Transport) => Promise<string>): Promise<string[]> {
  const outcomes = [];
  for (const transport of transports) outcomes.push(await work(transport));
  return outcomes;
}

describe('a proposal', () => {
  it.for<[string, Partial<Proposal>, Outcomes]>([
    ['nothing special', {}, ok],
    ['16 domains', { domains: many(16) }, ok],
    ['17 domains', { domains: many(17) }, invalid('domains')],
    ['17 domains, of which two are the same', { domains: [...many(16), ' X0 '] }, ok],
    ['no domain', { domains: [] }, invalid('domains')],
    ['a domain of spaces', { domains: [' \t'] }, ['INVALID_INPUT domains', '422', 'INVALID_INPUT domains']],
    [
      'a domain that shows nothing',
      { domains: ['\u200b\ufe0f\u3164'] },
      ['INVALID_INPUT domains', '422', 'INVALID_INPUT domains'],
    ],
    ['a domain of 65 characters that are 64 in NFC', { domains: [`${'a'.repeat(63)}e\u0301`] }, ok],
    ['17 domains, of which two are the same in NFC', { domains: [...many(15), 'é', 'e\u0301'] }, ok],
    ['a domain of 64 characters', { domains: [long(64)] }, ok],
    ['a domain of 65 characters', { domains: ['a', long(65)] }, invalid('domains.1')],
    ['NUL in a domain', { domains: ['a\0'] }, invalid('domains.0')],
    ['a summary of 500 characters', { summary: long(500) }, ok],
    ['a summary of 501 characters', { summary: long(501) }, inInsight('summary')],
    ['half a pair in the summary', { summary: 'a\ud83d' }, inInsight('summary')],
    ['a detail of 8000 characters', { detail: long(8000) }, ok],
    ['a detail of 8001 characters', { detail: long(8001) }, inInsight('detail')],
    ['NUL in the detail', { detail: 'a\0b' }, inInsight('detail')],
    ['an action of 2000 characters', { action: long(2000) }, ok],
    ['an action of 2001 characters', { action: long(2001) }, inInsight('action')],
    ['16 languages of 64 characters', { languages: many(16, long(62)) }, ok],
    ['17 languages', { languages: many(17) }, inContext('languages')],
    ['a language of 65 characters', { languages: [long(65)] }, inContext('languages.0')],
    ['17 frameworks', { frameworks: many(17) }, inContext('frameworks')],
    ['a framework of 65 characters', { frameworks: ['a', long(65)] }, inContext('frameworks.1')],
    ['NUL in a framework', { frameworks: ['\0'] }, inContext('frameworks.0')],
    ['a pattern of 200 characters', { pattern: long(200) }, ok],
    ['a pattern of 201 characters', { pattern: long(201) }, inContext('pattern')],
  ])('with %s', async ([, changes, expected]) => {
    expect(
      await atEvery((transport) => transport.propose({ ...lesson, ...changes }, server.people.member.key)),
    ).toEqual(expected);
  });
});

it('a domain is the same in every form of its characters', async () => {
  const { key } = server.people.member;
  const [composed, decomposed] = ['café-한', 'cafe\u0301-\u1112\u1161\u11ab'];
  const found = async (domain: string) => {
    const query = 'query ($of: [String!]) { search(filter: { domains: $of }, first: 50) { nodes { domains } } }';
    const byGraphql = (await server.query(query, { of: [domain] })).search.nodes;
    const path = `/knowledge?limit=50&domains=${encodeURIComponent(domain)}`;
    const byRest = (await call(server, { method: 'GET', path })).body.data;
    const reviewed = `/review/units?domain=${encodeURIComponent(domain)}`;
    const { token } = server.people.reviewer;
    const inReview = (await call(server, { method: 'GET', path: reviewed, credential: token })).body;
    await using client = await (clients[0] as (typeof clients)[number]).connect(server.url, key);
    const byMcp = (await client.call('query', { domains: [domain] })).text.includes('\u0301');
    return [
      byGraphql.length,
      byRest.length,
      inReview.length,
      byMcp,
      byGraphql,
      byRest.map(({ domains }: Proposal) => ({ domains })),
    ];
  };
  await server.unit({ domains: [composed] });
  for (const transport of transports)
    expect(await transport.propose({ ...lesson, domains: [decomposed, composed.toUpperCase()] }, key)).toBe('ok');
  const [unit] = [{ domains: [composed] }];
  expect(await found(decomposed)).toEqual([1, 1, 4, false, [unit], [unit]]);
  expect(await found(composed)).toEqual(await found(decomposed));
});

describe('a flag', () => {
  it.for<[string, object, Outcomes]>([
    ['a reason', { reason: 'stale' }, ok],
    ['a reason that there is not', { reason: 'boring' }, ['BAD_USER_INPUT', '422 reason', 'BAD_USER_INPUT']],
    ['a detail of 1000 characters', { reason: 'incorrect', detail: long(1000) }, ok],
    ['a detail of 1001 characters', { reason: 'incorrect', detail: long(1001) }, invalid('detail')],
    ['NUL in the detail', { reason: 'stale', detail: '\0' }, invalid('detail')],
    [
      'no unit that it is a duplicate of',
      { reason: 'duplicate' },
      invalid('duplicateOfId', 'duplicate_of', 'duplicate_of'),
    ],
    [
      'a duplicate that is no unit',
      { reason: 'duplicate', duplicateOf: 'ku_none' },
      ['NOT_FOUND duplicateOfId', '422 duplicate_of', 'NOT_FOUND'],
    ],
  ])('with %s', async ([, flag, expected]) => {
    const { id } = await server.unit();
    const asked = { reason: 'stale', ...flag };
    expect(await atEvery((transport) => transport.flag(id, asked, server.people.member.key))).toEqual(expected);
  });

  it('of a unit as a duplicate of itself, of another, and of one that waits for review', async () => {
    const [{ id }, other, pending] = [
      await server.unit(),
      await server.unit(),
      await server.unit({ status: 'pending' }),
    ];
    const flag = (duplicateOf: string) =>
      atEvery((transport) => transport.flag(id, { reason: 'duplicate', duplicateOf }, server.people.member.key));
    expect(await flag(other.id)).toEqual(ok);
    expect(await flag(id)).toEqual(invalid('duplicateOfId', 'duplicate_of', 'duplicate_of'));
    // the flagger's own proposal, which they may see
    expect(await flag(pending.id)).toEqual(ok);
  });

  it.for(['pending', 'rejected'] as const)(
    'of a unit as a duplicate of one that is %s: by who may see it',
    async (status) => {
      const { id } = await server.unit();
      const other = await server.unit({ status, createdBy: 'rob' });
      const flag = (credential: string) =>
        atEvery((transport) => transport.flag(id, { reason: 'duplicate', duplicateOf: other.id }, credential));
      const missing = ['NOT_FOUND duplicateOfId', '422 duplicate_of', 'NOT_FOUND'];
      expect(await flag(server.people.member.key)).toEqual(missing);
      // a key sees no more than an anonymous caller, except what its owner proposed
      expect(await flag(server.people.admin.key)).toEqual(missing);
      expect(await flag(server.people.reviewer.key)).toEqual(ok);
      const [graphql] = transports;
      const asReviewer = { reason: 'duplicate', duplicateOf: other.id };
      expect(await graphql.flag(id, asReviewer, server.people.admin.token)).toBe('ok');
      expect(await graphql.flag(id, asReviewer, server.people.member.token)).toBe('NOT_FOUND duplicateOfId');

      // what is said of a unit that is not there and of one that is hidden is the same
      const said = async (duplicateOf: string) => {
        const body = { reason: 'duplicate', duplicate_of: duplicateOf };
        const answer = await call(server, {
          method: 'POST',
          path: `/knowledge/${id}/flags`,
          credential: server.people.member.key,
          body,
        });
        return [answer.status, answer.text.replaceAll(duplicateOf, '<id>')];
      };
      expect(await said(other.id)).toEqual(await said(`ku_${'f'.repeat(32)}`));

      // and no transport shows other callers the id that a flag names
      const domain = `of ${status}`;
      const flagged = await server.unit({ domains: [domain] });
      expect(await graphql.flag(flagged.id, asReviewer, server.people.admin.token)).toBe('ok');
      const path = `/knowledge?domains=${encodeURIComponent(domain)}`;
      const seen = async (credential?: string) =>
        (await call(server, { path, credential })).body.data[0].flags.map(
          (one: { duplicate_of: unknown }) => one.duplicate_of,
        );
      for (const credential of [undefined, server.people.member.key, server.people.admin.key])
        expect(await seen(credential)).toEqual([null]);
      expect(await seen(server.people.reviewer.key)).toEqual([other.id]);
      expect(await seen(server.people.reviewer.token)).toEqual([other.id]);
    },
  );
});

describe('a unit', () => {
  const missing: Outcomes = ['NOT_FOUND id', '404', 'NOT_FOUND'];
  it.for<[string, () => Promise<string>, Outcomes]>([
    ['approved', async () => (await server.unit()).id, ok],
    ['pending', async () => (await server.unit({ status: 'pending' })).id, missing],
    ['rejected', async () => (await server.unit({ status: 'rejected' })).id, missing],
    ['that of no unit', async () => `ku_${'f'.repeat(32)}`, missing],
    ['no id', async () => "x'--", missing],
  ])('that is %s is confirmed and flagged', async ([, make, expected]) => {
    const id = await make();
    const { key } = server.people.member;
    expect(await atEvery((transport) => transport.confirm(id, key))).toEqual(expected);
    expect(await atEvery((transport) => transport.flag(id, { reason: 'stale' }, key))).toEqual(expected);
  });

  const withdrawn = async (end: 'retired' | 'superseded') => {
    const { id } = await server.unit({ domains: [end] });
    const change = { at: server.store.now(), by: 'rob', reason: 'r' };
    if (end === 'retired') await server.store.lifecycle.retire(id, change);
    else await server.store.lifecycle.supersede(id, (await server.unit()).id, change);
    return id;
  };
  it.for(['retired', 'superseded'] as const)(
    'that is %s is not found, confirmed, flagged or decided over by anybody',
    async (end) => {
      const id = await withdrawn(end);
      const standing = await server.store.units.find(id);
      const { member, reviewer } = server.people;
      for (const credential of [member.key, reviewer.key]) {
        expect(await atEvery((transport) => transport.confirm(id, credential))).toEqual(missing);
        expect(await atEvery((transport) => transport.flag(id, { reason: 'stale' }, credential))).toEqual(missing);
      }
      const [graphql, rest] = transports;
      for (const decision of ['approve', 'reject'] as const) {
        expect(await graphql.decide(id, decision, reviewer.token)).toBe('ALREADY_REVIEWED id');
        expect(await rest.decide(id, decision, reviewer.token)).toBe(end === 'retired' ? '404' : '409');
      }
      expect(await server.store.units.find(id)).toEqual(standing);

      const found = (await call(server, { path: `/knowledge?domains=${end}`, credential: member.key })).body.data;
      const query = 'query ($of: [String!]) { search(filter: { domains: $of }) { nodes { id } } }';
      const { nodes } = (await server.query(query, { of: [end] }, member.key)).search;
      await using client = await (clients[0] as (typeof clients)[number]).connect(server.url, member.key);
      const { text } = await client.call('query', { domains: [end] });
      expect([found, nodes, text.includes(id)]).toEqual([[], [], false]);
    },
  );

  it('that was erased is none, and its id is refused', async () => {
    const { id } = await server.unit();
    await server.store.erasures.erase(id, { erasedAt: server.store.now(), erasedBy: null, reason: 'r' });
    const { key } = server.people.member;
    expect(await atEvery((transport) => transport.confirm(id, key))).toEqual(missing);
    const { domains, ...insight } = lesson;
    const again = await call(server, {
      method: 'POST',
      path: '/knowledge',
      credential: key,
      body: { id, domains, insight },
    });
    const detail = `The unit ${id} was erased, and its id is not used again`;
    expect(again).toMatchObject({ status: 409, body: { detail } });
    expect((await call(server, { path: `/knowledge/${id}` })).status).toBe(404);
  });
});

describe('who', () => {
  const credential = (who: string) =>
    ({
      anonymous: undefined,
      'a member’s agent': server.people.member.key,
      'an admin’s agent': server.people.admin.key,
      'a member': server.people.member.token,
      'a reviewer': server.people.reviewer.token,
      'an admin': server.people.admin.token,
    })[who];
  const everyone = ['anonymous', 'a member’s agent', 'an admin’s agent', 'a member', 'a reviewer', 'an admin'];

  const refused: Outcomes = ['UNAUTHENTICATED', '401', 'UNAUTHENTICATED'];
  // this API is for agents to write with, as cq's is: people sign in to review
  const person: Outcomes = ['ok', '401', 'ok'];
  const writing: Record<string, Outcomes> = {
    anonymous: refused,
    'a member’s agent': ok,
    'an admin’s agent': ok,
    'a member': person,
    'a reviewer': person,
    'an admin': person,
  };
  it.for(everyone)('writes: %s', async (who) => {
    const { id } = await server.unit();
    const as = credential(who);
    expect(await atEvery((transport) => transport.propose(lesson, as))).toEqual(writing[who]);
    expect(await atEvery((transport) => transport.confirm(id, as))).toEqual(writing[who]);
    expect(await atEvery((transport) => transport.flag(id, { reason: 'stale' }, as))).toEqual(writing[who]);
  });

  it.for(everyone)('reads: %s', async (who) => {
    expect(await atEvery((transport) => transport.search(['api'], credential(who)))).toEqual(ok);
  });

  const reviewing: Record<string, readonly [graphql: string, rest: string]> = {
    anonymous: ['UNAUTHENTICATED', '401'],
    'a member’s agent': ['FORBIDDEN', '401'],
    'an admin’s agent': ['FORBIDDEN', '401'],
    'a member': ['FORBIDDEN', '403'],
    'a reviewer': ['ok', 'ok'],
    'an admin': ['ok', 'ok'],
  };
  it.for(everyone)('reviews: %s', async (who) => {
    for (const decision of ['approve', 'reject'] as const) {
      const [graphql, rest] = transports;
      const outcomes = [];
      for (const transport of [graphql, rest])
        outcomes.push(await transport.decide((await server.unit({ status: 'pending' })).id, decision, credential(who)));
      expect(outcomes).toEqual(reviewing[who]);
    }
  });

  it('decides once, whichever transport is used', async () => {
    const [graphql, rest] = transports;
    const { token } = server.people.reviewer;
    for (const [first, second, expected] of [
      [graphql, rest, '409'],
      [rest, graphql, 'ALREADY_REVIEWED id'],
    ] as const) {
      const { id } = await server.unit({ status: 'pending' });
      expect(await first.decide(id, 'approve', token)).toBe('ok');
      expect(await second.decide(id, 'reject', token)).toBe(expected);
      expect(await server.store.units.find(id)).toMatchObject({ status: 'approved' });
    }
  });
});

describe('a key with limits', () => {
  const keyOf = async (limits: object) =>
    (await createApiKey(server.store, server.secrets, server.people.member.user, { name: 'k', ttl: '1d', ...limits }))
      .secret;
  const missing: Outcomes = ['NOT_FOUND id', '404', 'NOT_FOUND'];

  it('to reading writes nothing', async () => {
    const key = await keyOf({ access: 'read' });
    const { id } = await server.unit();
    const refused: Outcomes = ['FORBIDDEN', '403', 'FORBIDDEN'];
    expect(await atEvery((transport) => transport.search(['api'], key))).toEqual(ok);
    expect(await atEvery((transport) => transport.propose(lesson, key))).toEqual(refused);
    expect(await atEvery((transport) => transport.confirm(id, key))).toEqual(refused);
    expect(await atEvery((transport) => transport.flag(id, { reason: 'stale' }, key))).toEqual(refused);
    expect((await server.query('{ viewer { scopes } }', {}, key)).viewer.scopes).toEqual(['ANYONE']);
  });

  it('to domains proposes, confirms and flags within them only', async () => {
    const key = await keyOf({ domains: [' API ', 'db'] });
    const propose = (domains: string[]) => atEvery((transport) => transport.propose({ ...lesson, domains }, key));
    expect(await propose(['db', 'Api'])).toEqual(ok);
    expect(await propose(['api', 'web'])).toEqual(invalid('domains.1'));
    const [within, outside] = [await server.unit({ domains: ['web', 'db'] }), await server.unit({ domains: ['web'] })];
    for (const [{ id }, expected] of [
      [within, ok],
      [outside, missing],
    ] as const) {
      expect(await atEvery((transport) => transport.confirm(id, key))).toEqual(expected);
      expect(await atEvery((transport) => transport.flag(id, { reason: 'stale' }, key))).toEqual(expected);
    }
    expect((await server.store.units.find(outside.id))?.evidence.confirmations).toBe(1);
  });

  it('to domains reads nothing else, whichever way', async () => {
    const key = await keyOf({ domains: ['only here'] });
    const shared = ['limited'];
    const within = await server.unit({ domains: ['limited', 'only here'], createdBy: 'mia' });
    const outside = await server.unit({ domains: shared, createdBy: 'mia', insight: { summary: 'Elsewhere' } });
    await server.store.units.confirm(outside.id, 'rob', server.store.now(), confidence.confirmed);
    await server.store.units.confirm(within.id, 'rob', server.store.now(), confidence.confirmed);
    await untilTold(server.store);
    const pointing = await server.unit({ domains: ['only here'], supersededBy: outside.id });
    const ids = [within.id, outside.id];
    const query = `query ($id: ID!, $ids: [ID!]!, $pointing: ID!, $shared: [String!]) {
      knowledgeUnit(id: $id) { id }
      pointing: knowledgeUnit(id: $pointing) { supersededBy { id } related(first: 20) { unit { id } } }
      nodes(ids: $ids) { id }
      knowledgeUnits(filter: { domains: $shared }) { totalCount nodes { id } }
      byDomain: search(filter: { domains: $shared }) { nodes { id } }
      byWords: search(text: "elsewhere lesson", first: 50) { nodes { domains } }
      stats { domainCounts(first: 100) { domain } }
      viewer { proposals { nodes { domains } } activity(first: 100) { nodes { knowledgeUnit { id } } } }
    }`;
    const seen = await server.query(query, { id: outside.id, ids, pointing: pointing.id, shared }, key);
    expect(seen).toMatchObject({
      knowledgeUnit: null,
      pointing: { supersededBy: null },
      nodes: [{ id: within.id }, null],
      knowledgeUnits: { totalCount: 1, nodes: [{ id: within.id }] },
      byDomain: { nodes: [{ id: within.id }] },
      stats: { domainCounts: [{ domain: 'only here' }] },
      viewer: { activity: { nodes: [{ knowledgeUnit: { id: within.id } }] } },
    });
    const others = ({ domains }: { domains: string[] }) => !domains.includes('only here');
    expect([...seen.byWords.nodes, ...seen.viewer.proposals.nodes].filter(others)).toEqual([]);
    expect(seen.byWords.nodes).toHaveLength(2);
    expect(JSON.stringify(seen.pointing)).not.toContain(outside.id);

    const found = await call(server, { path: '/knowledge?domains=limited&limit=50', credential: key });
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([within.id]);
    const named = await call(server, { path: '/knowledge?domains=only+here', credential: key });
    expect(named.body.data.map((unit: { superseded_by: string }) => unit.superseded_by)).toContain(null);
    expect(named.text).not.toContain(outside.id);
    const stats = await call(server, { path: '/knowledge/stats', credential: key });
    expect(Object.keys(stats.body.domain_counts)).toEqual(['only here']);
    const { connect } = clients[0] ?? expect.fail();
    await using client = await connect(server.url, key);
    expect((await client.call('query', { domains: shared })).text).not.toContain(outside.id);
    expect((await client.call('status', {})).text).not.toContain(outside.id);
    const suggest = `mutation ($id: ID!, $domains: [String!]) {
      suggestRevision(input: { id: $id, version: 1, domains: $domains }) { userErrors { code path } }
    }`;
    const suggestion = async (id: string, domains: string[]) =>
      (await server.query(suggest, { id, domains }, key)).suggestRevision.userErrors;
    expect(await suggestion(outside.id, ['only here'])).toEqual([{ code: 'NOT_FOUND', path: ['id'] }]);
    expect(await suggestion(within.id, ['limited', 'web'])).toEqual([
      { code: 'INVALID_INPUT', path: ['domains', '1'] },
    ]);
    // what has none of the key's domains any more could not be read by it
    expect(await suggestion(within.id, ['limited'])).toEqual([{ code: 'INVALID_INPUT', path: ['domains'] }]);
    expect(await suggestion(within.id, ['only here'])).toEqual([]);
    const own = await server.unit({ status: 'pending', createdBy: 'mia', domains: within.domains });
    const amend = `mutation ($id: ID!, $domains: [String!]) {
      amendKnowledgeUnit(input: { id: $id, version: 1, domains: $domains }) { userErrors { code path } }
    }`;
    const amended = async (domains: string[]) =>
      (await server.query(amend, { id: own.id, domains }, key)).amendKnowledgeUnit.userErrors;
    expect(await amended(['limited'])).toEqual([{ code: 'INVALID_INPUT', path: ['domains'] }]);
    expect(await amended(['only here'])).toEqual([]);
    const { body: refused } = await server.send({ query: '{ viewer { suggestions { nodes { id } } } }' }, key);
    expect(refused.errors[0].extensions.code).toBe('FORBIDDEN');
    // the same proposal that another key of the person made before, for a domain that this one is not limited to
    const body = { id: outside.id, domains: ['only here'], insight: { summary: 's', detail: 'd', action: 'a' } };
    const repeated = await call(server, { method: 'POST', path: '/knowledge', credential: key, body });
    expect([repeated.status, repeated.text.includes('Elsewhere')]).toEqual([403, false]);
  });
});

describe('an account that is suspended or closed', () => {
  const change = (name: string, input: object, credential = server.people.admin.token) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`;
    return server.query(query, { input }, credential);
  };
  const refused: Outcomes = ['UNAUTHENTICATED', '401', expect.stringContaining('403')];

  it('writes nothing from the next request on, with tokens and keys alike, until it is reinstated', async () => {
    const { user, token, key } = await server.addPerson('sam', 'reviewer');
    const id = `usr_${user.id}`;
    const outcomes = (credential: string) =>
      atEvery((transport) => transport.propose(lesson, credential).catch((error: Error) => error.message));
    expect(await outcomes(key)).toEqual(ok);
    await change('suspendUser', { id, reason: 'Spam' });
    expect(await outcomes(key)).toEqual(refused);
    expect(await outcomes(token)).toEqual(refused);
    const [graphql, rest] = transports;
    for (const transport of [graphql, rest]) {
      const { id } = await server.unit({ status: 'pending' });
      expect(await transport.decide(id, 'approve', token)).toBe(transport === graphql ? 'UNAUTHENTICATED' : '401');
    }
    // cq's clients send a key with every request, and go on reading what is public
    expect(await rest.search(['api'], key)).toBe('ok');
    const login = { method: 'POST', path: '/auth/login', body: { username: 'sam', password: 'correct horse' } };
    expect((await call(server, login)).status).toBe(401);
    await change('reinstateUser', { id });
    expect(await outcomes(key)).toEqual(ok);
    // tokens are void for good: the person signs in anew
    expect(await outcomes(token)).toEqual(refused);
    expect((await call(server, login)).status).toBe(200);

    await change('closeUser', { id });
    expect(await outcomes(key)).toEqual(refused);
    await change('reopenUser', { id });
    expect(await outcomes(key)).toEqual(refused);
    expect((await call(server, login)).status).toBe(200);
  });

  it('is erased for good, with its name, and what was written under it stays', async () => {
    const { user, token, key } = await server.addPerson('kittiwake', 'reviewer');
    const id = `usr_${user.id}`;
    const unit = await server.unit({ createdBy: 'kittiwake' });
    const erased = await change('eraseUser', { id, reason: 'They asked for it.' });
    expect(erased.eraseUser.userErrors).toEqual([]);
    for (const credential of [token, key])
      expect(
        await atEvery((transport) => transport.confirm(unit.id, credential).catch((error: Error) => error.message)),
      ).toEqual(refused);
    const login = { method: 'POST', path: '/auth/login', body: { username: 'kittiwake', password: 'correct horse' } };
    expect((await call(server, login)).status).toBe(401);
    const reviewed = { path: `/review/${unit.id}`, credential: server.people.reviewer.token };
    const shown = async () => JSON.stringify((await call(server, reviewed)).body);
    await expect.poll(shown, { timeout: 30_000 }).toMatch(/"created_by":"\[erased [0-9a-f]{16}\]"/);
    expect(await shown()).not.toContain('kittiwake');
    const agent = server.people.member.key;
    expect(await atEvery((transport) => transport.confirm(unit.id, agent))).toEqual(ok);
    expect(await atEvery((transport) => transport.flag(unit.id, { reason: 'stale' }, agent))).toEqual(ok);
  });

  it('is closed by its owner too, and by nobody else but administrators', async () => {
    const { user, token } = await server.addPerson('tim', 'member');
    const query = 'mutation ($id: ID!) { closeUser(input: { id: $id }) { user { username } userErrors { code } } }';
    const close = (credential: string) => server.send({ query, variables: { id: `usr_${user.id}` } }, credential);
    expect((await close(server.people.reviewer.token)).body.errors[0].extensions.code).toBe('FORBIDDEN');
    expect((await close(token)).body.data.closeUser).toEqual({ user: { username: 'tim' }, userErrors: [] });
    expect((await close(token)).body.errors[0]).toMatchObject({ message: 'This account is closed.' });
    const again = `mutation { createUser(input: { username: "Tim", password: "${'x'.repeat(9)}" }) { userErrors { code } } }`;
    expect((await server.query(again, {}, server.people.admin.token)).createUser.userErrors).toEqual([]);
  });
});

describe('the same proposal again', () => {
  it('is the unit of the first time, where the transport has a way to say that it is the same', async () => {
    const { key } = server.people.member;
    const propose = `mutation ($key: String) { proposeKnowledgeUnit(input: { idempotencyKey: $key, domains: ["again"],
      insight: { summary: "s", detail: "d", action: "a" } }) { knowledgeUnit { id } } }`;
    const ids = [];
    for (let time = 0; time < 2; time++)
      ids.push((await server.query(propose, { key: 'the-same' }, key)).proposeKnowledgeUnit.knowledgeUnit.id);
    // cq's clients send the id, and send it again when they did not hear the answer
    const { domains, ...insight } = lesson;
    for (let time = 0; time < 2; time++) {
      const body = { id: `ku_${'e'.repeat(32)}`, domains, insight };
      ids.push((await call(server, { method: 'POST', path: '/knowledge', credential: key, body })).body.id);
    }
    expect(ids).toEqual([ids[0], ids[0], `ku_${'e'.repeat(32)}`, `ku_${'e'.repeat(32)}`]);
  });
});

describe('an answer', () => {
  it('is counted over every transport, of approved units, and a list or a look at what waits is none', async () => {
    const { reviewer } = server.people;
    const [unit, waiting] = [
      await server.unit({ domains: ['asked for'] }),
      await server.unit({ domains: ['asked for'], status: 'pending' }),
    ];
    expect(await atEvery((transport) => transport.search(['asked for'], reviewer.key))).toEqual(ok);
    const filter = 'filter: { domains: ["asked for"], statuses: [PENDING, APPROVED] }';
    const all = `{ search(${filter}) { nodes { id } } knowledgeUnits(${filter}) { nodes { id } } }`;
    expect((await server.query(all, {}, reviewer.token)).search.nodes).toHaveLength(2);
    await server.query('query ($id: ID!) { knowledgeUnit(id: $id) { related { unit { id } } } }', { id: unit.id });
    await server.store.usage.save();
    const usage = '{ nodes(ids: $ids) { ... on KnowledgeUnit { usage { answers lastAnsweredAt } } } }';
    const { nodes } = await server.query(
      `query ($ids: [ID!]!) ${usage}`,
      { ids: [unit.id, waiting.id] },
      reviewer.token,
    );
    expect(nodes).toEqual([
      { usage: { answers: 4, lastAnsweredAt: expect.stringMatching(/Z$/) } },
      { usage: { answers: 0, lastAnsweredAt: null } },
    ]);
  });
});

describe('too much', () => {
  it('is refused over each transport, out of one budget, and the API of cq’s clients says 503', async () => {
    await using poor = await startServer({ CQ_RATE_LIMIT: '36' });
    const { key } = poor.people.member;
    const { connect } = clients[0] ?? expect.fail();
    // some messages, of a point each
    await using client = await connect(poor.url, key);
    for (let left = 3; left > 0; left--) await restTransport(poor).propose(lesson, key);
    const { id } = await poor.unit();
    const outcomes = [];
    for (const transport of [graphqlTransport(poor), restTransport(poor)])
      outcomes.push(await transport.propose(lesson, key), await transport.confirm(id, key));
    for (const [tool, args] of [
      ['propose', lesson],
      ['confirm', { unit_id: id }],
    ] as const)
      outcomes.push((await client.call(tool, { ...args })).text.split(':')[0]);
    expect(outcomes).toEqual([
      ...['RATE_LIMITED', 'RATE_LIMITED'],
      ...['503 Retry-After', '503 Retry-After'],
      ...['RATE_LIMITED', 'RATE_LIMITED'],
    ]);
    expect(await poor.store.units.count({ statuses: ['pending'] })).toBe(3);
    expect((await poor.store.units.find(id))?.evidence.confirmations).toBe(1);
  });
});
