import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type OperationDefinitionNode, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, type RunnerTask } from 'vitest';
import { createGraphQLSchema } from '../../src/graphql/schema.ts';
import { type Answer, startServer, type TestServer } from '../harness.ts';

/** The documents in test/operations are the API's examples to itself: each is run over HTTP, and together they use every root field. */
const folder = new URL('../operations/', import.meta.url);
const text = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');
const document = parse(text);
const schema = createGraphQLSchema();
const names = document.definitions.flatMap((definition) =>
  definition.kind === 'OperationDefinition' && definition.name ? [definition.name.value] : [],
);

let server: TestServer;
const run = new Set<string>();

beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '60000', CQ_NODE_NAME: 'commons' });
});
afterAll(() => server[Symbol.asyncDispose]());

async function send(operationName: string, variables: object = {}, credential?: string): Promise<Answer> {
  run.add(operationName);
  return server.send({ query: only(operationName), operationName, variables }, credential);
}

/** The operation with the fragments it needs. */
function only(operationName: string): string {
  const definition = document.definitions.find(
    (candidate): candidate is OperationDefinitionNode =>
      candidate.kind === 'OperationDefinition' && candidate.name?.value === operationName,
  );
  const source = definition?.loc ? text.slice(definition.loc.start, definition.loc.end) : '';
  const fragment = document.definitions.find((candidate) => candidate.kind === 'FragmentDefinition');
  return source.includes('...UnitParts') && fragment?.loc
    ? `${source}\n${text.slice(fragment.loc.start, fragment.loc.end)}`
    : source;
}

async function data(operationName: string, variables: object = {}, credential?: string) {
  const { status, body } = await send(operationName, variables, credential);
  expect(body.errors).toBeUndefined();
  expect(status).toBe(200);
  return body.data;
}

const proposal = {
  domains: [' Database ', 'postgres', 'database'],
  insight: { summary: 'Index foreign keys', detail: 'PostgreSQL does not index them.', action: 'Add an index.' },
  context: { languages: ['sql'], frameworks: [], pattern: 'Schema' },
  extensions: { 'acme:rank': 1 },
};

describe('knowledge', () => {
  it('goes from proposal through review to confirmation and flags', async () => {
    const { member, reviewer } = server.people;
    const proposed = (await data('Propose', { input: proposal }, member.key)).proposeKnowledgeUnit;
    expect(proposed.userErrors).toEqual([]);
    const { id } = proposed.knowledgeUnit;
    expect(proposed.knowledgeUnit).toMatchObject({
      domains: ['database', 'postgres'],
      status: 'PENDING',
      tier: 'PRIVATE',
      context: { languages: ['sql'], frameworks: [], pattern: 'Schema' },
      evidence: { confidence: 0.5, confirmations: 1 },
      extensions: { 'acme:rank': 1 },
    });

    expect((await data('GetUnit', { id })).knowledgeUnit).toBeNull();
    expect((await data('GetUnit', { id }, member.key)).knowledgeUnit.proposedBy).toEqual({ username: 'mia' });
    const queue = (await data('ReviewQueue', {}, reviewer.token)).reviewQueue;
    expect(queue.nodes).toContainEqual(
      expect.objectContaining({ id, status: 'PENDING', proposedBy: { username: 'mia' } }),
    );

    const approved = await data('Approve', { input: { id, note: 'True.', internalNote: 'Tried.' } }, reviewer.token);
    expect(approved.approveKnowledgeUnit.knowledgeUnit).toMatchObject({
      status: 'APPROVED',
      review: { status: 'APPROVED', note: 'True.', internalNote: 'Tried.', reviewedBy: { username: 'rob' } },
    });
    const again = (await data('Approve', { input: { id } }, server.people.admin.token)).approveKnowledgeUnit;
    expect(again.userErrors[0]).toMatchObject({
      __typename: 'AlreadyReviewedError',
      code: 'ALREADY_REVIEWED',
      unit: { status: 'APPROVED', review: { reviewedBy: { username: 'rob' } } },
    });

    const confirmed = (await data('Confirm', { input: { id } }, member.key)).confirmKnowledgeUnit.knowledgeUnit;
    expect(confirmed).toMatchObject({ viewerHasConfirmed: true, evidence: { confidence: 0.6, confirmations: 2 } });

    const other = await server.unit();
    await data('Flag', { input: { id, reason: 'STALE', detail: 'Old.' } }, member.key);
    const flagged = await data('Flag', { input: { id, reason: 'DUPLICATE', duplicateOfId: other.id } }, member.key);
    expect(flagged.flagKnowledgeUnit.knowledgeUnit).toMatchObject({
      viewerHasFlagged: true,
      evidence: { confidence: 0.29999999999999993 },
    });

    const seen = (await data('GetUnit', { id })).knowledgeUnit;
    expect(seen.proposedBy).toBeNull();
    expect(seen.flagCounts).toEqual(
      expect.arrayContaining([
        { reason: 'STALE', count: 1 },
        { reason: 'DUPLICATE', count: 1 },
      ]),
    );
    const { flags } = (await data('GetUnitForReview', { id, first: 1 }, reviewer.token)).knowledgeUnit;
    expect(flags).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const next = await data('GetUnitForReview', { id, after: flags.pageInfo.endCursor }, reviewer.token);
    expect(next.knowledgeUnit.flags.edges).toHaveLength(1);
    const all = [...flags.edges, ...next.knowledgeUnit.flags.edges].map(({ node }) => node);
    expect(all).toContainEqual(expect.objectContaining({ reason: 'DUPLICATE', duplicateOf: { id: other.id } }));
    expect(all).toContainEqual(
      expect.objectContaining({ reason: 'STALE', detail: 'Old.', flaggedBy: { username: 'mia' } }),
    );

    const activity = (await data('RecentActivity', { first: 5 }, reviewer.token)).stats.recentActivity;
    expect(activity.map(({ type }: { type: string }) => type)).toEqual([
      'FLAGGED',
      'FLAGGED',
      'CONFIRMED',
      'APPROVED',
      'PROPOSED',
    ]);
    expect(activity[4]).toMatchObject({ actor: { username: 'mia' }, knowledgeUnit: { id } });
  });

  it('turns a proposal down, for good', async () => {
    const { member, reviewer } = server.people;
    const { knowledgeUnit } = (await data('Propose', { input: proposal }, member.token)).proposeKnowledgeUnit;
    const input = { id: knowledgeUnit.id, note: 'Vague.' };
    const rejected = (await data('Reject', { input }, reviewer.token)).rejectKnowledgeUnit;
    expect(rejected.knowledgeUnit).toMatchObject({
      status: 'REJECTED',
      review: { status: 'REJECTED', note: 'Vague.' },
    });
    expect((await data('GetUnit', { id: input.id })).knowledgeUnit).toBeNull();
    const confirm = await data('Confirm', { input: { id: input.id } }, member.key);
    expect(confirm.confirmKnowledgeUnit.userErrors[0]).toMatchObject({ code: 'NOT_FOUND', id: input.id });
  });

  it('answers a repeated proposal with the first answer', async () => {
    const input = { ...proposal, idempotencyKey: 'retry-1' };
    const first = (await data('Propose', { input }, server.people.member.key)).proposeKnowledgeUnit;
    const second = (await data('Propose', { input }, server.people.member.key)).proposeKnowledgeUnit;
    expect(second.knowledgeUnit).toEqual(first.knowledgeUnit);
  });
});

