import { readFileSync } from 'node:fs';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

const document = `subscription ($filter: KnowledgeEventFilter) {
  knowledgeEvents(filter: $filter) { cursor activity { type actor { username } knowledgeUnit { id insight { summary } } } }
}`;

const allowed = {
  ...{ CQ_WEBHOOK_HTTP: 'on', CQ_WEBHOOK_NETWORKS: '127.0.0.0/8' },
  CQ_PUBLIC_URL: 'https://cq.example.com/commons',
};

let server: TestServer;
let receiver: Receiver;
let made: string[] = [];

beforeAll(async () => {
  server = await startServer(allowed);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  receiver = await startReceiver();
  made = [];
});
afterEach(async () => {
  for (const id of made) await server.store.webhooks.remove(id.slice(4));
  await receiver[Symbol.asyncDispose]();
});

const asAdmin = (query: string, variables: object = {}) => server.query(query, variables, server.people.admin.token);

async function create(input: object) {
  const { createWebhook: created } = await asAdmin(
    `mutation ($input: CreateWebhookInput!) {
       createWebhook(input: $input) { secret webhook { id } userErrors { code path message } } }`,
    { input: { name: 'ours', url: receiver.url, document, ...input } },
  );
  if (created.webhook) made.push(created.webhook.id);
  return created;
}

const propose = async (summary = 'A lesson'): Promise<string> => {
  const { proposeKnowledgeUnit: proposed } = await server.query(
    `mutation ($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } userErrors { message } } }`,
    { input: { domains: ['api'], insight: { summary, detail: 'd', action: 'a' } } },
    server.people.member.token,
  );
  return proposed.knowledgeUnit.id;
};

const deliveriesOf = async (id: string) =>
  (
    await asAdmin(
      `query ($id: ID!) { node(id: $id) { ... on Webhook {
         deliveries { totalCount nodes { id type status attempts statusCode durationMs nextAttemptAt error answer } } } } }`,
      { id },
    )
  ).node.deliveries.nodes;

async function until<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const bodyOf = ({ body }: Received) => JSON.parse(body);

