import { getDirectiveValues, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlSchema } from '../src/graphql/schema.ts';
import { password, startServer, type TestServer } from './harness.ts';
import { clients } from './mcp/clients.ts';
import { call } from './rest/client.ts';

/**
 * What everything costs, over every API, by the budget that is left afterwards. The server has the budget that servers
 * have unless told otherwise: a cost that is out of proportion is refused here, as it would be there.
 */
let server: TestServer;
let unitId: string;
beforeAll(async () => {
  server = await startServer({ CQ_RATE_LIMIT: '' });
  unitId = (await server.unit()).id;
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = '{ rateLimit { limit remaining resetAt } }';

/** What a request has cost the one who sent it; sent again when the minute has ended meanwhile. */
async function spent(credential: string | undefined, request: () => Promise<unknown>): Promise<number> {
  const budget = async () => (await server.query(ask, {}, credential)).rateLimit;
  const before = await budget();
  await request();
  const after = await budget();
  if (Date.parse(after.resetAt) - Date.parse(before.resetAt) > 1000) return spent(credential, request);
  // asking costs 1
  return before.remaining - after.remaining - 1;
}

describe('the budget', () => {
  it('is 60,000 points a minute unless told otherwise', async () => {
    expect((await server.query(ask, {}, server.people.reviewer.token)).rateLimit.limit).toBe(60_000);
  });

  it('pays for several of the largest operations, which cost up to 5,000', async () => {
    const largest = '{ knowledgeUnits(first: 48) { nodes { flags(first: 100) { nodes { id } } } } }';
    const { reviewer } = server.people;
    expect(await spent(reviewer.token, () => server.query(largest, {}, reviewer.token))).toBe(1 + 48 * 102 + 96);
    const { body } = await server.send({ query: largest.replace('48', '49') }, reviewer.token);
    expect(body.errors[0].extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', cost: 5097, limit: 5000 });
  });
});

describe('a field of the SDL', () => {
  it('costs what stands here', () => {
    const schema = graphqlSchema();
    const directive = schema.getDirective('cost');
    const stand = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!directive || !(isObjectType(type) || isInterfaceType(type)) || type.name.startsWith('__')) return [];
      return Object.values(type.getFields()).flatMap((field) => {
        const rule = field.astNode && getDirectiveValues(directive, field.astNode);
        const by = rule?.multiplier ? ` for each of ${rule.multiplier}` : '';
        const each = rule?.each ? `, and ${rule.each} for each` : '';
        return rule ? [[`${type.name}.${field.name}`, `${rule.weight}${by}${each}`]] : [];
      });
    });
    expect(Object.fromEntries(stand)).toEqual({
      'AttentionConnection.totalCount': '5',
      'EmbeddingModel.parkedUnits': '1 for each of first',
      'KnowledgeStats.confidenceDistribution': '5',
      'KnowledgeStats.domainCounts': '1 for each of first',
      'KnowledgeStats.recentActivity': '1 for each of first',
      'KnowledgeStats.statusCounts': '5',
      'KnowledgeStats.tierCounts': '5',
      'KnowledgeStats.totalCount': '5',
      'RevisionConnection.totalCount': '1',
      'SuggestionConnection.totalCount': '1',
      'KnowledgeStats.trends': '10',
      'KnowledgeUnit.flags': '1 for each of first',
      'KnowledgeUnit.related': '10 for each of first',
      'AuditConnection.totalCount': '5',
      'KnowledgeUnit.duplicates': '10 for each of first',
      'KnowledgeUnit.revisions': '1 for each of first',
      'KnowledgeUnit.suggestions': '1 for each of first',
      'KnowledgeUnitConnection.totalCount': '5',
      'Mutation.amendKnowledgeUnit': '10',
      'Mutation.approveKnowledgeUnit': '10',
      'Mutation.approveSuggestion': '10',
      'Mutation.changePassword': '50',
      'Mutation.closeUser': '10',
      'Mutation.confirmKnowledgeUnit': '10',
      'Mutation.createApiKey': '10',
      'Mutation.createUser': '50',
      'Mutation.endOtherSessions': '10',
      'Mutation.endSession': '10',
      'Mutation.endUserSessions': '10',
      'Mutation.eraseKnowledgeUnit': '50',
      'Mutation.eraseUser': '50',
      'Mutation.flagKnowledgeUnit': '10',
      'Mutation.mergeKnowledgeUnit': '10',
      'Mutation.proposeKnowledgeUnit': '10',
      'Mutation.rebaseSuggestion': '10',
      'Mutation.reinstateKnowledgeUnit': '10',
      'Mutation.reinstateUser': '50',
      'Mutation.rejectKnowledgeUnit': '10',
      'Mutation.releaseKnowledgeUnit': '10',
      'Mutation.rejectSuggestion': '10',
      'Mutation.reopenKnowledgeUnit': '10',
      'Mutation.reopenUser': '10',
      'Mutation.retireKnowledgeUnit': '10',
      'Mutation.retryEmbeddings': '10',
      'Mutation.reviewKnowledgeUnits': '10 for each of input.ids input.expectedCount, and 10 for each',
      'Mutation.revokeApiKey': '10',
      'Mutation.acceptInvitation': '50',
      'Mutation.inviteUser': '10',
      'Mutation.revokeInvitation': '10',
      'Mutation.admitQuarantinedRow': '20',
      'Mutation.discardQuarantinedRow': '10',
      'Query.quarantine': '5 for each of first',
      'Query.serverState': '5',
      'Query.invitation': '5',
      'Query.invitations': '1 for each of first',
      'Mutation.setUserPassword': '50',
      'Mutation.setUserRole': '10',
      'Mutation.signIn': '50',
      'Mutation.signOut': '10',
      'Query.attention': '1 for each of first',
      'Mutation.suggestRevision': '10',
      'Mutation.supersedeKnowledgeUnit': '10',
      'Mutation.suspendUser': '50',
      'Query.auditLog': '1 for each of first',
      'Mutation.withdrawSuggestion': '10',
      'Query.embeddingStatus': '20',
      'Query.erasures': '1 for each of first',
      'Query.knowledgeUnits': '1 for each of first',
      'Query.nodes': '1 for each of ids',
      'Query.reviewQueue': '1 for each of first',
      'Query.search': '10 for each of first',
      'Query.suggestionQueue': '1 for each of first',
      'Query.userErasures': '1 for each of first',
      'Query.users': '1 for each of first',
      'SearchConnection.nearest': '10',
      'SearchEdge.highlights': '5',
      'SearchHighlights.action': '0',
      'SearchHighlights.detail': '0',
      'SearchHighlights.summary': '0',
      'User.apiKeys': '1 for each of first',
      'ConfirmationConnection.totalCount': '1',
      'Mutation.dismissNearRepeat': '10',
      'NearRepeatConnection.totalCount': '50',
      'Query.nearRepeats': '2 for each of first',
      'KnowledgeStats.confidenceHistogram': '5',
      'KnowledgeStats.neverAnsweredCount': '10',
      'KnowledgeStats.topContributors': '1 for each of first',
      'KnowledgeUnit.activity': '1 for each of first',
      'KnowledgeUnit.confidenceHistory': '10',
      'KnowledgeUnit.confirmations': '1 for each of first',
      'User.proposalRecord': '10',
      'User.sessions': '1 for each of first',
      'Viewer.activity': '5 for each of first',
      'Viewer.apiKeys': '1 for each of first',
      'Viewer.proposals': '1 for each of first',
      'Viewer.sessions': '1 for each of first',
      'Viewer.suggestions': '1 for each of first',
      'Mutation.createWebhook': '20',
      'Mutation.deleteWebhook': '10',
      'Mutation.rotateWebhookSecret': '10',
      'Mutation.sendWebhookAgain': '20',
      'Mutation.switchWebhookOff': '10',
      'Mutation.switchWebhookOn': '10',
      'Mutation.testWebhook': '50',
      'Mutation.updateWebhook': '20',
      'Query.webhooks': '1 for each of first',
      'Webhook.deliveries': '1 for each of first',
    });
  });

  const insight = '{ summary: "s", detail: "d", action: "a" }';
  const refusal = '{ userErrors { code } }';
  /**
   * Operations, and what each costs: besides the fields above, 1 for each object, in pages for each of their items, and 1 for each
   * full hundred of fields that the answer may have.
   */
  it.for<[string, number]>([
    ['{ serverInfo { version } }', 1],
    ['{ viewer { role user { username } } }', 2],
    ['{ viewer { apiKeys { nodes { id } } } }', 1 + 1 + 20],
    ['{ viewer { apiKeys(first: 3) { totalCount edges { node { id } } } } }', 1 + 1 + 3 * 2],
    ['{ viewer { proposals { nodes { id review { note } } } } }', 1 + 1 + 20 * 2],
    ['{ viewer { activity(first: 10) { nodes { type knowledgeUnit { id } } } } }', 1 + 5 + 10 * 2],
    ['{ users(first: 7) { nodes { id } } }', 1 + 7],
    ['{ users { nodes { id } pageInfo { endCursor } } }', 1 + 20 * 2],
    ['{ auditLog(first: 3) { nodes { id actor { id } targetUser { id } } } }', 1 + 3 * 3],
    ['{ node(id: "x") { id } }', 1],
    ['{ nodes(ids: ["a", "b", "c"]) { ... on KnowledgeUnit { insight { summary } evidence { confidence } } } }', 1 + 6],
    ['{ knowledgeUnit(id: "x") { id insight { summary } context { pattern } evidence { confidence } } }', 4],
    ['{ knowledgeUnit(id: "x") { related { similarity unit { id } } } }', 1 + 10 + 5],
    ['{ knowledgeUnit(id: "x") { related(first: 20) { unit { id } } } }', 1 + 10 + 20],
    ['{ knowledgeUnit(id: "x") { flags { nodes { reason } } review { note } } }', 1 + 1 + 20 + 1],
    ['{ knowledgeUnit(id: "x") { supersededBy { id } flagCounts { count } proposedBy { id } } }', 1 + 3],
    ['{ knowledgeUnits { totalCount } }', 1 + 20 * 5],
    ['{ knowledgeUnits(last: 2) { nodes { id } } }', 1 + 2],
    [
      'mutation { reviewKnowledgeUnits(input: { decision: REJECT, ids: ["a", "b", "c"] }) { results { id knowledgeUnit { id } } } }',
      10 + 3 * (10 + 2),
    ],
    [
      'mutation { reviewKnowledgeUnits(input: { decision: REJECT, filter: { domains: ["none"] }, expectedCount: 7 }) { results { id } } }',
      10 + 7 * (10 + 1),
    ],
    [
      'mutation ($input: ReviewKnowledgeUnitsInput! = { decision: REJECT, ids: ["a", "b", "c"] }) { reviewKnowledgeUnits(input: $input) { results { id } } }',
      10 + 3 * (10 + 1),
    ],
    ['mutation { reviewKnowledgeUnits(input: { decision: REJECT }) { userErrors { code } } }', 10 + 20 * (10 + 1)],
    ['{ reviewQueue { nodes { id } } }', 1 + 20],
    ['{ suggestionQueue { nodes { id } } }', 1 + 20],
    ['{ knowledgeUnit(id: "x") { revisions { nodes { version changes { field } } } } }', 1 + 1 + 20 * 2 + 2],
    ['{ viewer { suggestions(first: 5) { nodes { id } } } }', 1 + 1 + 5],
    // each page is read, whatever of it is selected, and versions are large
    [
      '{ viewer { proposals(first: 3) { nodes { revisions(first: 100) { totalCount } } } } }',
      1 + 1 + 3 * (1 + 1 + 100) + 3,
    ],
    ['{ suggestionQueue(first: 100) { totalCount } }', 1 + 100 + 1],
    ['mutation { amendKnowledgeUnit(input: { id: "x", version: 1 }) { userErrors { code } } }', 11],
    ['mutation { suggestRevision(input: { id: "x", version: 1 }) { userErrors { code } } }', 11],
    ['mutation { rebaseSuggestion(input: { id: "x", version: 1 }) { userErrors { code } } }', 11],
    ['mutation { withdrawSuggestion(input: { id: "x" }) { userErrors { code } } }', 11],
    ['mutation { approveSuggestion(input: { id: "x", version: 1 }) { userErrors { code } } }', 11],
    ['mutation { rejectSuggestion(input: { id: "x" }) { userErrors { code } } }', 11],
    ['{ reviewQueue(first: 100) { edges { node { id } } } }', 1 + 200 + 3],
    ['{ attention { totalCount edges { reason node { usage { answers } } } } }', 1 + 20 * 8 + 1],
    ['{ search(text: "x") { nodes { id } } }', 10 + 5],
    [
      '{ search(text: "x", first: 50) { edges { score signals { domain } node { id } } notices { code } } }',
      10 + 200 + 4,
    ],
    [
      '{ search(text: "x", first: 2) { edges { highlights { summary { start end } detail { start } } } } }',
      10 + 2 * 6 + 1,
    ],
    ['{ search(text: "x", first: 1) { nearest { score } edges { score } } }', 10 + 10 + 1],
    ['{ search(text: "x", first: 1) { nearest @include(if: false) { score } edges @skip(if: true) { score } } }', 10],
    ['{ stats { totalCount statusCounts { count } tierCounts { count } } }', 1 + 5 + 5 + 5],
    ['{ stats { domainCounts { count } confidenceDistribution { count } trends { date } } }', 1 + 1 + 5 + 10 + 4],
    ['{ stats { recentActivity { id } computedAt } }', 1 + 1],
    ['{ stats { recentActivity(first: 5) { actor { id } knowledgeUnit { id } } } }', 1 + 1 + 10],
    ['{ embeddingStatus { models { name parkedUnits { unit { id } } } } }', 20 + 1 + 1 + 20 + 4],
    // the 50 points of it are those that an address has to sign in
    [`mutation { signIn(input: { username: "x", password: "${'x'.repeat(73)}" }) ${refusal} }`, 1],
    [`mutation { changePassword(input: { currentPassword: "${'x'.repeat(73)}", newPassword: "" }) ${refusal} }`, 51],
    [`mutation { createUser(input: { username: "", password: "" }) ${refusal} }`, 51],
    [`mutation { createApiKey(input: { name: "", ttl: "" }) ${refusal} }`, 11],
    [`mutation { revokeApiKey(input: { id: "x" }) ${refusal} }`, 11],
    [`mutation { endSession(input: { id: "x" }) ${refusal} }`, 11],
    [`mutation { signOut ${refusal} }`, 11],
    [`mutation { endOtherSessions ${refusal} }`, 11],
    [
      '{ webhooks(first: 2) { nodes { id owner { id } deliveries(first: 3) { nodes { id } } } } }',
      1 + 2 * (1 + 1 + 1 + 3),
    ],
    [`mutation { testWebhook(input: { id: "x" }) ${refusal} }`, 51],
    [`mutation { endUserSessions(input: { id: "x" }) ${refusal} }`, 11],
    [`mutation { setUserRole(input: { id: "x", role: MEMBER }) ${refusal} }`, 11],
    [`mutation { retryEmbeddings(input: { unitId: "x" }) ${refusal} }`, 11],
    [`mutation { proposeKnowledgeUnit(input: { domains: [], insight: ${insight} }) ${refusal} }`, 11],
    [`mutation { confirmKnowledgeUnit(input: { id: "x" }) ${refusal} }`, 11],
    [`mutation { flagKnowledgeUnit(input: { id: "x", reason: STALE }) ${refusal} }`, 11],
    [`mutation { approveKnowledgeUnit(input: { id: "x" }) ${refusal} }`, 11],
    [`mutation { rejectKnowledgeUnit(input: { id: "x" }) ${refusal} }`, 11],
    ['{ __schema { types { name } } }', 3],
  ])('is one of %s, which costs %i', async ([query, cost]) => {
    const { token } = server.people.admin;
    expect(await spent(token, () => server.query(query, {}, token))).toBe(cost);
  });
});

