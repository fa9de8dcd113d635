import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type OperationDefinitionNode, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { afterAll, beforeAll, describe, expect, inject, it, type RunnerTask } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { type Answer, aUnit, startServer, type TestServer } from '../harness.ts';
import { untilTold } from '../store/conformance/logs.ts';
import { keepInQuarantine } from '../store/conformance/quarantine.ts';
import { aWebhook } from '../store/conformance/webhooks.ts';

/** The documents in test/operations are the API's examples to itself: each is run over HTTP, and together they use every root field. */
const folder = new URL('../operations/', import.meta.url);
const text = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');
const document = parse(text);
const schema = graphqlSchema();
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

describe('erasures', () => {
  it('are made by administrators, listed, and of units that are not found any more', async () => {
    const { admin, member } = server.people;
    const [one, two] = [await server.unit(), await server.unit()];
    const made = { place: '/srv/cq.db', madeAt: server.store.now() };
    await server.store.backups.record(made, 9);
    const erase = async (input: object) => (await data('Erase', { input }, admin.token)).eraseKnowledgeUnit;
    const erased = await erase({ id: one.id, reason: 'It had a key.' });
    expect(erased.userErrors).toEqual([]);
    expect(erased.backups.at(-1)).toEqual({ kind: 'BACKUP', place: made.place, madeAt: made.madeAt.toISOString() });
    expect(erased.erasure).toMatchObject({
      ...{ unitId: one.id, erasedBy: { username: admin.user.username }, reason: 'It had a key.' },
      ...{ status: 'PENDING', waitsFor: null, doneAt: null },
    });
    const unknown = { userErrors: [{ code: 'NOT_FOUND' }], erasure: null, backups: null };
    expect(await erase({ id: `ku_${'0'.repeat(32)}`, reason: 'r' })).toMatchObject(unknown);
    const again = {
      code: 'CONFLICT',
      message: expect.stringContaining('The unit was erased already, at 2'),
      path: ['id'],
    };
    expect((await erase({ id: one.id, reason: 'r' })).userErrors).toEqual([again]);
    for (const [reason, message] of [
      ['', 'must not be empty.'],
      [' ', 'must not be empty.'],
      ['\u200b', 'must not be empty.'],
      ['x'.repeat(1001), 'must be at most 1000 characters, got 1001.'],
      ['\0', 'must not contain NUL or unpaired surrogates.'],
    ])
      expect((await erase({ id: two.id, reason })).userErrors).toEqual([
        { code: 'INVALID_INPUT', message: `reason ${message}`, path: ['reason'] },
      ]);

    expect((await data('GetUnit', { id: one.id }, admin.token)).knowledgeUnit).toBeNull();
    const confirmed = (await data('Confirm', { input: { id: one.id } }, member.key)).confirmKnowledgeUnit;
    expect(confirmed.userErrors[0]).toMatchObject({ code: 'NOT_FOUND' });
    await erase({ id: two.id, reason: 'r' });
    const [page] = [(await data('Erasures', { first: 1 }, admin.token)).erasures];
    expect(page).toMatchObject({ totalCount: 2, nodes: [{ unitId: two.id }], pageInfo: { hasNextPage: true } });
    const rest = (await data('Erasures', { after: page.pageInfo.endCursor }, admin.token)).erasures;
    expect(rest.nodes.map(({ unitId }: { unitId: string }) => unitId)).toEqual([one.id]);
    // the server cleans up by itself
    const statusOf = async () => (await data('Erasures', {}, admin.token)).erasures.nodes;
    await expect.poll(statusOf, { timeout: 30_000 }).toMatchObject([{ status: 'DONE' }, { status: 'DONE' }]);
    const [entry] = (await server.store.audit.list({ actions: ['unit.erased'] }, { limit: 1 })).items;
    expect(entry).toMatchObject({ actorId: admin.user.id, target: two.id, details: '{"reason":"r"}' });
  });
});