describe('what needs attention', () => {
  it('is what was flagged, and what nobody has confirmed for long, once for each reason', async () => {
    const { member, reviewer } = server.people;
    const now = server.store.now();
    const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
    const confirmedAt = (at: Date) =>
      server.unit({
        createdAt: at,
        evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: null },
      });
    const [fresh, stale, staler] = [
      await confirmedAt(daysAgo(179)),
      await confirmedAt(daysAgo(2000)),
      await confirmedAt(daysAgo(3000)),
    ];
    for (const id of [fresh.id, staler.id, staler.id])
      await data('Flag', { input: { id, reason: 'STALE' } }, member.key);
    const entries: string[] = [];
    let [count, after]: [number, string | null] = [0, null];
    do {
      // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
      const page: any = (await data('Attention', { first: 2, after }, reviewer.token)).attention;
      for (const { reason, node } of page.edges) entries.push(`${reason} ${node.id}`);
      [count, after] = [page.totalCount, page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null];
    } while (after);
    expect(new Set(entries).size).toBe(count);
    const of = (...units: { id: string }[]) => entries.filter((entry) => units.some(({ id }) => entry.endsWith(id)));
    expect(of(fresh, stale, staler)).toEqual([
      `FLAGGED ${staler.id}`,
      `FLAGGED ${fresh.id}`,
      `UNCONFIRMED ${staler.id}`,
      `UNCONFIRMED ${stale.id}`,
    ]);
    const flagged = await data('Attention', { first: 100, reasons: ['FLAGGED'] }, reviewer.token);
    expect(flagged.attention.edges.map(({ reason }: { reason: string }) => reason)).not.toContain('UNCONFIRMED');
    await data('Confirm', { input: { id: stale.id } }, member.key);
    const left = (await data('Attention', { first: 1, reasons: ['UNCONFIRMED'] }, reviewer.token)).attention;
    expect(left.edges).toMatchObject([{ node: { id: staler.id, usage: { answers: 0 } } }]);
    expect(left.totalCount).toBe(count - flagged.attention.totalCount - 1);
    expect((await data('Usage', { id: stale.id })).knowledgeUnit.usage).toEqual({ answers: 0, lastAnsweredAt: null });
  });
});