describe('a route of REST', () => {
  type Sender = 'anonymous' | 'agent' | 'reviewer';
  const credential = (sender: Sender) => {
    if (sender === 'anonymous') return undefined;
    return sender === 'agent' ? server.people.member.key : server.people.reviewer.token;
  };
  const lesson = { domains: ['api'], insight: { summary: 's', detail: 'd', action: 'a' } };
  const login = { username: 'mia', password };

  const routes: [sender: Sender, method: string, path: string, status: number, cost: number, body?: object][] = [
    ['anonymous', 'GET', '/health', 200, 0],
    ['anonymous', 'GET', '/openapi.json', 200, 0],
    // from the points that an address has to sign in
    ['anonymous', 'POST', '/auth/login', 200, 0, login],
    ['reviewer', 'GET', '/users/me', 200, 1],
    ['reviewer', 'GET', '/users/me/api-keys', 200, 20],
    ['reviewer', 'POST', '/users/me/api-keys', 201, 10, { name: 'k', ttl: '1d' }],
    ['reviewer', 'POST', '/users/me/api-keys/{key_id}/revoke', 404, 10],
    ['anonymous', 'GET', '/knowledge/stats', 200, 30],
    ['reviewer', 'GET', '/review/stats', 200, 50],
    ['anonymous', 'GET', '/knowledge?domains=api', 200, 10 + 5 * 5],
    ['anonymous', 'GET', '/knowledge?domains=api&limit=1', 200, 15],
    ['anonymous', 'GET', '/knowledge?domains=api&limit=50', 200, 260],
    // answered with 50 at most, and paid for as 50
    ['anonymous', 'GET', '/knowledge?domains=api&limit=51', 200, 260],
    ['anonymous', 'GET', '/knowledge?domains=api&limit=100000', 200, 260],
    ['anonymous', 'GET', `/knowledge?domains=api&limit=${'9'.repeat(15)}`, 200, 260],
    ['agent', 'POST', '/knowledge', 201, 10, lesson],
    ['agent', 'POST', '/knowledge/{unit_id}/confirmations', 201, 10],
    ['agent', 'POST', '/knowledge/{unit_id}/flags', 201, 10, { reason: 'stale' }],
    ['reviewer', 'GET', '/review/queue', 200, 5 + 5 * 20],
    ['reviewer', 'GET', '/review/queue?limit=0', 200, 5],
    ['reviewer', 'GET', '/review/queue?limit=1000', 200, 5005],
    ['reviewer', 'GET', '/review/units', 200, 5 + 5 * 100],
    ['reviewer', 'GET', '/review/units?limit=1', 200, 10],
    ['reviewer', 'GET', '/review/units?limit=1000', 200, 5005],
    ['reviewer', 'GET', '/review/{unit_id}', 200, 5],
    ['reviewer', 'POST', '/review/{unit_id}/approve', 409, 10],
    ['reviewer', 'POST', '/review/{unit_id}/reject', 409, 10],
  ];

  it.for(routes)('costs its sender, %s: %s %s, %i, costs %i', async ([sender, method, path, status, cost, body]) => {
    const filled = path.replace('{unit_id}', unitId).replace('{key_id}', 'f'.repeat(32));
    const request = async () => {
      const answer = await call(server, { method, path: filled, credential: credential(sender), body });
      expect([answer.status, answer.body.detail]).toEqual([status, answer.body.detail]);
    };
    expect(await spent(credential(sender), request)).toBe(cost);
  });

  it('is every one of the document', async () => {
    const { body } = await call(server, { path: '/openapi.json' });
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const tried = new Set(routes.map(([, method, path]) => `${method} ${path.replace(/\?.*/, '')}`));
    expect([...tried].filter((route) => !route.endsWith('/openapi.json')).sort()).toEqual(described.sort());
  });
});