describe('erasures of people', () => {
  it('are made by administrators: the account is gone at once, and the name when it is done', async () => {
    const { admin, member } = server.people;
    const { user, token, key } = await server.addPerson('kittiwake', 'reviewer');
    const id = `usr_${user.id}`;
    const own = await server.unit({ createdBy: user.username });
    await server.store.backups.record({ place: '/srv/person.db', madeAt: server.store.now() }, 9);
    const erase = async (input: object) => (await data('EraseUser', { input }, admin.token)).eraseUser;
    const because = 'must not name the person: it is kept.';
    for (const [reason, message] of [
      ['', 'must not be empty.'],
      ['x'.repeat(1001), 'at most 1000 characters'],
      ['For KITTIWAKE, who asked.', because],
    ])
      expect((await erase({ id, reason })).userErrors).toEqual([
        { code: 'INVALID_INPUT', path: ['reason'], message: expect.stringContaining(message ?? '') },
      ]);
    expect((await data('GetUnit', { id: own.id }, admin.token)).knowledgeUnit.proposedBy).toMatchObject({
      username: 'kittiwake',
    });

    const erased = await erase({ id, reason: 'Asked for it; kittiwakes are birds.' });
    expect(erased.userErrors).toEqual([]);
    expect(erased.backups.at(-1)).toMatchObject({ kind: 'BACKUP', place: '/srv/person.db' });
    expect(erased.erasure).toMatchObject({
      ...{ userId: id, erasedBy: { username: admin.user.username }, status: 'PENDING', waitsFor: null, doneAt: null },
      placeholder: expect.stringMatching(/^\[erased [0-9a-f]{16}\]$/),
    });
    for (const credential of [token, key])
      expect((await server.send({ query: '{ viewer { role } }' }, credential)).body.errors[0].extensions.code).toBe(
        'UNAUTHENTICATED',
      );
    const input = { username: 'kittiwake', password: 'correct horse' };
    expect((await data('SignIn', { input })).signIn.userErrors[0]).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    const again = (await data('CreateUser', { input }, admin.token)).createUser.userErrors[0];
    expect(again).toMatchObject({
      code: 'CONFLICT',
      path: ['username'],
      message: expect.stringContaining('was erased'),
    });
    const alike = { ...input, username: erased.erasure.placeholder };
    expect((await data('CreateUser', { input: alike }, admin.token)).createUser.userErrors[0]).toMatchObject({
      ...{ code: 'INVALID_INPUT', path: ['username'] },
      message: expect.stringContaining('must not look like what stands for a person who was erased'),
    });
    expect((await data('GetUnit', { id: own.id }, admin.token)).knowledgeUnit).toMatchObject({ proposedBy: null });
    const confirmed = (await data('Confirm', { input: { id: own.id } }, member.key)).confirmKnowledgeUnit;
    expect(confirmed.userErrors).toEqual([]);

    expect((await erase({ id, reason: 'r' })).userErrors[0]).toMatchObject({
      ...{ code: 'CONFLICT', path: ['id'], message: expect.stringContaining('The person was erased already, at 2') },
    });
    for (const none of ['usr_99999', own.id])
      expect((await erase({ id: none, reason: 'r' })).userErrors[0]).toMatchObject({ code: 'NOT_FOUND' });
    const last = await erase({ id: `usr_${admin.user.id}`, reason: 'r' });
    expect(last.userErrors[0]).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('last administrator'),
    });

    const second = await server.addPerson('puffin', 'admin');
    const itself = await data('EraseUser', { input: { id: `usr_${second.user.id}`, reason: 'r' } }, second.token);
    expect(itself.eraseUser.erasure).toMatchObject({ erasedBy: null });
    const [page] = [(await data('UserErasures', { first: 1 }, admin.token)).userErasures];
    expect(page).toMatchObject({ totalCount: 2, nodes: [{ userId: `usr_${second.user.id}` }] });
    const rest = (await data('UserErasures', { after: page.pageInfo.endCursor }, admin.token)).userErasures;
    expect(rest.nodes.map(({ userId }: { userId: string }) => userId)).toEqual([id]);
    // the server finishes by itself
    const statusOf = async () => (await data('UserErasures', {}, admin.token)).userErasures.nodes;
    await expect.poll(statusOf, { timeout: 30_000 }).toMatchObject([{ status: 'DONE' }, { status: 'DONE' }]);
    expect(await server.store.units.find(own.id)).toMatchObject({ createdBy: erased.erasure.placeholder });
    const { items } = await server.store.audit.list({ target: id }, { limit: 9 });
    expect(items[0]).toMatchObject({ action: 'user.erased', actorId: admin.user.id, address: null });
    expect(JSON.stringify(items)).not.toContain('kittiwake"');
  });
});

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
  it('is what is held for credentials while it waits, the oldest first', async () => {
    const findings = [{ path: ['insight', 'detail'], kind: 'github', start: 0, end: 4 }];
    const held = (status: 'pending' | 'rejected', releasedBy: string | null = null) =>
      server.unit({ status, held: { findings, releasedBy } });
    const [first, second] = [await held('pending'), await held('pending')];
    await held('rejected');
    await held('pending', 'rob');
    const { token } = server.people.reviewer;
    const page = async (after: string | null) =>
      (await data('Attention', { first: 1, after, reasons: ['HELD'] }, token)).attention;
    const one = await page(null);
    const other = await page(one.pageInfo.endCursor);
    expect([...one.edges, ...other.edges]).toMatchObject([
      { reason: 'HELD', node: { id: first.id } },
      { reason: 'HELD', node: { id: second.id } },
    ]);
    expect([one.totalCount, other.pageInfo.hasNextPage]).toEqual([2, false]);
    const all = (await data('Attention', { first: 100 }, token)).attention;
    expect(all.edges.slice(-2)).toMatchObject([{ reason: 'HELD' }, { reason: 'HELD' }]);
  });

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
    const reasons = ['FLAGGED', 'UNCONFIRMED'];
    const entries: string[] = [];
    let [count, after]: [number, string | null] = [0, null];
    do {
      // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
      const page: any = (await data('Attention', { first: 2, after, reasons }, reviewer.token)).attention;
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
    expect((await data('Usage', { id: stale.id })).knowledgeUnit.usage).toEqual({
      ...{ answers: 0, lastAnsweredAt: null, requests: 0, lastRequestedAt: null },
    });
  });
});