describe('a proposer', () => {
  it('sees what was decided and why, and what happened since the last time, once', async () => {
    const pia = await server.addPerson('pia the proposer', 'member');
    const { reviewer, member } = server.people;
    const start = (await data('MyActivity', {}, pia.key)).viewer.activity;
    expect(start).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: expect.any(String) } });
    const ids: string[] = [];
    for (let count = 0; count < 3; count++)
      ids.push((await data('Propose', { input: proposal }, pia.key)).proposeKnowledgeUnit.knowledgeUnit.id);
    const [one, two, three] = ids;
    await data('Reject', { input: { id: one, note: 'Say which version.', internalNote: 'Again.' } }, reviewer.token);
    await data('Approve', { input: { id: two, note: 'Thanks.' } }, reviewer.token);
    await data('Confirm', { input: { id: two } }, member.key);
    await data('Confirm', { input: { id: two } }, pia.key);

    const mine = (await data('MyProposals', { first: 2 }, pia.token)).viewer.proposals;
    expect(mine.totalCount).toBe(3);
    expect(mine.nodes).toEqual([
      { id: three, status: 'PENDING', review: null },
      {
        ...{ id: two, status: 'APPROVED' },
        review: {
          ...{ status: 'APPROVED', note: 'Thanks.', reviewedBy: { username: 'rob' } },
          reviewedAt: expect.any(String),
        },
      },
    ]);
    const rest = (await data('MyProposals', { after: mine.pageInfo.endCursor }, pia.key)).viewer.proposals;
    expect(rest.nodes.map(({ id }: { id: string }) => id)).toEqual([one]);
    const rejected = (await data('MyProposals', { statuses: ['REJECTED'] }, pia.key)).viewer.proposals;
    expect(rejected).toMatchObject({ totalCount: 1, nodes: [{ id: one, review: { note: 'Say which version.' } }] });
    expect((await data('MyProposals', {}, server.people.admin.key)).viewer.proposals.nodes).toEqual([]);

    const first = (await data('MyActivity', { first: 2, after: start.pageInfo.endCursor }, pia.key)).viewer.activity;
    expect(first).toMatchObject({
      nodes: [
        {
          type: 'REJECTED',
          actor: { username: 'rob' },
          knowledgeUnit: { id: one, review: { note: 'Say which version.' } },
        },
        { type: 'APPROVED', actor: { username: 'rob' }, knowledgeUnit: { id: two } },
      ],
      pageInfo: { hasNextPage: true, hasPreviousPage: true, endCursor: first.edges[1].cursor },
    });
    const second = (await data('MyActivity', { after: first.pageInfo.endCursor }, pia.token)).viewer.activity;
    // who confirms is nobody's business, and what a proposer does is no news to them
    expect(second.nodes).toMatchObject([{ type: 'CONFIRMED', actor: null, knowledgeUnit: { id: two } }]);
    const none = (await data('MyActivity', { after: second.pageInfo.endCursor }, pia.key)).viewer.activity;
    expect(none).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    const latest = (await data('MyActivity', { first: 2 }, pia.key)).viewer.activity;
    expect(latest.nodes).toEqual([first.nodes[1], second.nodes[0]]);
    expect(latest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const again = (await data('GetNodes', { ids: [latest.nodes[0].id] }, pia.token)).nodes;
    expect(again).toEqual([{ __typename: 'Activity', id: latest.nodes[0].id }]);
  });
});