describe('a tool', () => {
  const propose = { summary: 's', detail: 'd', action: 'a', domains: ['api'] };
  const tools: [name: string, args: () => Record<string, unknown>, cost: number][] = [
    // the operation, with a point for each hundred fields or 200 tokens; for each unit: the edge, unit, insight, context, evidence, counts of flags, and the notices
    ['query', () => ({ domains: ['api'] }), 10 + 5 * 7 + 2],
    ['query', () => ({ text: 'lesson', limit: 50 }), 10 + 50 * 7 + 20],
    // the unit, its evidence or a suggestion, and what a user error may say: itself, and four units with their insight
    ['propose', () => propose, 10 + 13 + 2],
    ['confirm', () => ({ unit_id: unitId }), 10 + 13 + 1],
    ['flag', () => ({ unit_id: unitId, reason: 'stale' }), 10 + 13 + 1],
    ['status', () => ({}), 1 + 5 + 5 + 5 + 1 + 5 + 2 + 5 + 10 * 5 + 1 + 1 + 2],
  ];

  it.for(tools)('costs its caller: %s', async ([name, args, cost]) => {
    const { connect } = clients[0] as (typeof clients)[number];
    const { key } = server.people.member;
    await using client = await connect(server.url, key);
    const paid = await spent(key, async () => expect((await client.call(name, args())).isError).toBe(false));
    // and one for the message
    expect(paid).toBe(cost + 1);
  });

  it('is every one that there is', async () => {
    const { connect } = clients[0] as (typeof clients)[number];
    await using client = await connect(server.url);
    const names = (await client.listTools()).map(({ name }) => name);
    expect([...new Set(tools.map(([name]) => name))].sort()).toEqual(names.sort());
  });
});