describe('near repeats', () => {
  it('are found of approved units, and dismissed or gone with one of them', async () => {
    const { token } = await server.addPerson('nora the reviewer', 'reviewer');
    const says = (number: number, end = '') => ({
      summary: `Whatever the retrying of payments number ${number} is about`,
      detail: `The gateway ${number} answers late when its queue is long, and the order is then paid for twice${end}.`,
      action: `Send an idempotency key ${number} with each of the calls, and look the payment up before the next one.`,
    });
    const ids: string[] = [];
    for (const number of [1, 2])
      for (const end of ['', ' over']) ids.push((await server.unit({ insight: says(number, end) })).id);
    // out of the store: the others of this file say the same too, and asking over and over has a price
    const ours = async () =>
      (await server.store.nearRepeats.list({ limit: 9999 })).items.filter(({ unitId }) => ids.includes(unitId));
    await expect.poll(async () => (await ours()).length, { timeout: 120_000 }).toBe(2);
    const [one, two] = await ours();
    expect([one?.unitId, one?.otherId, two?.unitId, two?.otherId].toSorted()).toEqual(ids.toSorted());
    expect(one).toMatchObject({ basis: 'words', similarity: expect.any(Number) });

    const { nearRepeats: first } = await data('NearRepeats', { first: 1 }, token);
    expect(first).toMatchObject({
      ...{ totalCount: await server.store.nearRepeats.count(), pageInfo: { hasNextPage: true } },
      nodes: [
        { id: expect.stringMatching(/^nr_/), unit: { id: expect.any(String) }, other: { id: expect.any(String) } },
      ],
    });
    const { nearRepeats: next } = await data('NearRepeats', { first: 1, after: first.pageInfo.endCursor }, token);
    expect(next.nodes[0].id).not.toBe(first.nodes[0].id);

    const dismissed = (await data('DismissNearRepeat', { id: one?.id }, token)).dismissNearRepeat;
    expect(dismissed).toEqual({ id: one?.id, userErrors: [] });
    for (const id of [one?.id, 'nr_x'])
      expect((await data('DismissNearRepeat', { id }, token)).dismissNearRepeat).toMatchObject({
        ...{ id: null, userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] },
      });
    expect(await ours()).toEqual([two]);
    await data('Supersede', { input: { id: two?.unitId, by: two?.otherId, reason: 'They say the same.' } }, token);
    expect(await ours()).toEqual([]);
    const { items } = await server.store.audit.list({ actions: ['repeat.dismissed'] }, { limit: 9 });
    expect(items).toHaveLength(1);
  });
});

