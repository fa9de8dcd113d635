import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { call } from '../rest/client.ts';

/** A server that works on one request at a time, at three when two take long, and of which one more may wait. */
let server: TestServer;
let gate: PromiseWithResolvers<void>;
const workingAndWaiting = 4;
beforeEach(async () => {
  const one = { CQ_MAX_CONCURRENT_REQUESTS: '1', CQ_MAX_QUEUED_REQUESTS: '1', CQ_QUEUE_TIMEOUT_MS: '600000' };
  server = await startServer(one);
  gate = Promise.withResolvers();
});
afterEach(async () => {
  gate.resolve();
  await server[Symbol.asyncDispose]();
});

const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 300_000 });
const message = expect.stringMatching(/^The server has more to do than it can\./);
const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
const json = { 'content-type': 'application/json' };

const requests: Record<string, () => Promise<Response>> = {
  'GraphQL by POST': () =>
    fetch(`${server.url}/graphql`, { method: 'POST', headers: json, body: '{"query":"{__typename}"}' }),
  'GraphQL by GET': () => fetch(`${server.url}/graphql?query={__typename}`),
  'REST by GET': () => fetch(`${server.url}/api/v1/health`),
  'REST by POST': () => fetch(`${server.url}/api/v1/knowledge`, { method: 'POST', headers: json, body: '{}' }),
  'the description of the node': () => fetch(`${server.url}/.well-known/cq-node.json`),
  MCP: () => fetch(`${server.url}/mcp`, { method: 'POST', headers: json, body: list }),
};

/** Requests that are held up in the store, one more that waits for them, and how many have come as far as the store. */
async function fill() {
  const held = vi.spyOn(server.store.units, 'findMany').mockImplementation(async (ids) => {
    await gate.promise;
    return ids.map(() => null);
  });
  const ask = () => server.query('{ node(id: "ku_00000000000000000000000000000001") { id } }');
  const answers: Promise<unknown>[] = [];
  for (let count = 1; count < workingAndWaiting; count++) {
    answers.push(ask());
    await eventually(() => held.mock.calls.length).toBe(count);
  }
  answers.push(ask());
  await eventually(async () => (await (requests['GraphQL by GET'] as () => Promise<Response>)()).status).toBe(503);
  return { answers, held };
}

describe('a server that has more to do than it can', () => {
  it('answers 503 in the error format of every API, and recovers afterwards', async () => {
    const { answers, held } = await fill();
    for (const [api, send] of Object.entries(requests)) {
      const response = await send();
      expect([api, response.status, response.headers.get('retry-after')]).toEqual([api, 503, '1']);
      const requestId = response.headers.get('x-request-id');
      const body = await response.json();
      if (api.startsWith('GraphQL'))
        expect(body).toEqual({ errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE', requestId } }] });
      else if (api === 'MCP')
        expect(body).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32_603, message } });
      else expect(body).toEqual({ detail: message });
    }
    for (const path of ['/livez', '/readyz', '/schema.graphql'])
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 200]);
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    gate.resolve();
    expect(await Promise.all(answers)).toEqual(answers.map(() => ({ node: null })));
    expect(held).toHaveBeenCalledTimes(workingAndWaiting);
    for (const [api, send] of Object.entries(requests)) expect([api, (await send()).status]).not.toEqual([api, 503]);
  });
});