describe('revisions', () => {
  const insight = { summary: 'Teh cache is cold', detail: 'After a restart.', action: 'Warm it.' };

  it('let a reviewer mend what waits and approve it in one step, and tell what was changed', async () => {
    const { member, reviewer } = server.people;
    const { id } = (await data('Propose', { input: { domains: ['cache'], insight } }, member.key)).proposeKnowledgeUnit
      .knowledgeUnit;
    const own = { id, version: 1, insight: { action: 'Warm it first.' } };
    expect((await data('Amend', { input: own }, member.key)).amendKnowledgeUnit.knowledgeUnit).toMatchObject({
      version: 2,
      status: 'PENDING',
    });
    // which the reviewer has not seen
    const input = { id, insight: { summary: 'The cache is cold' }, domains: [' Cache ', 'restart'], approve: true };
    const stale = (await data('Amend', { input: { ...input, version: 1 } }, reviewer.token)).amendKnowledgeUnit;
    expect(stale).toMatchObject({
      knowledgeUnit: null,
      userErrors: [{ __typename: 'StaleVersionError', code: 'STALE_VERSION', currentVersion: 2, path: ['version'] }],
    });
    expect(stale.userErrors[0].message).toMatch(/^mia made version 2 of this unit at .*; this is about version 1\.$/);
    const unseen = (await data('Approve', { input: { id, version: 1 } }, reviewer.token)).approveKnowledgeUnit;
    expect(unseen.userErrors).toMatchObject([{ __typename: 'StaleVersionError', code: 'STALE_VERSION' }]);
    const amended = { ...input, version: 2, reason: 'A typo.' };
    expect((await data('Amend', { input: amended }, reviewer.token)).amendKnowledgeUnit).toMatchObject({
      knowledgeUnit: {
        ...{ version: 3, status: 'APPROVED', domains: ['cache', 'restart'] },
        insight: { summary: 'The cache is cold', detail: 'After a restart.' },
      },
      userErrors: [],
    });
    const { revisions } = (await data('History', { id, first: 2 }, member.key)).knowledgeUnit;
    expect(revisions).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          ...{ version: 3, reason: 'A typo.', author: { username: 'rob' }, review: null },
          changes: [
            { field: 'DOMAINS', before: ['cache'], after: ['cache', 'restart'] },
            { field: 'SUMMARY', before: ['Teh cache is cold'], after: ['The cache is cold'] },
          ],
        },
        { version: 2, author: { username: 'mia' }, changes: [{ field: 'ACTION' }] },
      ],
    });
    const rest = (await data('History', { id, after: revisions.pageInfo.endCursor }, reviewer.token)).knowledgeUnit;
    expect(rest.revisions.nodes).toMatchObject([
      { version: 1, changes: [], content: { insight: { summary: 'Teh cache is cold' }, context: { pattern: null } } },
    ]);
    expect((await data('History', { id })).knowledgeUnit).toEqual({ version: 3, revisions: null });
    const late = await send('Amend', { input: { id, version: 3, insight: { detail: 'x' } } }, member.key);
    expect(late.body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('are suggested by anybody, and decided over by reviewers', async () => {
    const { reviewer } = server.people;
    const member = await server.addPerson('sue', 'member');
    const unit = await server.unit({ insight, extensions: '{"a:b":1.0}' });
    const { id } = unit;
    const suggest = async (version: number, change: object) =>
      (await data('SuggestRevision', { input: { id, version, reason: 'I tried.', ...change } }, member.key))
        .suggestRevision;
    const first = (await suggest(1, { insight: { summary: 'The cache is cold' } })).suggestion;
    expect(first).toMatchObject({
      ...{ status: 'PENDING', baseVersion: 1, isOutdated: false },
      content: { insight: { summary: 'The cache is cold', detail: 'After a restart.' } },
      changes: [{ field: 'SUMMARY', before: ['Teh cache is cold'], after: ['The cache is cold'] }],
    });
    expect((await suggest(1, { insight: { summary: 'The cache is cold' } })).suggestion.id).toBe(first.id);
    const second = (await suggest(1, { insight: { summary: 'A cold cache' }, extensions: {} })).suggestion;
    const third = (await suggest(1, { insight: { detail: 'After each restart.' } })).suggestion;
    const queue = (await data('SuggestionQueue', { first: 100 }, reviewer.token)).suggestionQueue;
    expect(queue.nodes.map((one: { id: string }) => one.id)).toEqual([first.id, second.id, third.id]);
    expect(queue.nodes[0]).toMatchObject({
      author: { username: 'sue' },
      knowledgeUnit: { id, suggestions: { totalCount: 3 } },
    });

    const approval = { id: first.id, version: 1, note: 'Thanks.' };
    expect((await data('ApproveSuggestion', { input: approval }, reviewer.token)).approveSuggestion).toMatchObject({
      suggestion: { status: 'APPROVED', review: { note: 'Thanks.' } },
      knowledgeUnit: { version: 2, insight: { summary: 'The cache is cold' } },
      userErrors: [],
    });
    const again = (await data('ApproveSuggestion', { input: approval }, server.people.admin.token)).approveSuggestion;
    expect(again.userErrors).toMatchObject([
      {
        ...{ __typename: 'SuggestionDecidedError', code: 'ALREADY_REVIEWED' },
        suggestion: { status: 'APPROVED', review: { reviewedBy: { username: 'rob' } } },
      },
    ]);
    const outdated = (await data('SuggestionQueue', {}, reviewer.token)).suggestionQueue.nodes;
    expect(outdated).toMatchObject([
      { id: second.id, isOutdated: true, conflicts: ['SUMMARY'] },
      { id: third.id, isOutdated: true, conflicts: [] },
    ]);
    const late = (await data('ApproveSuggestion', { input: { id: second.id, version: 2 } }, reviewer.token))
      .approveSuggestion;
    expect(late).toMatchObject({ knowledgeUnit: null, userErrors: [{ code: 'STALE_VERSION' }] });

    const rebase = async (input: object, who: string) =>
      (await data('RebaseSuggestion', { input: { version: 2, ...input } }, who)).rebaseSuggestion;
    expect((await rebase({ id: second.id }, member.key)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['insight', 'summary'] },
    ]);
    const mended = await rebase({ id: second.id, insight: { summary: 'The cold cache' } }, member.key);
    expect(mended.suggestion).toMatchObject({
      ...{ baseVersion: 2, isOutdated: false, conflicts: [] },
      changes: [
        { field: 'SUMMARY', before: ['The cache is cold'], after: ['The cold cache'] },
        { field: 'EXTENSIONS', before: ['{"a:b":1.0}'], after: [] },
      ],
    });
    // what it does not change is the unit's by now
    expect((await rebase({ id: third.id }, reviewer.token)).suggestion.changes).toMatchObject([{ field: 'DETAIL' }]);
    const rejected = { id: third.id, note: 'Not each.' };
    expect((await data('RejectSuggestion', { input: rejected }, reviewer.token)).rejectSuggestion).toEqual({
      suggestion: { status: 'REJECTED' },
      userErrors: [],
    });
    expect((await data('MySuggestions', { first: 2 }, member.key)).viewer.suggestions).toMatchObject({
      totalCount: 3,
      nodes: [
        { id: third.id, status: 'REJECTED', review: { note: 'Not each.', reviewedBy: { username: 'rob' } } },
        { id: second.id, status: 'PENDING', review: null },
      ],
    });
    const nodes = async (who?: string) =>
      (await data('GetNodes', { ids: [second.id] }, who)).nodes[0]?.__typename ?? null;
    expect([
      await nodes(member.key),
      await nodes(reviewer.token),
      await nodes(server.people.member.key),
      await nodes(),
    ]).toEqual(['Suggestion', 'Suggestion', null, null]);
    const withdrawn = await data('WithdrawSuggestion', { input: { id: second.id } }, member.key);
    expect(withdrawn.withdrawSuggestion).toEqual({ id: second.id, userErrors: [] });
    expect(await nodes(member.key)).toBeNull();

    // who suggested is not for the unit's proposer to know
    const { member: proposer } = server.people;
    const seen = (await data('History', { id, first: 1 }, proposer.token)).knowledgeUnit.revisions.nodes[0];
    expect(seen).toMatchObject({ version: 2, author: null, review: { reviewedBy: { username: 'rob' } } });

    // the same by a proposal, which leaves the extensions
    const input = { domains: ['cache'], insight, revises: id, reason: 'As before.' };
    const proposed = (
      await server.query(
        `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) {
        knowledgeUnit { id } suggestion { status changes { field } } userErrors { path } } }`,
        { input },
        member.key,
      )
    ).proposeKnowledgeUnit;
    expect(proposed).toEqual({
      knowledgeUnit: null,
      suggestion: { status: 'PENDING', changes: [{ field: 'DOMAINS' }, { field: 'SUMMARY' }] },
      userErrors: [],
    });
  });
});