describe('the life of an approved unit', () => {
  const reviewing = (operation: string, input: object) => data(operation, { input }, server.people.reviewer.token);

  it('may end, for the public, and begin again', async () => {
    const { member, admin } = server.people;
    const { id } = await server.unit({ domains: ['leaked'], createdBy: 'ann' });
    const retired = (await reviewing('Retire', { id, reason: 'It has a key.' })).retireKnowledgeUnit.knowledgeUnit;
    expect(retired).toMatchObject({
      status: 'RETIRED',
      withdrawal: { reason: 'It has a key.', withdrawnBy: { username: 'rob' } },
    });
    const listed = async (credential?: string) =>
      (await data('ListUnits', { filter: { domains: ['leaked'] } }, credential)).knowledgeUnits.nodes;
    expect(await listed()).toEqual([]);
    for (const credential of [undefined, member.key, member.token])
      expect((await data('GetUnit', { id }, credential)).knowledgeUnit).toBeNull();
    expect((await data('Withdrawn', { first: 1 }, admin.token)).knowledgeUnits.nodes).toEqual([retired]);

    const late = await data('Retire', { input: { id, reason: 'Me too.' } }, admin.token);
    expect(late.retireKnowledgeUnit.userErrors).toEqual([
      {
        __typename: 'WrongStatusError',
        code: 'CONFLICT',
        path: ['id'],
        message: 'Only approved and superseded units can be retired, and rob has retired this one.',
        unit: { status: 'RETIRED' },
      },
    ]);
    const again = (await reviewing('Reinstate', { id, reason: 'It was an example.' })).reinstateKnowledgeUnit;
    expect(again).toEqual({ knowledgeUnit: { id, status: 'APPROVED', withdrawal: null }, userErrors: [] });
    expect(await listed()).toHaveLength(1);
    const activity = (await data('RecentActivity', { first: 2 }, server.people.reviewer.token)).stats.recentActivity;
    expect(activity).toMatchObject([
      { type: 'REINSTATED', note: 'It was an example.' },
      { type: 'RETIRED', note: 'It has a key.' },
    ]);
  });

  it('may be decided over anew', async () => {
    const { id } = await server.unit();
    const reopened = (await reviewing('Reopen', { id, reason: 'Too early.' })).reopenKnowledgeUnit;
    expect(reopened.knowledgeUnit).toEqual({ id, status: 'PENDING', review: null });
    expect((await reviewing('Reject', { id })).rejectKnowledgeUnit.knowledgeUnit.status).toBe('REJECTED');
  });

  it('begins when a reviewer has released what was held for a credential', async () => {
    const { reviewer, member } = server.people;
    const detail = `token: ${['gh', 'p_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'].join('')}`;
    const headers = { authorization: `Bearer ${member.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ domains: ['held'], insight: { summary: 's', detail, action: 'a' } });
    const proposed = await fetch(`${server.url}/api/v1/knowledge`, { method: 'POST', headers, body });
    const { id } = (await proposed.json()) as { id: string };
    const release = async () => (await data('Release', { input: { id } }, reviewer.token)).releaseKnowledgeUnit;
    expect(await release()).toEqual({
      knowledgeUnit: {
        id,
        heldSecrets: [{ path: ['insight', 'detail'], kind: 'github' }],
        secretsReleasedBy: { username: 'rob' },
      },
      userErrors: [],
    });
    expect((await release()).userErrors).toMatchObject([{ __typename: 'NotFoundError', code: 'NOT_FOUND' }]);
  });

  it('passes to another unit, which everyone finds from it', async () => {
    const [old, by, last] = [await server.unit(), await server.unit(), await server.unit({ status: 'pending' })];
    const superseded = (await reviewing('Supersede', { id: old.id, by: by.id, reason: 'Newer.' }))
      .supersedeKnowledgeUnit;
    expect(superseded).toEqual({
      knowledgeUnit: { id: old.id, status: 'SUPERSEDED', supersededBy: { id: by.id } },
      successor: { id: by.id },
      userErrors: [],
    });
    const placed = (await reviewing('ApproveInPlace', { id: last.id, supersedesId: by.id })).approveKnowledgeUnit;
    expect(placed).toEqual({ knowledgeUnit: { id: last.id, status: 'APPROVED' }, userErrors: [] });
    const seen = (await data('GetUnit', { id: old.id })).knowledgeUnit;
    expect(seen).toMatchObject({ status: 'SUPERSEDED', supersededBy: { id: last.id } });
    const circle = (await reviewing('Supersede', { id: last.id, by: old.id, reason: 'No.' })).supersedeKnowledgeUnit;
    expect(circle.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['by'] }]);
    const { userErrors } = (await data('Confirm', { input: { id: old.id } }, server.people.member.key))
      .confirmKnowledgeUnit;
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', id: old.id }]);
    expect(userErrors[0].message).toContain(`It was superseded by ${last.id}.`);
  });

  it('gains the confirmation of who proposed the same again', async () => {
    const kept = await server.unit();
    const duplicate = await server.unit({ status: 'pending' });
    const merged = (await reviewing('Merge', { id: duplicate.id, intoId: kept.id })).mergeKnowledgeUnit;
    expect(merged).toEqual({
      knowledgeUnit: { id: duplicate.id, status: 'REJECTED', supersededBy: { id: kept.id } },
      successor: { id: kept.id, evidence: { confirmations: 2 } },
      userErrors: [],
    });
    expect((await data('GetUnit', { id: duplicate.id })).knowledgeUnit).toBeNull();
    const late = (await reviewing('Merge', { id: duplicate.id, intoId: kept.id })).mergeKnowledgeUnit;
    expect(late.userErrors).toMatchObject([{ __typename: 'AlreadyReviewedError', code: 'ALREADY_REVIEWED' }]);
    const into = (await reviewing('Merge', { id: duplicate.id, intoId: duplicate.id })).mergeKnowledgeUnit;
    expect(into.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['intoId'] }]);
  });

  it.for([
    ['Retire', 'retireKnowledgeUnit', {}],
    ['Reinstate', 'reinstateKnowledgeUnit', {}],
    ['Reopen', 'reopenKnowledgeUnit', {}],
    ['Supersede', 'supersedeKnowledgeUnit', { by: `ku_${'f'.repeat(32)}` }],
  ] as const)('takes a reason for it that says something: %s', async ([operation, field, rest]) => {
    const { id } = await server.unit();
    for (const reason of ['', ' \u200b ', 'x'.repeat(1001)])
      expect((await reviewing(operation, { id, reason, ...rest }))[field].userErrors).toMatchObject([
        { code: 'INVALID_INPUT', message: expect.stringMatching(/^reason must /) },
      ]);
    const missing = (await reviewing(operation, { id: 'ku_1', reason: 'x', ...rest }))[field].userErrors;
    expect(missing).toMatchObject([{ code: 'NOT_FOUND', message: expect.stringContaining('"ku_1"') }]);
  });
});

describe('many units at once', () => {
  const decideOver = async (input: object, credential = server.people.reviewer.token) =>
    (await data('ReviewMany', { input }, credential)).reviewKnowledgeUnits;
  const makeMany = async (count: number, changes: object) => {
    const units = Array.from({ length: count }, () => aUnit(changes));
    await server.store.units.restoreMany(units.map((unit) => ({ unit, flags: [] })));
    return units.map(({ id }) => id);
  };
  const statusesOf = async (ids: string[]) => (await server.store.units.findMany(ids)).map((unit) => unit?.status);

  it('are decided over each by itself, with an event each', async () => {
    const [one, two] = await makeMany(2, { status: 'pending' });
    const [done] = await makeMany(1, { status: 'rejected' });
    const { results, userErrors } = await decideOver({
      decision: 'APPROVE',
      ids: [one, 'ku_1', done, two],
      note: 'Yes.',
    });
    expect(userErrors).toEqual([]);
    expect(results).toEqual([
      { id: one, knowledgeUnit: { status: 'APPROVED' }, userErrors: [] },
      { id: 'ku_1', knowledgeUnit: null, userErrors: [expect.objectContaining({ code: 'NOT_FOUND' })] },
      { id: done, knowledgeUnit: null, userErrors: [expect.objectContaining({ code: 'ALREADY_REVIEWED' })] },
      { id: two, knowledgeUnit: { status: 'APPROVED' }, userErrors: [] },
    ]);
    const events = await server.store.events.latest(2);
    expect(events.map(({ type, unitId, note }) => [type, unitId, note])).toEqual([
      ['approved', two, 'Yes.'],
      ['approved', one, 'Yes.'],
    ]);
    const retired = await decideOver({ decision: 'RETIRE', ids: [one, done], reason: 'Old.' });
    expect(retired.results).toMatchObject([
      { knowledgeUnit: { status: 'RETIRED' } },
      { userErrors: [{ __typename: 'WrongStatusError', code: 'CONFLICT' }] },
    ]);
  });

  it('may be a hundred, and of several reviewers at once each is decided over once', async () => {
    const ids = await makeMany(100, { status: 'pending', domains: ['hundred'] });
    const { reviewer, admin } = server.people;
    const answers = await Promise.all([
      decideOver({ decision: 'REJECT', ids }, reviewer.token),
      decideOver({ decision: 'APPROVE', ids: ids.toReversed() }, admin.token),
    ]);
    const done = answers.flatMap(({ results }) =>
      results.filter(({ knowledgeUnit }: { knowledgeUnit: object }) => knowledgeUnit),
    );
    expect(done.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(await server.store.events.latest(101)).toSatisfy(
      (events: { unitId: string }[]) => new Set(events.slice(0, 100).map(({ unitId }) => unitId)).size === 100,
    );
  });

  it('are those of a filter, where it lets as many through as is said', async () => {
    const ids = await makeMany(3, { status: 'pending', domains: ['filtered'] });
    const approved = await makeMany(2, { domains: ['filtered'] });
    const filter = { domains: ['filtered'] };
    for (const [expectedCount, message] of [
      [2, 'expectedCount must be how many units the filter lets through, 3, got 2.'],
      [4, 'expectedCount must be how many units the filter lets through, 3, got 4.'],
    ])
      expect(await decideOver({ decision: 'REJECT', filter, expectedCount })).toEqual({
        results: null,
        userErrors: [{ code: 'CONFLICT', path: ['expectedCount'], message }],
      });
    expect(await statusesOf(ids)).toEqual(['pending', 'pending', 'pending']);
    const rejected = await decideOver({ decision: 'REJECT', filter, expectedCount: 3 });
    expect(rejected.results.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(await statusesOf([...ids, ...approved])).toEqual([
      ...['rejected', 'rejected', 'rejected'],
      ...['approved', 'approved'],
    ]);
    const retired = await decideOver({ decision: 'RETIRE', filter, expectedCount: 2, reason: 'Old.' });
    expect(retired.results).toHaveLength(2);
    expect(await statusesOf(approved)).toEqual(['retired', 'retired']);
  });

  it.for<[string, object, string]>([
    ['neither', {}, 'ids or a filter is required.'],
    ['both', { ids: ['a'], filter: {}, expectedCount: 1 }, 'filter cannot be sent with ids.'],
    ['none', { ids: [] }, 'ids must have 1 to 100 items, got 0.'],
    [
      'too many',
      { ids: Array.from({ length: 101 }, (_, index) => `ku_${index}`) },
      'ids must have 1 to 100 items, got 101.',
    ],
    ['one twice', { ids: ['a', 'a'] }, 'ids must name each unit once.'],
    ['an uncounted filter', { filter: {} }, 'expectedCount is required with a filter.'],
    ['a count without a filter', { ids: ['a'], expectedCount: 1 }, 'expectedCount goes with a filter.'],
    ['none expected', { filter: {}, expectedCount: 0 }, 'expectedCount must be 1 to 100, got 0.'],
    ['too many expected', { filter: {}, expectedCount: 101 }, 'expectedCount must be 1 to 100, got 101.'],
    [
      'statuses',
      { filter: { statuses: ['REJECTED'] }, expectedCount: 1 },
      'filter.statuses are those that the decision can be of.',
    ],
    ['a reason to approve', { ids: ['a'], reason: 'x' }, 'reason does not go with APPROVE.'],
    [
      'a note that is too long',
      { ids: ['a'], note: 'x'.repeat(1001) },
      'note must be at most 1000 characters, got 1001.',
    ],
    ['no reason to retire', { decision: 'RETIRE', ids: ['a'] }, 'reason must not be empty.'],
    ['a note to retire', { decision: 'RETIRE', ids: ['a'], reason: 'x', note: 'y' }, 'note does not go with RETIRE.'],
  ])('are refused as a whole: %s', async ([, input, message]) => {
    expect(await decideOver({ decision: 'APPROVE', ...input })).toMatchObject({
      results: null,
      userErrors: [{ code: 'INVALID_INPUT', message }],
    });
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
    await untilTold(server.store);

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
    const { token: other } = await server.addPerson('who proposed nothing', 'member');
    expect((await data('MyProposals', {}, other)).viewer.proposals.nodes).toEqual([]);

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
    // a cursor of subscriptions is one of these
    const { eventCursor } = await server.query('{ eventCursor }', {}, pia.key);
    expect((await data('MyActivity', { after: eventCursor }, pia.key)).viewer.activity.nodes).toEqual([]);
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
      'RETIRED',
      'SUPERSEDED',
    ]);
    const counts: { status: string; count: number }[] = stats.statusCounts;
    expect(stats.totalCount).toBe(
      counts.reduce((sum, { status, count }) => (status === 'RETIRED' ? sum : sum + count), 0),
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

  it('see where they are signed in, end that, and have it ended by administrators', async () => {
    const { admin } = server.people;
    const { user, password } = await server.addPerson('val', 'member');
    const input = { username: 'val', password };
    const signIn = async (): Promise<string> => (await data('SignIn', { input })).signIn.token;
    const [one, two, three, four] = [await signIn(), await signIn(), await signIn(), await signIn()];
    const sessions = async (token = two, page = {}) => (await data('MySessions', page, token)).viewer.sessions;
    const [newest, second, current] = (await sessions()).nodes;
    expect(current).toEqual({
      id: expect.stringMatching(/^ses_[0-9a-f]{32}$/),
      isCurrent: true,
      ...{ createdAt: expect.stringMatching(/^20/), lastUsedAt: expect.stringMatching(/^20/) },
      ...{ expiresAt: expect.stringMatching(/^20/), address: '127.0.0.1', userAgent: 'node' },
    });
    expect([newest.isCurrent, second.isCurrent, newest.id === second.id]).toEqual([false, false, false]);
    const page = await sessions(two, { first: 3 });
    const next = await sessions(two, { first: 3, after: page.pageInfo.endCursor });
    expect([page.totalCount, page.nodes.length, next.nodes.length]).toEqual([4, 3, 1]);
    const end = async (id: string, token: string) =>
      (await data('EndSession', { input: { id } }, token)).endSession.userErrors;
    expect(await end(newest.id, server.people.member.token)).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await end(newest.id, two)).toEqual([]);
    expect(await end(newest.id, two)).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await send('WhoAmI', {}, four)).status).toBe(401);
    expect((await data('EndOtherSessions', {}, two)).endOtherSessions).toEqual({ ended: 2, userErrors: [] });
    for (const token of [one, three]) expect((await send('WhoAmI', {}, token)).status).toBe(401);
    const id = `usr_${user.id}`;
    const seen = (await data('SessionsOf', { id }, admin.token)).node;
    expect(seen.sessions.nodes).toEqual([
      { id: current.id, isCurrent: false, lastUsedAt: expect.stringMatching(/^20/) },
    ]);
    expect(seen.lastUsedAt).toBe(seen.sessions.nodes[0].lastUsedAt);
    expect((await send('SessionsOf', { id }, server.people.reviewer.token)).body.errors[0].extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await data('SignOut', {}, two)).signOut).toEqual({
      session: { id: current.id, isCurrent: true },
      userErrors: [],
    });
    expect((await send('WhoAmI', {}, two)).status).toBe(401);
    const again = await signIn();
    const ofUser = { input: { id } };
    expect((await data('EndUserSessions', ofUser, admin.token)).endUserSessions).toEqual({
      user: { id },
      ended: 1,
      userErrors: [],
    });
    expect((await send('WhoAmI', {}, again)).status).toBe(401);
    const unknown = { input: { id: 'usr_999999' } };
    expect((await data('EndUserSessions', unknown, admin.token)).endUserSessions).toMatchObject({
      ...{ user: null, ended: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
  });

  it('are invited by administrators, and open their accounts themselves', async () => {
    const { token } = server.people.admin;
    const made = (await data('InviteUser', { input: { role: 'REVIEWER', username: 'vic' } }, token)).inviteUser;
    const other = (await data('InviteUser', { input: {} }, token)).inviteUser;
    const { invitations } = await data('Invitations', { first: 1 }, token);
    expect([invitations.totalCount, invitations.nodes[0].id]).toEqual([2, other.invitation.id]);
    const next = (await data('Invitations', { first: 1, after: invitations.pageInfo.endCursor }, token)).invitations;
    expect(next.nodes).toMatchObject([
      { id: made.invitation.id, role: 'REVIEWER', username: 'vic', invitedBy: { username: 'ann' } },
    ]);
    const input = { id: other.invitation.id };
    expect((await data('RevokeInvitation', { input }, token)).revokeInvitation.userErrors).toEqual([]);
    const offered = (await data('InvitationOffered', { token: made.token })).invitation;
    expect(offered).toEqual({ role: 'REVIEWER', username: 'vic', expiresAt: next.nodes[0].expiresAt });
    const accepted = await data('AcceptInvitation', {
      input: { token: made.token, username: 'vic', password: 'correct horse' },
    });
    expect(accepted.acceptInvitation).toMatchObject({ viewer: { role: 'REVIEWER', user: { username: 'vic' } } });
    expect((await data('Invitations', {}, token)).invitations.nodes).toEqual([]);
  });

  it('are suspended, with what waits of them, reinstated, closed and let in again', async () => {
    const { admin } = server.people;
    const susan = await server.addPerson('susan', 'member');
    const id = `usr_${susan.user.id}`;
    const { knowledgeUnit } = (await data('Propose', { input: proposal }, susan.key)).proposeKnowledgeUnit;
    const approved = await server.unit({ createdBy: 'susan' });
    const input = { id, reason: 'Spam', rejectPending: true, retireApproved: true };
    expect((await data('SuspendUser', { input }, admin.token)).suspendUser).toEqual({
      user: { id, suspendedAt: expect.any(String), suspensionReason: 'Spam', suspendedBy: { username: 'ann' } },
      ...{ rejected: 1, rejectedSuggestions: 0, retired: 1 },
      hasMore: false,
      userErrors: [],
    });
    expect((await data('GetUnit', { id: approved.id })).knowledgeUnit).toBeNull();
    expect(await server.store.units.find(knowledgeUnit.id)).toMatchObject({
      status: 'rejected',
      review: { reviewedBy: 'ann', note: null, internalNote: 'Spam' },
    });
    // what was rejected otherwise stays so, and what was decided over since
    const other = await server.unit({ createdBy: 'susan', status: 'rejected' });
    const reinstated = (await data('ReinstateUser', { input: { id, restore: true } }, admin.token)).reinstateUser;
    const counts = { restored: 1, restoredSuggestions: 0, reinstated: 1, hasMore: false };
    expect(reinstated).toEqual({ user: { id, suspendedAt: null }, ...counts, userErrors: [] });
    const units = await server.store.units.findMany([knowledgeUnit.id, other.id, approved.id]);
    expect(units.map((unit) => [unit?.status, unit?.review === null])).toEqual([
      ['pending', true],
      ['rejected', false],
      ['approved', false],
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

it('answers the places behind what has happened', async () => {
  const places = { eventCursor: expect.any(String), auditCursor: expect.any(String) };
  expect(await data('Cursors', {}, server.people.admin.token)).toEqual(places);
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

it('says to administrators how it is set up, without what is secret', async () => {
  await using other = await startServer({ CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) });
  const { serverState: own } = await data('ServerState', {}, server.people.admin.token);
  expect(own).toMatchObject({
    databaseEngine: inject('serversOn') === 'sqlite' ? 'SQLite' : 'PostgreSQL',
    databaseVersion: expect.stringMatching(/^\d+\.\d+/),
    replicas: [],
  });
  expect(own.settings).toContainEqual({ name: 'CQ_NODE_NAME', value: 'commons' });
  const query = '{ serverState { databaseEngine database replicas { name } settings { name value } } }';
  const { serverState } = await other.query(query, {}, other.people.admin.token);
  expect(serverState.settings).toContainEqual({ name: 'CQ_REPEAT_CHECK', value: 'off' });
  for (const name of ['CQ_JWT_SECRET', 'CQ_API_KEY_PEPPER'])
    expect(serverState.settings).toContainEqual({ name, value: null });
  const names = serverState.settings.map(({ name }: { name: string }) => name);
  expect(names).toEqual(names.toSorted());
});

// in whatever order the cases come; where some are left out by name, so is this
// biome-ignore lint/correctness/noEmptyPattern: vitest reads which fixtures a hook needs from its pattern
afterAll(({}, { tasks }) => {
  if (tasks.every(ran))
    expect([...run].sort(), 'the documents of test/operations that are run').toEqual(names.toSorted());
});
const ran = (task: RunnerTask): boolean =>
  task.type === 'suite' ? task.tasks.every(ran) : task.result?.state === 'pass';

describe('what is in quarantine', () => {
  const id = `ku_${'9'.repeat(32)}`;
  const rowOf = (changes: object = {}) => {
    const insight = { summary: 'Kept', detail: 'd', action: 'a' };
    const data = JSON.stringify({ id, domains: ['api'], insight, created_by: 'mia', ...changes });
    const at = '2026-01-01T00:00:00Z';
    return JSON.stringify({ id, status: 'pending', created_at: at, reviewed_by: null, reviewed_at: null, data });
  };

  it('is listed, repaired, admitted and discarded by administrators, which is audited', async () => {
    const { token } = server.people.admin;
    const unit = await keepInQuarantine(server.store, rowOf({ insight: 'no object' }), { sourceId: id });
    const hash = '{"username":"eve","hashed_password":"$2b$12$x"}';
    const account = await keepInQuarantine(server.store, hash, { source: 'users', sourceId: '7' });
    const { quarantine } = await data('Quarantine', { first: 1 }, token);
    expect([quarantine.totalCount, quarantine.nodes]).toEqual([
      2,
      [
        {
          ...{ id: `qua_${unit}`, source: 'knowledge_units', sourceId: id, reason: 'no JSON' },
          ...{ at: '2026-03-01T12:00:00.123Z', content: rowOf({ insight: 'no object' }) },
        },
      ],
    ]);
    const next = (await data('Quarantine', { first: 5, after: quarantine.pageInfo.endCursor }, token)).quarantine;
    // no hash of a password
    expect(next.nodes).toMatchObject([{ id: `qua_${account}`, source: 'users', content: null }]);
    const admit = async (input: object) => (await data('AdmitQuarantinedRow', { input }, token)).admitQuarantinedRow;
    for (const repaired of [null, '{', '[]', rowOf({ insight: 3 })])
      expect((await admit({ id: `qua_${unit}`, repaired })).userErrors).toEqual([
        {
          ...{ code: 'INVALID_INPUT', path: ['repaired'] },
          message: expect.stringMatching(/^The row cannot be read as a unit: /),
        },
      ]);
    expect((await admit({ id: `qua_${account}` })).userErrors).toMatchObject([{ code: 'CONFLICT', path: ['id'] }]);
    const admitted = await admit({ id: `qua_${unit}`, repaired: rowOf() });
    expect(admitted).toEqual({ knowledgeUnit: { id, status: 'PENDING' }, userErrors: [] });
    expect((await admit({ id: `qua_${unit}` })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const input = { id: `qua_${account}` };
    const discard = async () => (await data('DiscardQuarantinedRow', { input }, token)).discardQuarantinedRow;
    expect(await discard()).toEqual({ row: { id: `qua_${account}` }, userErrors: [] });
    expect((await discard()).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { items } = await server.store.audit.list({}, { limit: 2 });
    expect(items).toMatchObject([
      { action: 'quarantine.discarded', target: null, details: JSON.stringify({ row: account, source: 'users' }) },
      { action: 'quarantine.admitted', target: id },
    ]);
    expect(items.map(({ actorId }) => actorId)).toEqual(items.map(() => server.people.admin.user.id));
  });
});

describe('webhooks', () => {
  it('are made, tested, switched, changed and deleted by administrators', async () => {
    const { token } = server.people.admin;
    const document = 'subscription { knowledgeEvents { cursor } }';
    // that is no address of the public internet, and nothing is sent there
    const input = { name: 'ours', url: 'https://hooks.example.com/', document };
    const created = (await data('CreateWebhook', { input }, token)).createWebhook;
    expect(created).toMatchObject({ secret: expect.stringMatching(/^whsec_/), userErrors: [] });
    const { id } = created.webhook;
    const { switchWebhookOff } = await data('SwitchWebhookOff', { input: { id } }, token);
    expect(switchWebhookOff.webhook).toEqual({ id, isActive: false, offReason: 'SWITCHED' });
    const changes = { id, name: 'theirs', url: 'https://127.0.0.1/' };
    const refused = (await data('UpdateWebhook', { input: changes }, token)).updateWebhook;
    expect(refused.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['url'] }]);
    const { updateWebhook } = await data('UpdateWebhook', { input: { id, name: 'theirs' } }, token);
    expect(updateWebhook.webhook).toEqual({ id, name: 'theirs' });
    const { rotateWebhookSecret } = await data('RotateWebhookSecret', { input: { id } }, token);
    expect(rotateWebhookSecret).toMatchObject({ secret: expect.any(String), webhook: { id } });
    expect((await data('Webhooks', { first: 1 }, token)).webhooks).toMatchObject({
      totalCount: 1,
      nodes: [{ id, name: 'theirs', isActive: false, variables: {}, owner: { username: 'ann' } }],
    });
    await server.store.webhooks.remove(id.slice(4));
    const other = await server.store.webhooks.insert(
      aWebhook(server.people.admin.user.id, { id: id.slice(4), url: 'https://127.0.0.1/', offSince: new Date() }),
      9,
    );
    expect(other).toBe(true);
    const { delivery } = (await data('TestWebhook', { input: { id } }, token)).testWebhook;
    expect(delivery).toMatchObject({ status: 'FAILED', statusCode: null });
    expect((await data('SendWebhookAgain', { input: { id: delivery.id } }, token)).sendWebhookAgain).toMatchObject({
      delivery: { id: delivery.id, status: 'WAITING' },
    });
    const { deliveries } = (await data('Deliveries', { id, status: 'WAITING' }, token)).node;
    expect(deliveries).toMatchObject({ totalCount: 1, nodes: [{ id: delivery.id, type: 'test' }] });
    expect((await data('DeleteWebhook', { input: { id } }, token)).deleteWebhook.webhook).toEqual({ id });
    expect((await data('SwitchWebhookOn', { input: { id } }, token)).switchWebhookOn.userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['id'] },
    ]);
  });
});

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
