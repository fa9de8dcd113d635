import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../src/domain/account.ts';
import { limits } from '../../src/domain/rules.ts';
import { type Person, startServer, type TestServer } from '../harness.ts';
import { call, get } from '../rest/client.ts';
import { mcpTransport, type Proposal } from './transports.ts';

/** Who may change what a unit says, over every API that lets them. */
let server: TestServer;
let strict: TestServer;
let other: Person;
beforeAll(async () => {
  server = await startServer();
  other = await server.addPerson('max', 'member');
  strict = await startServer({ CQ_SELF_REVIEW: 'off' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
});

const callers = ['anonymous', 'author', 'agent of author', 'other', 'agent of reviewer', 'reviewer', 'admin'] as const;
type Caller = (typeof callers)[number];
type Outcomes = Readonly<Record<Caller, string>>;

function credential(who: Caller): string | undefined {
  const { member, reviewer, admin } = server.people;
  return {
    anonymous: undefined,
    author: member.token,
    'agent of author': member.key,
    other: other.token,
    'agent of reviewer': reviewer.key,
    reviewer: reviewer.token,
    admin: admin.token,
  }[who];
}

async function mutate(name: string, input: object, who: string | undefined, on = server): Promise<string> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code path } } }`;
  const { body } = await on.send({ query, variables: { input } }, who);
  if (body.errors) return body.errors[0].extensions.code;
  const [error] = body.data[name].userErrors;
  return error ? [error.code, error.path?.join('.')].filter(Boolean).join(' ') : 'ok';
}

let suggested = 0;
const insight = () => ({ summary: `Suggested ${++suggested}` });

/** A suggestion by the author of the unit, outdated or not. */
async function aSuggestion(outdated = false): Promise<{ id: string; unit: string }> {
  const { id: unit } = await server.unit();
  const query = `mutation ($input: SuggestRevisionInput!) { suggestRevision(input: $input) { suggestion { id } } }`;
  const input = { id: unit, version: 1, insight: insight() };
  const { id } = (await server.query(query, { input }, server.people.member.token)).suggestRevision.suggestion;
  const amend = { id: unit, version: 1, domains: ['else'], reason: 'r' };
  if (outdated) expect(await mutate('amendKnowledgeUnit', amend, server.people.reviewer.token)).toBe('ok');
  return { id, unit };
}

const pending = async () => (await server.unit({ status: 'pending' })).id;
const rejected = async () => (await server.unit({ status: 'rejected' })).id;
const approved = async () => (await server.unit()).id;
const reviewers = { reviewer: 'ok', admin: 'ok' };
const nobody = { anonymous: 'UNAUTHENTICATED' };
const forbidden = {
  author: 'FORBIDDEN',
  'agent of author': 'FORBIDDEN',
  other: 'FORBIDDEN',
  'agent of reviewer': 'FORBIDDEN',
};
const unseen = { other: 'NOT_FOUND id', 'agent of reviewer': 'NOT_FOUND id' };
const change = (id: string) => ({ id, version: 1, insight: insight(), reason: 'r' });

const rules: [what: string, run: (who: string | undefined) => Promise<string>, outcomes: Outcomes][] = [
  [
    'amends a pending unit',
    async (who) => mutate('amendKnowledgeUnit', change(await pending()), who),
    { ...nobody, author: 'ok', 'agent of author': 'ok', ...unseen, ...reviewers },
  ],
  [
    'amends and approves a pending unit',
    async (who) => mutate('amendKnowledgeUnit', { ...change(await pending()), approve: true }, who),
    { ...nobody, ...forbidden, ...reviewers },
  ],
  [
    'amends an approved unit',
    async (who) => mutate('amendKnowledgeUnit', change(await approved()), who),
    { ...nobody, ...forbidden, ...reviewers },
  ],
  [
    'amends a rejected unit',
    async (who) => mutate('amendKnowledgeUnit', change(await rejected()), who),
    {
      ...nobody,
      ...{ author: 'ALREADY_REVIEWED id', 'agent of author': 'ALREADY_REVIEWED id', ...unseen },
      ...{ reviewer: 'ALREADY_REVIEWED id', admin: 'ALREADY_REVIEWED id' },
    },
  ],
  [
    'suggests a revision of an approved unit',
    async (who) => mutate('suggestRevision', change(await approved()), who),
    { ...nobody, author: 'ok', 'agent of author': 'ok', other: 'ok', 'agent of reviewer': 'ok', ...reviewers },
  ],
  [
    'suggests a revision of a pending unit',
    async (who) => mutate('suggestRevision', change(await pending()), who),
    {
      ...nobody,
      ...{ author: 'INVALID_INPUT id', 'agent of author': 'INVALID_INPUT id', ...unseen },
      ...{ reviewer: 'INVALID_INPUT id', admin: 'INVALID_INPUT id' },
    },
  ],
  [
    'rebases a suggestion',
    async (who) => mutate('rebaseSuggestion', { id: (await aSuggestion(true)).id, version: 2 }, who),
    { ...nobody, author: 'ok', 'agent of author': 'ok', ...unseen, ...reviewers },
  ],
  [
    'rebases a suggestion and changes what it says',
    async (who) =>
      mutate('rebaseSuggestion', { id: (await aSuggestion(true)).id, version: 2, insight: insight() }, who),
    {
      ...{ ...nobody, author: 'ok', 'agent of author': 'ok', ...unseen },
      ...{ reviewer: 'FORBIDDEN', admin: 'FORBIDDEN' },
    },
  ],
  [
    'withdraws a suggestion',
    async (who) => mutate('withdrawSuggestion', { id: (await aSuggestion()).id }, who),
    {
      ...{ ...nobody, author: 'ok', 'agent of author': 'ok', ...unseen },
      ...{ reviewer: 'FORBIDDEN', admin: 'FORBIDDEN' },
    },
  ],
  [
    'approves a suggestion',
    async (who) => mutate('approveSuggestion', { id: (await aSuggestion()).id, version: 1 }, who),
    { ...nobody, ...forbidden, ...reviewers },
  ],
  [
    'approves a suggestion that is outdated',
    async (who) => mutate('approveSuggestion', { id: (await aSuggestion(true)).id, version: 2 }, who),
    { ...nobody, ...forbidden, reviewer: 'STALE_VERSION version', admin: 'STALE_VERSION version' },
  ],
  [
    'rejects a suggestion',
    async (who) => mutate('rejectSuggestion', { id: (await aSuggestion()).id }, who),
    { ...nobody, ...forbidden, ...reviewers },
  ],
];

describe('who', () => {
  it.for(rules)('%s', async ([, run, outcomes]) => {
    const seen: Record<string, string> = {};
    for (const caller of callers) seen[caller] = await run(credential(caller));
    expect(seen).toEqual(outcomes);
  });
});

describe('a revision', () => {
  it('is of a version, needs a reason where the unit is approved, and says something', async () => {
    const { token } = server.people.reviewer;
    const amend = (id: string, input: object) => mutate('amendKnowledgeUnit', { id, version: 1, ...input }, token);
    expect(await amend(await approved(), { insight: insight() })).toBe('INVALID_INPUT reason');
    for (const reason of ['', ' \t', '\u200b'])
      expect(await amend(await approved(), { insight: insight(), reason })).toBe('INVALID_INPUT reason');
    expect(await amend(await pending(), { insight: insight() })).toBe('ok');
    for (const field of ['note', 'internalNote']) {
      const noted = { insight: insight(), [field]: 'Thanks.' };
      expect(await amend(await pending(), noted)).toBe(`INVALID_INPUT ${field}`);
      expect(await amend(await pending(), { ...noted, approve: true })).toBe('ok');
    }
    expect(await amend(await pending(), { insight: {} })).toBe('INVALID_INPUT');
    expect(await amend(await pending(), { insight: {}, approve: true })).toBe('ok');
    expect(await amend(await pending(), { version: 2, insight: insight() })).toBe('STALE_VERSION version');
    expect(await amend(await pending(), { version: 2, insight: {}, approve: true })).toBe('STALE_VERSION version');
  });

  it.for<[string, object, string]>([
    ['no domain', { domains: [' '] }, 'domains'],
    ['17 domains', { domains: Array.from({ length: 17 }, (_, at) => `d${at}`) }, 'domains'],
    ['a long summary', { insight: { summary: 'x'.repeat(501) } }, 'insight.summary'],
    ['a long pattern', { context: { pattern: 'x'.repeat(201) } }, 'context.pattern'],
    ['17 languages', { context: { languages: Array.from({ length: 17 }, (_, at) => `l${at}`) } }, 'context.languages'],
    ['extensions of another form', { extensions: { plain: 1 } }, 'extensions'],
    ['a long reason', { reason: 'x'.repeat(1001), domains: ['x'] }, 'reason'],
  ])('with %s is refused like a proposal', async ([, input, path]) => {
    const { token } = server.people.reviewer;
    for (const name of ['amendKnowledgeUnit', 'suggestRevision'])
      expect(await mutate(name, { id: await approved(), version: 1, reason: 'r', ...input }, token)).toMatch(
        new RegExp(`^INVALID_INPUT ${path}`),
      );
  });

  it('over MCP is a suggestion, by the same rules', async () => {
    const mcp = mcpTransport(server);
    const lesson = { domains: ['api'], summary: 's', detail: 'd', action: 'a' };
    const revise = (revises: string, changes: object = {}) =>
      mcp.propose({ ...lesson, ...changes, revises } as Proposal, server.people.member.key);
    expect(await revise(await approved())).toBe('ok');
    expect(await revise(await pending())).toBe('INVALID_INPUT revises');
    expect(await revise((await server.unit({ status: 'pending', createdBy: 'rob' })).id)).toBe('NOT_FOUND');
    expect(await revise(await approved(), { summary: 'x'.repeat(501) })).toBe('INVALID_INPUT summary');
    expect(
      await revise(await approved(), { summary: 'A lesson', detail: 'What happened.', action: 'What to do.' }),
    ).toBe('INVALID_INPUT');
  });

  it('counts in the version that REST shows, and is what REST approves', async () => {
    const { reviewer, member } = server.people;
    const id = await pending();
    expect(await mutate('amendKnowledgeUnit', { ...change(id), domains: ['rest-shows'] }, member.key)).toBe('ok');
    const approve = { method: 'POST', path: `/review/${id}/approve`, credential: reviewer.token };
    expect((await call(server, approve)).status).toBe(200);
    const [unit] = (await get(server, '/knowledge?domains=rest-shows')).body.data;
    expect(unit).toMatchObject({ id, version: 2, insight: { summary: expect.stringMatching(/^Suggested/) } });
  });

  it('waits with few others, of one author and of one unit', async () => {
    const suggest = (id: string, who: string) => mutate('suggestRevision', change(id), who);
    const unit = await approved();
    const authors = await Promise.all(
      ['lou', 'max', 'ned', 'oli'].map(async (name) => (await server.addPerson(name, 'member')).key),
    );
    const ofEach = limits.suggestionsOfUnitByAuthor;
    for (const who of authors) {
      for (let count = 0; count < ofEach; count++) expect(await suggest(unit, who)).toBe('ok');
      expect(await suggest(unit, who)).toBe('LIMIT_REACHED');
    }
    expect(ofEach * authors.length).toBe(limits.suggestionsOfUnit);
    expect(await suggest(unit, server.people.member.key)).toBe('LIMIT_REACHED');
    const [author] = authors as [string];
    for (let count = ofEach; count < limits.suggestionsOfAuthor; count++)
      expect(await suggest(await approved(), author)).toBe('ok');
    expect(await suggest(await approved(), author)).toBe('LIMIT_REACHED');
  });
});

describe('an approval of a suggestion', () => {
  const refusal = async (input: object) => {
    const query =
      'mutation ($input: ApproveSuggestionInput!) { approveSuggestion(input: $input) { userErrors { message } } }';
    const [error] = (await server.query(query, { input }, server.people.reviewer.token)).approveSuggestion.userErrors;
    return error.message;
  };

  it('tells the version that it is about, also where the suggestion was rebased', async () => {
    const { id } = await aSuggestion();
    expect(await refusal({ id, version: 7 })).toBe('Somebody made version 1 of this unit; this is about version 7.');
    const outdated = (await aSuggestion(true)).id;
    expect(await refusal({ id: outdated, version: 2 })).toMatch(/^rob made version 2 .* this is about version 1\.$/);
    expect(await mutate('rebaseSuggestion', { id: outdated, version: 2 }, server.people.member.key)).toBe('ok');
    expect(await refusal({ id: outdated, version: 1 })).toMatch(/^rob made version 2 .* this is about version 1\.$/);
  });
});

describe('what a unit said', () => {
  it('is not for a key that is limited to other domains than it had then', async () => {
    const { member } = server.people;
    const limits = { name: 'limited', ttl: '1d', domains: ['now'] };
    const { secret } = await createApiKey(server.store, server.secrets, member.user, limits);
    const unit = await server.unit({ status: 'pending', domains: ['then'], insight: { detail: 'Of then.' } });
    const amendment = { id: unit.id, version: 1, domains: ['now'], insight: { detail: 'Of now.' } };
    expect(await mutate('amendKnowledgeUnit', amendment, member.key)).toBe('ok');
    const query =
      '{ knowledgeUnit(id: "ID") { insight { detail } revisions { nodes { content { insight { detail } } } } } }';
    const seen = (key: string) => server.query(query.replace('ID', unit.id), {}, key);
    expect((await seen(member.key)).knowledgeUnit.revisions.nodes).toHaveLength(2);
    expect(await seen(secret)).toEqual({ knowledgeUnit: { insight: { detail: 'Of now.' }, revisions: null } });
  });

  it('is not told to the author of a suggestion once the unit is withdrawn, nor in what it differs', async () => {
    const { id, unit } = await aSuggestion();
    const { token } = server.people.reviewer;
    const amendment = { id: unit, version: 1, insight: insight(), reason: 'r' };
    expect(await mutate('amendKnowledgeUnit', amendment, token)).toBe('ok');
    const lou = await server.addPerson('lea', 'member');
    const made = await server.query(
      'mutation ($input: SuggestRevisionInput!) { suggestRevision(input: $input) { suggestion { id } } }',
      { input: { id: unit, version: 2, insight: insight() } },
      lou.token,
    );
    const second = made.suggestRevision.suggestion.id;
    expect(await mutate('amendKnowledgeUnit', { ...amendment, version: 2, insight: insight() }, token)).toBe('ok');
    const conflicts = async (of: string, who: string) =>
      (await server.query(`{ node(id: "${of}") { ... on Suggestion { conflicts } } }`, {}, who)).node.conflicts;
    expect([await conflicts(id, token), await conflicts(second, lou.token)]).toEqual([['SUMMARY'], ['SUMMARY']]);
    expect(await mutate('retireKnowledgeUnit', { id: unit, reason: 'r' }, token)).toBe('ok');
    expect([await conflicts(id, token), await conflicts(second, lou.token)]).toEqual([['SUMMARY'], []]);
  });
});

describe('where reviewers do not decide over their own', () => {
  it('neither do they reinstate it after another reviewer has withdrawn it', async () => {
    const { reviewer, admin } = strict.people;
    const { id } = await strict.unit({ createdBy: 'rob' });
    const input = { id, reason: 'r' };
    expect(await mutate('retireKnowledgeUnit', input, admin.token, strict)).toBe('ok');
    expect(await mutate('reinstateKnowledgeUnit', input, reviewer.token, strict)).toBe('SELF_REVIEW id');
    expect(await mutate('reinstateKnowledgeUnit', input, admin.token, strict)).toBe('ok');
  });

  it('neither do they over their suggestions, nor amend what they proposed once it is approved', async () => {
    const { reviewer, admin } = strict.people;
    const own = await strict.unit({ createdBy: 'rob' });
    const others = await strict.unit();
    const amend = (id: string, who: string) => mutate('amendKnowledgeUnit', change(id), who, strict);
    expect(await amend(own.id, reviewer.token)).toBe('SELF_REVIEW id');
    expect(await amend(own.id, admin.token)).toBe('ok');
    const query = `mutation ($input: SuggestRevisionInput!) { suggestRevision(input: $input) { suggestion { id } } }`;
    const input = change(others.id);
    const { id } = (await strict.query(query, { input }, reviewer.token)).suggestRevision.suggestion;
    const decide = (name: string, who: string) =>
      mutate(name, { id, ...(name === 'approveSuggestion' && { version: 1 }) }, who, strict);
    expect(await decide('approveSuggestion', reviewer.token)).toBe('SELF_REVIEW id');
    expect(await decide('rejectSuggestion', reviewer.token)).toBe('SELF_REVIEW id');
    expect(await decide('approveSuggestion', admin.token)).toBe('ok');
    const waits = await strict.unit({ status: 'pending', createdBy: 'rob' });
    const both = { ...change(waits.id), approve: true };
    expect(await mutate('amendKnowledgeUnit', both, reviewer.token, strict)).toBe('SELF_REVIEW id');
    expect(await mutate('amendKnowledgeUnit', change(waits.id), reviewer.token, strict)).toBe('ok');
  });
});
