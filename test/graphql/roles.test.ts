import { type GraphQLObjectType, isNonNullType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlSchema } from '../../src/graphql/schema.ts';
import { startServer, type TestServer } from '../harness.ts';

const callers = ['anonymous', 'member', 'reviewer', 'admin', 'agent of admin'] as const;
type Caller = (typeof callers)[number];
const everyone = callers;
const people: readonly Caller[] = ['member', 'reviewer', 'admin'];
const writers: readonly Caller[] = [...people, 'agent of admin'];
const reviewers: readonly Caller[] = ['reviewer', 'admin'];
const admins: readonly Caller[] = ['admin'];

/** Who may select each root field, and a selection of it. */
const rules: Record<string, [readonly Caller[], string]> = {
  node: [everyone, 'query { field: node(id: "ku_x") { id } }'],
  nodes: [everyone, 'query { field: nodes(ids: []) { id } }'],
  rateLimit: [everyone, 'query { field: rateLimit { cost } }'],
  serverInfo: [everyone, 'query { field: serverInfo { version } }'],
  serverState: [admins, 'query { field: serverState { database } }'],
  viewer: [everyone, 'query { field: viewer { role } }'],
  knowledgeUnit: [everyone, 'query { field: knowledgeUnit(id: "ku_x") { id } }'],
  knowledgeUnits: [everyone, 'query { field: knowledgeUnits { nodes { id } } }'],
  search: [everyone, 'query { field: search(text: "x") { nodes { id } } }'],
  stats: [everyone, 'query { field: stats { totalCount } }'],
  reviewQueue: [reviewers, 'query { field: reviewQueue { nodes { id } } }'],
  nearRepeats: [reviewers, 'query { field: nearRepeats { nodes { id } } }'],
  dismissNearRepeat: [reviewers, 'mutation { field: dismissNearRepeat(input: { id: "x" }) { userErrors { code } } }'],
  attention: [reviewers, 'query { field: attention { nodes { id } } }'],
  suggestionQueue: [reviewers, 'query { field: suggestionQueue { nodes { id } } }'],
  embeddingStatus: [admins, 'query { field: embeddingStatus { problem } }'],
  erasures: [admins, 'query { field: erasures { nodes { unitId } } }'],
  eraseKnowledgeUnit: [
    admins,
    'mutation { field: eraseKnowledgeUnit(input: { id: "x", reason: "x" }) { userErrors { code } } }',
  ],
  userErasures: [admins, 'query { field: userErasures { nodes { userId } } }'],
  eraseUser: [admins, 'mutation { field: eraseUser(input: { id: "x", reason: "x" }) { userErrors { code } } }'],
  users: [admins, 'query { field: users { nodes { id } } }'],
  eventCursor: [everyone, 'query { field: eventCursor }'],
  auditCursor: [admins, 'query { field: auditCursor }'],
  quarantine: [admins, 'query { field: quarantine { nodes { id } } }'],
  admitQuarantinedRow: [admins, 'mutation { field: admitQuarantinedRow(input: { id: "x" }) { userErrors { code } } }'],
  discardQuarantinedRow: [
    admins,
    'mutation { field: discardQuarantinedRow(input: { id: "x" }) { userErrors { code } } }',
  ],
  webhooks: [admins, 'query { field: webhooks { nodes { id } } }'],
  createWebhook: [admins, 'mutation { field: createWebhook(input: { name: "x", url: "x" }) { userErrors { code } } }'],
  deleteWebhook: [admins, 'mutation { field: deleteWebhook(input: { id: "x" }) { userErrors { code } } }'],
  rotateWebhookSecret: [admins, 'mutation { field: rotateWebhookSecret(input: { id: "x" }) { userErrors { code } } }'],
  sendWebhookAgain: [admins, 'mutation { field: sendWebhookAgain(input: { id: "x" }) { userErrors { code } } }'],
  switchWebhookOff: [admins, 'mutation { field: switchWebhookOff(input: { id: "x" }) { userErrors { code } } }'],
  switchWebhookOn: [admins, 'mutation { field: switchWebhookOn(input: { id: "x" }) { userErrors { code } } }'],
  testWebhook: [admins, 'mutation { field: testWebhook(input: { id: "x" }) { userErrors { code } } }'],
  updateWebhook: [admins, 'mutation { field: updateWebhook(input: { id: "x" }) { userErrors { code } } }'],
  auditLog: [admins, 'query { field: auditLog { nodes { id } } }'],
  proposeKnowledgeUnit: [
    writers,
    'mutation { field: proposeKnowledgeUnit(input: { domains: [], insight: { summary: "", detail: "", action: "" } }) { userErrors { code } } }',
  ],
  confirmKnowledgeUnit: [
    writers,
    'mutation { field: confirmKnowledgeUnit(input: { id: "x" }) { userErrors { code } } }',
  ],
  flagKnowledgeUnit: [
    writers,
    'mutation { field: flagKnowledgeUnit(input: { id: "x", reason: STALE }) { userErrors { code } } }',
  ],
  approveKnowledgeUnit: [
    reviewers,
    'mutation { field: approveKnowledgeUnit(input: { id: "x" }) { userErrors { code } } }',
  ],
  rejectKnowledgeUnit: [
    reviewers,
    'mutation { field: rejectKnowledgeUnit(input: { id: "x" }) { userErrors { code } } }',
  ],
  releaseKnowledgeUnit: [
    reviewers,
    'mutation { field: releaseKnowledgeUnit(input: { id: "x" }) { userErrors { code } } }',
  ],
  mergeKnowledgeUnit: [
    reviewers,
    'mutation { field: mergeKnowledgeUnit(input: { id: "x", intoId: "y" }) { userErrors { code } } }',
  ],
  reinstateKnowledgeUnit: [
    reviewers,
    'mutation { field: reinstateKnowledgeUnit(input: { id: "x", reason: "x" }) { userErrors { code } } }',
  ],
  reopenKnowledgeUnit: [
    reviewers,
    'mutation { field: reopenKnowledgeUnit(input: { id: "x", reason: "x" }) { userErrors { code } } }',
  ],
  retireKnowledgeUnit: [
    reviewers,
    'mutation { field: retireKnowledgeUnit(input: { id: "x", reason: "x" }) { userErrors { code } } }',
  ],
  supersedeKnowledgeUnit: [
    reviewers,
    'mutation { field: supersedeKnowledgeUnit(input: { id: "x", by: "y", reason: "x" }) { userErrors { code } } }',
  ],
  reviewKnowledgeUnits: [
    reviewers,
    'mutation { field: reviewKnowledgeUnits(input: { decision: APPROVE, ids: ["x"] }) { userErrors { code } } }',
  ],
  amendKnowledgeUnit: [
    writers,
    'mutation { field: amendKnowledgeUnit(input: { id: "x", version: 1 }) { userErrors { code } } }',
  ],
  suggestRevision: [
    writers,
    'mutation { field: suggestRevision(input: { id: "x", version: 1 }) { userErrors { code } } }',
  ],
  rebaseSuggestion: [
    writers,
    'mutation { field: rebaseSuggestion(input: { id: "x", version: 1 }) { userErrors { code } } }',
  ],
  withdrawSuggestion: [writers, 'mutation { field: withdrawSuggestion(input: { id: "x" }) { userErrors { code } } }'],
  approveSuggestion: [
    reviewers,
    'mutation { field: approveSuggestion(input: { id: "x", version: 1 }) { userErrors { code } } }',
  ],
  rejectSuggestion: [reviewers, 'mutation { field: rejectSuggestion(input: { id: "x" }) { userErrors { code } } }'],
  signIn: [
    everyone,
    `mutation { field: signIn(input: { username: "x", password: "${'x'.repeat(73)}" }) { userErrors { code } } }`,
  ],
  changePassword: [
    people,
    `mutation { field: changePassword(input: { currentPassword: "${'x'.repeat(73)}", newPassword: "" }) { userErrors { code } } }`,
  ],
  createApiKey: [people, 'mutation { field: createApiKey(input: { name: "", ttl: "" }) { userErrors { code } } }'],
  revokeApiKey: [people, 'mutation { field: revokeApiKey(input: { id: "x" }) { userErrors { code } } }'],
  endSession: [people, 'mutation { field: endSession(input: { id: "x" }) { userErrors { code } } }'],
  signOut: [people, 'mutation { field: signOut { userErrors { code } } }'],
  endOtherSessions: [people, 'mutation { field: endOtherSessions { userErrors { code } } }'],
  endUserSessions: [admins, 'mutation { field: endUserSessions(input: { id: "x" }) { userErrors { code } } }'],
  invitation: [everyone, 'query { field: invitation(token: "x") { role } }'],
  invitations: [admins, 'query { field: invitations { nodes { id } } }'],
  inviteUser: [admins, 'mutation { field: inviteUser(input: { ttl: "" }) { userErrors { code } } }'],
  revokeInvitation: [admins, 'mutation { field: revokeInvitation(input: { id: "x" }) { userErrors { code } } }'],
  acceptInvitation: [
    everyone,
    'mutation { field: acceptInvitation(input: { token: "x", username: "", password: "" }) { userErrors { code } } }',
  ],
  createUser: [admins, 'mutation { field: createUser(input: { username: "", password: "" }) { userErrors { code } } }'],
  retryEmbeddings: [admins, 'mutation { field: retryEmbeddings(input: { unitId: "x" }) { userErrors { code } } }'],
  suspendUser: [admins, 'mutation { field: suspendUser(input: { id: "x", reason: "" }) { userErrors { code } } }'],
  setUserPassword: [
    admins,
    'mutation { field: setUserPassword(input: { id: "x", newPassword: "" }) { userErrors { code } } }',
  ],
  reinstateUser: [admins, 'mutation { field: reinstateUser(input: { id: "x" }) { userErrors { code } } }'],
  // of others only by administrators, see suspension.test.ts
  closeUser: [admins, 'mutation { field: closeUser(input: { id: "x" }) { userErrors { code } } }'],
  reopenUser: [admins, 'mutation { field: reopenUser(input: { id: "x" }) { userErrors { code } } }'],
  setUserRole: [admins, 'mutation { field: setUserRole(input: { id: "x", role: MEMBER }) { userErrors { code } } }'],
};