describe('reading', () => {
  it('finds objects by id, in the order asked, with null for the others', async () => {
    const { id } = await server.unit();
    expect((await data('GetNode', { id })).node).toMatchObject({ __typename: 'KnowledgeUnit', id, status: 'APPROVED' });
    expect((await data('GetNodes', { ids: ['nothing', id] })).nodes).toEqual([
      null,
      { __typename: 'KnowledgeUnit', id },
    ]);
  });

  it('finds every kind of object by its id, for those who may see it', async () => {
    const { reviewer, member } = server.people;
    const me = (await data('WhoAmI', {}, reviewer.token)).viewer.user.id;
    const key = (await data('MyKeys', {}, reviewer.token)).viewer.apiKeys.nodes[0].id;
    await data('Propose', { input: proposal }, member.key);
    const event = (await data('RecentActivity', { first: 1 }, reviewer.token)).stats.recentActivity[0].id;
    const { id } = await server.unit();
    await data('Flag', { input: { id, reason: 'STALE' } }, member.key);
    const { flags } = (await data('GetUnitForReview', { id }, reviewer.token)).knowledgeUnit;
    const ids = [me, key, event, flags.edges[0].node.id];
    const types = ['User', 'ApiKey', 'Activity', 'Flag'];
    const seen = (await data('GetNodes', { ids }, reviewer.token)).nodes;
    expect(seen).toEqual(ids.map((node, index) => ({ __typename: types[index], id: node })));
    // what happened to a proposal of theirs
    const activity = { __typename: 'Activity', id: event };
    expect((await data('GetNodes', { ids }, member.token)).nodes).toEqual([null, null, activity, null]);
    expect((await data('GetNodes', { ids }, server.people.admin.key)).nodes).toEqual([null, null, null, null]);
  });

  it('pages forward and back through the same list', async () => {
    const tag = 'paged';
    const made = [];
    for (let count = 0; count < 5; count++) made.unshift((await server.unit({ domains: [tag] })).id);
    const filter = { domains: [tag] };
    const first = (await data('ListUnits', { filter, first: 2 })).knowledgeUnits;
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = (await data('ListUnits', { filter, first: 3, after: first.pageInfo.endCursor })).knowledgeUnits;
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(made);
    const back = (await data('ListUnits', { filter, last: 2, before: second.pageInfo.startCursor })).knowledgeUnits;
    expect(back.nodes).toEqual(first.nodes);
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('ranks a search by domain as cq does, and pages through it', async () => {
    const domains = ['ranked'];
    const plain = await server.unit({ domains: ['ranked', 'else'] });
    const best = await server.unit({ domains, context: { languages: ['go'] } });
    const filter = { domains, languages: ['go'] };
    const { search } = await data('Search', { filter, first: 1 });
    expect(search.edges).toMatchObject([
      {
        score: (0.55 + 0.15) * 0.5,
        node: { id: best.id },
        signals: { domain: 1, language: 1, keyword: null, confidence: 0.5 },
      },
    ]);
    const rest = (await data('Search', { filter, after: search.pageInfo.endCursor })).search;
    expect(rest.edges).toMatchObject([{ score: 0.55 * 0.5 * 0.5, node: { id: plain.id } }]);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('finds units by their words, best first', async () => {
    const weak = await server.unit({ insight: { detail: 'Sometimes a hippopotamus sleeps.' } });
    const good = await server.unit({ insight: { summary: 'Hippopotamus herds', detail: 'A hippopotamus.' } });
    const { search } = await data('Search', { text: 'herding a hippopotamus' });
    expect(search.nodes.map(({ id }: { id: string }) => id)).toEqual([good.id, weak.id]);
    expect(search.edges[0].signals.keyword).toBe(1);
    expect((await data('Search', { text: 'of the' })).search).toMatchObject({
      edges: [],
      notices: [{ code: 'NO_WORDS' }],
    });
  });

  it('counts', async () => {
    // whatever day it is, and becomes meanwhile
    const [from, today, to] = [-1, 0, 1].map((days) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
    );
    const reviewed = ({ trends }: { trends: { approved: number; rejected: number }[] }) =>
      trends.reduce((sum, day) => [(sum[0] ?? 0) + day.approved, (sum[1] ?? 0) + day.rejected], [0, 0]);
    const counted = await server.store.stats.trends(from ?? '', to ?? '');
    const before = reviewed({ trends: [...counted.values()] });
    const { member, reviewer } = server.people;
    for (const review of ['Approve', 'Reject', 'Approve']) {
      const { id } = (await data('Propose', { input: proposal }, member.key)).proposeKnowledgeUnit.knowledgeUnit;
      await data(review, { input: { id } }, reviewer.token);
    }
    const written = server.store.now().getTime();
    let { stats } = await data('Stats', { from, to });
    // counts are cached for some seconds
    for (; Date.parse(stats.computedAt) < written; { stats } = await data('Stats', { from, to })) await delay(50);
    expect(stats.statusCounts.map(({ status }: { status: string }) => status)).toEqual([
      'PENDING',
      'APPROVED',
      'REJECTED',
    ]);
    expect(stats.totalCount).toBe(
      stats.statusCounts.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
    );
    expect(stats.trends.map(({ date }: { date: string }) => date)).toEqual([from, today, to]);
    expect(reviewed(stats)).toEqual([(before[0] ?? 0) + 2, (before[1] ?? 0) + 1]);
    expect(stats.confidenceDistribution).toHaveLength(4);
    expect(stats.domainCounts.length).toBeGreaterThan(0);
    expect(stats.tierCounts).toHaveLength(3);
  });
});

describe('people', () => {
  it('sign in, learn who they are, and change their password', async () => {
    const member = await server.addPerson('pia', 'member');
    const credentials = { username: 'pia', password: member.password };
    const { signIn } = await data('SignIn', { input: credentials });
    expect(signIn).toMatchObject({ viewer: { role: 'MEMBER', user: { username: 'pia' } }, userErrors: [] });
    const who = (await data('WhoAmI', {}, signIn.token)).viewer;
    expect(who).toMatchObject({ scopes: ['ANYONE', 'AUTHENTICATED', 'KNOWLEDGE_WRITE'], user: { username: 'pia' } });
    expect((await data('WhoAmI')).viewer).toBeNull();
    expect((await data('WhoAmI', {}, member.key)).viewer.scopes).toEqual(['ANYONE', 'KNOWLEDGE_WRITE']);

    const input = { currentPassword: member.password, newPassword: 'another horse' };
    const { changePassword } = await data('ChangePassword', { input }, signIn.token);
    expect(changePassword.userErrors).toEqual([]);
    expect((await data('WhoAmI', {}, changePassword.token)).viewer.user.username).toBe('pia');
    const old = (await data('SignIn', { input: credentials })).signIn;
    expect(old).toMatchObject({ token: null, viewer: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
  });

  it('make and revoke keys', async () => {
    const { reviewer } = server.people;
    const limits = { access: 'READ', domains: ['api'] };
    const input = { name: 'laptop', ttl: ' 30D ', labels: [' a ', 'a', '', '\u200b'], ...limits };
    const { createApiKey } = await data('CreateApiKey', { input }, reviewer.token);
    expect(createApiKey.apiKey).toMatchObject({ ttl: '30d', labels: ['a'], isActive: true, ...limits });
    expect(createApiKey.secret).toMatch(/^cqa\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}$/);
    expect(createApiKey.secret.split('.')[3].slice(0, 8)).toBe(createApiKey.apiKey.prefix);
    const { id } = createApiKey.apiKey;
    const lifetime = Date.parse(createApiKey.apiKey.expiresAt) - Date.parse(createApiKey.apiKey.createdAt);
    expect(lifetime).toBe(30 * 86_400_000);

    const first = (await data('RevokeApiKey', { input: { id } }, reviewer.token)).revokeApiKey.apiKey;
    const second = (await data('RevokeApiKey', { input: { id } }, reviewer.token)).revokeApiKey.apiKey;
    expect(first.isActive).toBe(false);
    expect(second).toEqual(first);
    const active = (await data('MyKeys', {}, reviewer.token)).viewer.apiKeys;
    expect(active.nodes.map((key: { id: string }) => key.id)).not.toContain(id);
    const all = (await data('MyKeys', { includeInactive: true }, reviewer.token)).viewer.apiKeys;
    expect(all.totalCount).toBe(active.totalCount + 1);
    const revoked = await send('WhoAmI', {}, createApiKey.secret);
    expect(revoked).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });

  it('are managed by administrators', async () => {
    const { admin } = server.people;
    const input = { username: 'zoe', password: 'a long password' };
    const { createUser } = await data('CreateUser', { input }, admin.token);
    expect(createUser).toMatchObject({ user: { username: 'zoe', role: 'MEMBER' }, userErrors: [] });
    const taken = (await data('CreateUser', { input }, admin.token)).createUser;
    expect(taken).toMatchObject({ user: null, userErrors: [{ code: 'CONFLICT', path: ['username'] }] });
    const change = { id: createUser.user.id, role: 'REVIEWER' };
    expect((await data('SetUserRole', { input: change }, admin.token)).setUserRole.user).toEqual(change);
    const first = (await data('Users', { first: 3 }, admin.token)).users;
    const rest = (await data('Users', { after: first.pageInfo.endCursor }, admin.token)).users;
    const usernames = [...first.nodes, ...rest.nodes].map(({ username }) => username);
    expect(usernames).toEqual(expect.arrayContaining(['ann', 'mia', 'rob', 'zoe']));
    expect(usernames).toEqual([...usernames].sort());
    expect(first.totalCount).toBe(usernames.length);
  });

  it('have their keys seen and revoked, and their passwords set, by administrators', async () => {
    const { admin, reviewer } = server.people;
    const kim = await server.addPerson('kim', 'member');
    const id = `usr_${kim.user.id}`;
    await data('WhoAmI', {}, kim.key);
    const keys = (await data('KeysOf', { id }, admin.token)).node.apiKeys.nodes;
    expect(keys).toEqual([{ id: expect.any(String), isActive: true, lastUsedAt: expect.stringMatching(/^20/) }]);
    expect((await send('KeysOf', { id }, reviewer.token)).body.errors[0].extensions.code).toBe('FORBIDDEN');
    const revoke = { input: { id: keys[0].id } };
    expect((await data('RevokeApiKey', revoke, reviewer.token)).revokeApiKey.userErrors[0].code).toBe('NOT_FOUND');
    expect((await data('RevokeApiKey', revoke, admin.token)).revokeApiKey.apiKey.isActive).toBe(false);
    expect((await send('WhoAmI', {}, kim.key)).status).toBe(401);
    const input = { id, newPassword: 'set by an administrator' };
    expect((await data('SetUserPassword', { input }, admin.token)).setUserPassword).toEqual({
      user: { id },
      userErrors: [],
    });
    expect((await send('WhoAmI', {}, kim.token)).status).toBe(401);
    const credentials = { username: 'kim', password: 'set by an administrator' };
    expect((await data('SignIn', { input: credentials })).signIn.token).toMatch(/^ey/);
    for (const [bad, path] of [
      [{ newPassword: 'short' }, ['newPassword']],
      [{ id: 'usr_999999' }, null],
    ] as const) {
      const refused = (await data('SetUserPassword', { input: { ...input, ...bad } }, admin.token)).setUserPassword;
      expect([refused.user, refused.userErrors[0].code]).toEqual([null, path ? 'INVALID_INPUT' : 'NOT_FOUND']);
    }
  });

  it('are suspended, with what waits of them, reinstated, closed and let in again', async () => {
    const { admin } = server.people;
    const sue = await server.addPerson('sue', 'member');
    const id = `usr_${sue.user.id}`;
    const { knowledgeUnit } = (await data('Propose', { input: proposal }, sue.key)).proposeKnowledgeUnit;
    const input = { id, reason: 'Spam', rejectPending: true };
    expect((await data('SuspendUser', { input }, admin.token)).suspendUser).toEqual({
      user: { id, suspendedAt: expect.any(String), suspensionReason: 'Spam', suspendedBy: { username: 'ann' } },
      rejected: 1,
      hasMore: false,
      userErrors: [],
    });
    expect(await server.store.units.find(knowledgeUnit.id)).toMatchObject({
      status: 'rejected',
      review: { reviewedBy: 'ann', note: null, internalNote: 'Spam' },
    });
    // what was rejected otherwise stays so, and what was decided over since
    const other = await server.unit({ createdBy: 'sue', status: 'rejected' });
    const reinstated = (await data('ReinstateUser', { input: { id, restore: true } }, admin.token)).reinstateUser;
    expect(reinstated).toEqual({ user: { id, suspendedAt: null }, restored: 1, hasMore: false, userErrors: [] });
    const units = await server.store.units.findMany([knowledgeUnit.id, other.id]);
    expect(units.map((unit) => [unit?.status, unit?.review === null])).toEqual([
      ['pending', true],
      ['rejected', false],
    ]);
    expect((await server.store.events.latest(1))[0]).toMatchObject({ type: 'reopened', unitId: knowledgeUnit.id });
    expect((await data('CloseUser', { input: { id } }, admin.token)).closeUser).toEqual({
      user: { id },
      userErrors: [],
    });
    expect((await data('ReopenUser', { input: { id } }, admin.token)).reopenUser.user).toEqual({ id, closedAt: null });
    for (const bad of [{ reason: ' ' }, { reason: 'x'.repeat(501) }])
      expect((await data('SuspendUser', { input: { id, ...bad } }, admin.token)).suspendUser).toMatchObject({
        user: null,
        userErrors: [{ code: 'INVALID_INPUT', path: ['reason'] }],
      });
    const last = { id: `usr_${admin.user.id}`, reason: 'Why not' };
    expect((await data('SuspendUser', { input: last }, admin.token)).suspendUser).toMatchObject({
      userErrors: [{ code: 'CONFLICT', message: 'The last administrator cannot be suspended.' }],
    });
  });
});

it('shows administrators what has changed who may do what', async () => {
  const { admin } = server.people;
  const input = { username: 'yve', password: 'a long password' };
  const { id } = (await data('CreateUser', { input }, admin.token)).createUser.user;
  const { auditLog } = await data('AuditLog', { filter: { target: id } }, admin.token);
  expect(auditLog).toMatchObject({
    totalCount: 1,
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
    edges: [
      { node: { action: 'user.created', actor: { username: 'ann' }, targetUser: { username: 'yve' }, count: 1 } },
    ],
  });
  const { edges, pageInfo } = (await data('AuditLog', { first: 1 }, admin.token)).auditLog;
  const next = (await data('AuditLog', { after: pageInfo.endCursor }, admin.token)).auditLog;
  expect(next.nodes.map((entry: { id: string }) => entry.id)).not.toContain(edges[0].node.id);
});

it('shows administrators the vectors, and has parked units tried again', async () => {
  const { admin } = server.people;
  expect((await data('Embeddings', { first: 5 }, admin.token)).embeddingStatus).toEqual({
    vectorEngine: server.store.vectorEngine,
    // where the database holds no vectors it says why
    problem: server.store.vectorEngine === null ? expect.any(String) : null,
    models: [],
  });
  const { id } = await server.unit();
  expect((await data('RetryEmbeddings', { unit: id }, admin.token)).retryEmbeddings).toMatchObject({
    retried: null,
    userErrors: [
      server.store.vectorEngine === null
        ? { __typename: 'InputError', code: 'CONFLICT' }
        : { __typename: 'NotFoundError', code: 'NOT_FOUND', path: ['unitId'] },
    ],
  });
});

it('says what the server is and what the caller has left', async () => {
  const { serverInfo, rateLimit } = await data('Server');
  expect(serverInfo).toMatchObject({ nodeName: 'commons', maxPageSize: 100, maxSearchResults: 50, publicRead: true });
  expect(serverInfo.vectorEngine).toBe(server.store.vectorEngine);
  expect(rateLimit).toMatchObject({ limit: 60_000, cost: 2 });
  expect(rateLimit.remaining).toBeLessThan(60_000);
});

// in whatever order the cases come; where some are left out by name, so is this
// biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a hook needs from its pattern
afterAll(({}, { tasks }) => {
  if (tasks.every(ran))
    expect([...run].sort(), 'the documents of test/operations that are run').toEqual(names.toSorted());
});
const ran = (task: RunnerTask): boolean =>
  task.type === 'suite' ? task.tasks.every(ran) : task.result?.state === 'pass';

describe('the schema', () => {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const fields = roots.flatMap((type) => Object.values(type?.getFields() ?? {}).map((field) => ({ type, field })));

  it('has a resolver of its own for every root field', () => {
    expect(fields.filter(({ field }) => field.resolve === undefined).map(({ field }) => field.name)).toEqual([]);
  });

  it('has a document for every root field', () => {
    const used = new Set<string>();
    const typeInfo = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field() {
          used.add(`${typeInfo.getParentType()}.${typeInfo.getFieldDef()?.name}`);
        },
      }),
    );
    const unused = fields
      .map(({ type, field }) => `${type}.${field.name}`)
      .filter((coordinate) => !used.has(coordinate));
    expect(unused).toEqual([]);
  });
});