describe('a webhook', () => {
  it('is sent what its subscription gives, signed, and shows it', async () => {
    const { webhook, secret } = await create({ variables: { filter: { types: ['PROPOSED'] } } });
    const unit = await propose('Sent to a webhook');
    const [request] = (await receiver.count(1)) as [Received];
    const payload = new Verifier(secret).verify(request.body, request.headers as Record<string, string>);
    expect(payload).toEqual({
      type: 'knowledgeEvents',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        knowledgeEvents: {
          cursor: expect.any(String),
          activity: {
            ...{ type: 'PROPOSED', actor: { username: 'mia' } },
            knowledgeUnit: { id: unit, insight: { summary: 'Sent to a webhook' } },
          },
        },
      },
    });
    const [delivery] = await until(
      () => deliveriesOf(webhook.id),
      ([first]) => first?.status === 'DELIVERED',
    );
    expect(delivery).toEqual({
      ...{ id: request.headers['webhook-id'], type: 'knowledgeEvents', status: 'DELIVERED', attempts: 1 },
      ...{ statusCode: 204, durationMs: expect.any(Number), nextAttemptAt: null, error: null, answer: '' },
    });
  });

  it('goes on behind the cursor that it was sent', async () => {
    await create({});
    const first = await propose();
    const [request] = (await receiver.count(1)) as [Received];
    const { cursor, activity } = bodyOf(request).data.knowledgeEvents;
    expect(activity.knowledgeUnit.id).toBe(first);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${server.people.admin.token}`,
      },
      body: JSON.stringify({
        query: 'subscription ($after: String) { knowledgeEvents(after: $after) { activity { knowledgeUnit { id } } } }',
        variables: { after: cursor },
      }),
    });
    const second = await propose();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('ku_')) break;
    }
    expect(text).toContain(second);
    expect(text).not.toContain(first);
  });

  it.each([
    ['proposalDecided', 'subscription { proposalDecided { activity { type knowledgeUnit { id } } } }'],
    ['reviewQueueChanged', 'subscription { reviewQueueChanged { count oldest { id } } }'],
    ['auditLogged', 'subscription { auditLogged { cursor entry { action target } } }'],
  ])('may be about %s', async (type, document) => {
    await create({ document });
    // the owner's own, and somebody else's
    const own = await server.unit({ status: 'pending', createdBy: 'ann' });
    const other = await server.unit({ status: 'pending' });
    for (const id of [other.id, own.id])
      await server.query(
        'mutation ($id: ID!) { rejectKnowledgeUnit(input: { id: $id }) { userErrors { message } } }',
        { id },
        server.people.reviewer.token,
      );
    const ofLast = (request: Received) => {
      const { data } = bodyOf(request);
      if (type === 'auditLogged') return data.auditLogged.entry.target === own.id;
      return type === 'reviewQueueChanged' || data.proposalDecided.activity.knowledgeUnit.id === own.id;
    };
    await until(
      async () => receiver.received,
      (received) => received.some(ofLast),
    );
    for (const request of receiver.received) expect(bodyOf(request).type).toBe(type);
    if (type === 'proposalDecided') expect(receiver.received.map((request) => bodyOf(request).data)).toHaveLength(1);
  });

  it('is not sent what was erased meanwhile', async () => {
    // answers are kept by none around an erasure
    await using own = await startServer(allowed);
    const before = server;
    onTestFinished(() => {
      server = before;
    });
    server = own;
    const { webhook } = await create({ variables: { filter: { types: ['PROPOSED'] } } });
    receiver.answer = (request, response) => void response.writeHead(500).end(request.body);
    const id = await propose('zebrafinch');
    const [waiting] = await until(
      () => deliveriesOf(webhook.id),
      ([first]) => first?.statusCode === 500,
    );
    expect(waiting).toMatchObject({ status: 'WAITING', answer: expect.stringContaining('zebrafinch') });
    await asAdmin(
      'mutation ($id: ID!) { eraseKnowledgeUnit(input: { id: $id, reason: "r" }) { userErrors { message } } }',
      { id },
    );
    expect(await deliveriesOf(webhook.id)).toMatchObject([{ statusCode: 500, answer: null }]);
    receiver.answer = (_request, response) => void response.writeHead(204).end();
    const [skipped] = await until(
      () => deliveriesOf(webhook.id),
      ([first]) => first?.status !== 'WAITING',
    );
    expect(skipped).toMatchObject({ status: 'SKIPPED' });
    expect(receiver.received).toHaveLength(1);
    made = [];
  });

  it('is tested, switched off and on, changed, and deleted, and each is in the audit log', async () => {
    const { webhook } = await create({});
    const { id } = webhook;
    const does = async (field: string, input: object = { id }, of = 'webhook { id }') =>
      (
        await asAdmin(
          `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
         ${field}(input: $input) { ${of} userErrors { code message } } }`,
          { input },
        )
      )[field];
    const fields = 'webhook { name url isActive offReason owner { username } previousSecretUntil }';
    receiver.answer = (_request, response) => void response.writeHead(200).end('thanks');
    expect(await does('testWebhook', { id }, 'delivery { type status statusCode answer }')).toEqual({
      delivery: { type: 'test', status: 'DELIVERED', statusCode: 200, answer: 'thanks' },
      userErrors: [],
    });
    expect(receiver.received.map(bodyOf)).toMatchObject([{ type: 'test', data: { webhook: { id } } }]);
    receiver.answer = (_request, response) => void response.writeHead(404).end();
    expect((await does('testWebhook', { id }, 'delivery { status error nextAttemptAt }')).delivery).toEqual({
      ...{ status: 'FAILED', error: 'The receiver answered 404.', nextAttemptAt: null },
    });
    expect((await does('switchWebhookOff', { id }, fields)).webhook).toMatchObject({
      ...{ isActive: false, offReason: 'SWITCHED' },
    });
    expect((await does('switchWebhookOn', { id }, fields)).webhook).toMatchObject({ isActive: true, offReason: null });
    expect((await does('updateWebhook', { id, name: 'other' }, fields)).webhook).toMatchObject({
      ...{ name: 'other', url: receiver.url, owner: { username: 'ann' } },
    });
    const rotated = await does('rotateWebhookSecret', { id }, `secret ${fields}`);
    expect(rotated).toMatchObject({
      secret: expect.stringMatching(/^whsec_/),
      webhook: { previousSecretUntil: expect.any(String) },
    });
    const [failed] = await deliveriesOf(id);
    expect((await does('sendWebhookAgain', { id: failed.id }, 'delivery { id status attempts }')).delivery).toEqual({
      ...{ id: failed.id, status: 'WAITING', attempts: 0 },
    });
    expect(
      (await does('sendWebhookAgain', { id: `whd_${'0'.repeat(32)}` }, 'delivery { id }')).userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await does('deleteWebhook')).webhook).toEqual({ id });
    expect((await does('deleteWebhook')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { auditLog } = await asAdmin(
      'query ($id: ID!) { auditLog(filter: { target: $id }) { nodes { action actor { username } details } } }',
      { id },
    );
    expect(auditLog.nodes.map(({ action }: { action: string }) => action).toReversed()).toEqual([
      ...['webhook.created', 'webhook.tested', 'webhook.tested', 'webhook.switchedOff', 'webhook.switchedOn'],
      ...['webhook.changed', 'webhook.secretRotated', 'webhook.sentAgain', 'webhook.deleted'],
    ]);
    expect(JSON.stringify(auditLog)).not.toMatch(/whsec_|\/in"/);
  });

  it('is listed with what is known of it', async () => {
    const { webhook } = await create({ variables: { filter: { domains: ['api'] } } });
    const { webhooks } = await asAdmin(
      `{ webhooks { totalCount nodes { id name url format document variables owner { username } isActive failingSince
           deliveries { totalCount } } } }`,
    );
    expect(webhooks).toEqual({
      totalCount: 1,
      nodes: [
        {
          ...{ id: webhook.id, name: 'ours', url: receiver.url, format: 'STANDARD', document, isActive: true },
          ...{ variables: { filter: { domains: ['api'] } }, owner: { username: 'ann' }, failingSince: null },
          deliveries: { totalCount: 0 },
        },
      ],
    });
  });

  it('is refused with what is wrong', async () => {
    const related = (inner: string) => `related(first: 20) { knowledgeUnit: unit { ${inner} } }`;
    const long = `subscription { knowledgeEvents { activity { knowledgeUnit { ${related(related(related('id')))} } } } }`;
    for (const [input, path, message] of [
      [{ name: ' ' }, 'name', 'must not be empty'],
      [{ name: 'n'.repeat(65) }, 'name', 'at most 64 characters, got 65'],
      [{ url: 'ftp://x' }, 'url', 'must be an https URL, got ftp:'],
      [{ url: 'http://10.0.0.1/' }, 'url', 'must not lead to 10.0.0.1'],
      [{ url: 'http://[::ffff:10.0.0.1]/' }, 'url', 'not an address of the public internet'],
      [{ document: null }, 'document', 'must be a subscription'],
      [{ document: '{ viewer { role } }' }, 'document', 'must be one operation, a subscription'],
      [{ document: 'subscription {' }, 'document', 'must be GraphQL: Syntax Error'],
      [{ document: 'subscription { knowledgeEvents { no } }' }, 'document', 'Cannot query field "no"'],
      [
        { document: 'subscription { knowledgeEvents(after: "x") { cursor } }' },
        'document',
        'leave out the argument after',
      ],
      [{ document: long }, 'document', 'at most 5000'],
      [{ variables: { filter: { types: ['NO'] } } }, 'variables', 'do not fit the document'],
      [{ variables: { filter: { knowledgeUnitId: 'no' } } }, 'variables', 'filter.knowledgeUnitId must be the id'],
      [{ format: 'SLACK' }, 'document', 'must be left out'],
    ] as const) {
      const { webhook, userErrors } = await create(input);
      expect(webhook, JSON.stringify(input)).toBeNull();
      expect(userErrors).toEqual([{ code: 'INVALID_INPUT', path: [path], message: expect.stringContaining(message) }]);
    }
  });

  it('is one of twenty', async () => {
    for (let n = 0; n < 20; n++) expect((await create({})).userErrors).toEqual([]);
    expect((await create({})).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
  });

  it('is for administrators', async () => {
    const { webhook } = await create({});
    for (const { token, key } of [server.people.member, server.people.reviewer, server.people.admin])
      for (const credential of [key, ...(token === server.people.admin.token ? [] : [token])]) {
        const { body } = await server.send({ query: '{ webhooks { totalCount } }' }, credential);
        expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
        const node = await server.query('query ($id: ID!) { node(id: $id) { id } }', { id: webhook.id }, credential);
        expect(node).toEqual({ node: null });
      }
  });

  it('posts messages to channels', async () => {
    for (const format of ['SLACK', 'TEAMS']) {
      await create({ format, document: null, url: `${receiver.url}/${format}` });
    }
    const id = await propose('Mind the <gap>');
    await receiver.count(2);
    const byUrl = new Map(receiver.received.map((request) => [request.url, request.body]));
    expect(byUrl.get('/in/SLACK')).toContain('A lesson waits for review\\nMind the &lt;gap&gt;\\napi · by mia');
    expect(JSON.parse(byUrl.get('/in/TEAMS') ?? '').attachments[0].content.body[1].inlines[0].text).toBe(
      'Mind the <gap>',
    );
    // where the page has it
    for (const body of byUrl.values()) expect(body).toContain(`"https://cq.example.com/commons/units/${id}"`);
  });
});

describe('docs/webhooks.md', () => {
  const examples = [...readFileSync('docs/webhooks.md', 'utf8').matchAll(/^```graphql\n([\s\S]*?)^```/gm)];

  it('has examples that work', async () => {
    expect(examples).toHaveLength(2);
    for (const [, example = ''] of examples) {
      const { createWebhook: created } = await asAdmin(example);
      expect(created.userErrors).toEqual([]);
      made.push(created.webhook.id);
    }
  });
});