const needNoCredentials = ['viewer', 'rateLimit', 'serverInfo', 'signIn', 'invitation', 'acceptInvitation'];

let server: TestServer;
let closed: TestServer;
beforeAll(async () => {
  server = await startServer();
  closed = await startServer({ CQ_PUBLIC_READ: 'off' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
});

function credential({ people }: TestServer, caller: Caller): string | undefined {
  if (caller === 'anonymous') return undefined;
  return caller === 'agent of admin' ? people.admin.key : people[caller].token;
}

const codeOf = (body: { errors?: { extensions: { code: string } }[] }) => body.errors?.[0]?.extensions.code;
const schema = graphqlSchema();
const roots = [schema.getQueryType(), schema.getMutationType()] as GraphQLObjectType[];

describe('the rules', () => {
  it('name every root field', () => {
    const fields = roots.flatMap((type) => Object.keys(type.getFields()));
    expect(Object.keys(rules).sort()).toEqual(fields.sort());
  });

  it('stand in the SDL of every mutation but those by which somebody comes in', () => {
    const open = Object.values(roots[1]?.getFields() ?? {}).filter(
      ({ astNode }) => !astNode?.directives?.some(({ name }) => name.value === 'requires'),
    );
    expect(open.map(({ name }) => name)).toEqual(['signIn', 'acceptInvitation']);
  });

  it('leave room for a refusal: a guarded field can be null', () => {
    const guarded = roots
      .flatMap((type) => Object.values(type.getFields()))
      .filter(({ astNode }) => astNode?.directives?.some(({ name }) => name.value === 'requires'));
    expect(guarded.filter(({ type }) => isNonNullType(type))).toEqual([]);
  });

  it.for(Object.entries(rules))('%s', async ([, [allowed, query]]) => {
    for (const caller of callers) {
      const { body } = await server.send({ query }, credential(server, caller));
      const expected = allowed.includes(caller) ? undefined : caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      expect([caller, codeOf(body)]).toEqual([caller, expected]);
    }
  });

  it.for(Object.entries(rules))('%s, where reading is not public', async ([name, [allowed, query]]) => {
    const { body } = await closed.send({ query });
    expect(codeOf(body)).toBe(needNoCredentials.includes(name) ? undefined : 'UNAUTHENTICATED');
    if (allowed === everyone) {
      const { body: known } = await closed.send({ query }, closed.people.member.key);
      expect(codeOf(known)).toBeUndefined();
    }
  });
});

describe('what is not public', () => {
  const query = `query ($id: ID!) {
    knowledgeUnit(id: $id) { id proposedBy { username } review { note internalNote } flags { nodes { detail } } }
  }`;
  const look = async (id: string, caller: Caller) =>
    (await server.send({ query, variables: { id } }, credential(server, caller))).body;

  it('is who proposed a unit: for reviewers and that person', async () => {
    const { id } = await server.unit({ createdBy: 'mia' });
    const seen = await Promise.all(
      callers.map(async (caller) => (await look(id, caller)).data.knowledgeUnit.proposedBy?.username),
    );
    expect(seen).toEqual([undefined, 'mia', 'mia', 'mia', undefined]);
  });

  it('are decisions: for reviewers and the proposer, who is not told the reviewers’ own note', async () => {
    const review = {
      status: 'approved',
      reviewedBy: 'rob',
      reviewedAt: new Date(),
      note: 'n',
      internalNote: 'i',
    } as const;
    const { id } = await server.unit({ createdBy: 'mia', review });
    const seen = [];
    for (const caller of [...callers, 'agent of mia'] as const) {
      const as = caller === 'agent of mia' ? server.people.member.key : credential(server, caller);
      const { body } = await server.send(
        { query: query.replace('flags { nodes { detail } }', ''), variables: { id } },
        as,
      );
      const { review } = body.data.knowledgeUnit;
      seen.push([caller, review, body.errors?.map(({ path }: { path: string[] }) => path.at(-1))]);
    }
    const own = { note: 'n', internalNote: null };
    expect(seen).toEqual([
      ['anonymous', null, undefined],
      ['member', own, ['internalNote']],
      ['reviewer', { note: 'n', internalNote: 'i' }, undefined],
      ['admin', { note: 'n', internalNote: 'i' }, undefined],
      ['agent of admin', null, undefined],
      ['agent of mia', own, ['internalNote']],
    ]);
  });

  it('is the text of flags: for reviewers', async () => {
    const { id } = await server.unit({ createdBy: 'zoe' });
    for (const caller of callers) {
      const { data, errors } = await look(id, caller);
      const allowed = reviewers.includes(caller);
      expect(errors?.map(({ path }: { path: string[] }) => path.at(-1))).toEqual(allowed ? undefined : ['flags']);
      expect(data.knowledgeUnit.id).toBe(id);
    }
  });

  it.for(['pending', 'rejected'] as const)('are %s units: for reviewers and who proposed them', async (status) => {
    const { id } = await server.unit({ createdBy: 'mia', status });
    const seen = await Promise.all(callers.map(async (caller) => (await look(id, caller)).data.knowledgeUnit?.id));
    expect(seen).toEqual([undefined, id, id, id, undefined]);
    const list = `{ knowledgeUnits(filter: { statuses: [${status.toUpperCase()}] }) { nodes { id } } }`;
    const search = `{ search(text: "lesson", filter: { statuses: [${status.toUpperCase()}] }) { nodes { id } } }`;
    const decided = '{ knowledgeUnits(filter: { reviewedAt: { from: "2026-01-01T00:00:00Z" } }) { nodes { id } } }';
    for (const asked of [list, search, decided])
      for (const caller of callers) {
        const { body } = await server.send({ query: asked }, credential(server, caller));
        const refusal = caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
        expect([caller, codeOf(body)]).toEqual([caller, reviewers.includes(caller) ? undefined : refusal]);
      }
  });

  it('is not confirmed that it exists', async () => {
    const { id } = await server.unit({ status: 'pending' });
    const confirm = `mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { userErrors { message } } }`;
    const [there, absent] = await Promise.all(
      [id, `ku_${'e'.repeat(32)}`].map((unit) => server.query(confirm, { id: unit }, server.people.member.key)),
    );
    const message = (answer: typeof there, unit: string) =>
      answer.confirmKnowledgeUnit.userErrors[0].message.replace(unit, '');
    expect(message(there, id)).toBe(message(absent, `ku_${'e'.repeat(32)}`));
  });
});