describe('a client that goes', () => {
  /** Sends a request whose connection can be cut. */
  function send(path: string, credential: string, body: string, method = 'POST') {
    const headers = { ...json, accept: 'application/json', authorization: `Bearer ${credential}` };
    const sent = request(`${server.url}${path}`, { method, headers, agent: false });
    sent.on('error', () => {});
    sent.end(body);
    return sent;
  }

  /** Cuts the connection, and waits until the server has seen it: probes are answered meanwhile. */
  async function cut(sent: ReturnType<typeof send>) {
    const closed = new Promise((resolve) => sent.once('close', resolve));
    sent.destroy();
    await closed;
    for (let count = 0; count < 5; count++) await (await fetch(`${server.url}/livez`)).text();
  }

  async function held() {
    const { id } = await server.unit();
    const { confirm } = server.store.units;
    const confirmed = vi.spyOn(server.store.units, 'confirm').mockImplementation(async (...given) => {
      await gate.promise;
      return confirm.apply(server.store.units, given);
    });
    return { id, confirmed };
  }

  it('has no further field of its operation begun', async () => {
    const { id, confirmed } = await held();
    const counts = vi.spyOn(server.store.flags, 'counts');
    const one = `confirmKnowledgeUnit(input: { id: "${id}" }) { knowledgeUnit { id flagCounts { count } } }`;
    const sent = send(
      '/graphql',
      server.people.member.key,
      JSON.stringify({ query: `mutation { a: ${one} b: ${one} }` }),
    );
    await eventually(() => confirmed.mock.calls.length).toBe(1);
    await cut(sent);
    gate.resolve();
    // which waits for the other, since it is one at a time
    await server.query('{ __typename }');
    expect([confirmed.mock.calls.length, counts.mock.calls.length]).toEqual([1, 0]);
  });

  it('has no further field of a tool begun', async () => {
    await server.unit({ domains: ['cut'] });
    const { search } = server.store.units;
    const searched = vi.spyOn(server.store.units, 'search').mockImplementation(async (...given) => {
      await gate.promise;
      return search.apply(server.store.units, given);
    });
    const counts = vi.spyOn(server.store.flags, 'counts');
    const params = { name: 'query', arguments: { domains: ['cut'] } };
    const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const sent = send('/mcp', server.people.member.key, call);
    await eventually(() => searched.mock.calls.length).toBe(1);
    await cut(sent);
    gate.resolve();
    await server.query('{ __typename }');
    expect([searched.mock.calls.length, counts.mock.calls.length]).toEqual([1, 0]);
    // which are counted for the clients that stay
    await (
      await fetch(`${server.url}/mcp`, { method: 'POST', headers: { ...json, accept: 'application/json' }, body: call })
    ).text();
    expect([searched.mock.calls.length, counts.mock.calls.length]).toEqual([2, 1]);
  });

  it('has its REST request not begun, where it is still being identified', async () => {
    const { findByName } = server.store.users;
    const identified = vi.spyOn(server.store.users, 'findByName').mockImplementation(async (name) => {
      await gate.promise;
      return findByName.call(server.store.users, name);
    });
    const { id } = await server.unit();
    const path = `/api/v1/review/${id}`;
    const sent = send(path, server.people.reviewer.token, '', 'GET');
    const units = vi.spyOn(server.store.units, 'find');
    await eventually(() => identified.mock.calls.length).toBe(1);
    await cut(sent);
    gate.resolve();
    await server.query('{ __typename }');
    expect(units).not.toHaveBeenCalled();
    const stays = await fetch(server.url + path, {
      headers: { authorization: `Bearer ${server.people.reviewer.token}` },
    });
    expect([stays.status, units.mock.calls.length]).toEqual([200, 1]);
  });

  it('gets no response and causes no error, for every API', async () => {
    const { confirmed, id } = await held();
    const sent = send(`/api/v1/knowledge/${id}/confirmations`, server.people.member.key, '');
    await eventually(() => confirmed.mock.calls.length).toBe(1);
    await cut(sent);
    gate.resolve();
    await server.query('{ __typename }');
    // what had begun is done
    expect((await server.store.units.find(id))?.evidence.confirmations).toBe(2);
  });
});

describe('what is thrown outside of a resolver', () => {
  const secret = 'could not open /srv/secret/place.ts';
  const bug = () => {
    throw new TypeError(secret);
  };

  it('is masked by every API', async () => {
    vi.spyOn(server.store.users, 'findByName').mockImplementation(async () => bug());
    const headers = { ...json, authorization: `Bearer ${server.people.member.token}` };
    const answers = [
      await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{"query":"{__typename}"}' }),
      await fetch(`${server.url}/graphql?query={__typename}`, { headers }),
      await fetch(`${server.url}/mcp`, { method: 'POST', headers, body: list }),
      await fetch(`${server.url}/api/v1/users/me`, { headers }),
    ];
    for (const answer of answers) {
      const text = await answer.text();
      expect([answer.url, answer.status]).toEqual([answer.url, 500]);
      expect(answer.headers.get('x-request-id')).toMatch(/./);
      expect(JSON.parse(text)).toBeTypeOf('object');
      expect(text).not.toMatch(/secret|TypeError|\n\s+at /);
    }
  });

  it('in Yoga itself is not for Yoga to answer', async () => {
    // what it makes the URL of a request from
    vi.spyOn(URLSearchParams.prototype, 'get').mockImplementation(bug);
    const { status, body } = await call(server, { path: `//graphql?query={__typename}` });
    vi.restoreAllMocks();
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringMatching(/secret/)]);
    expect(body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });
});
