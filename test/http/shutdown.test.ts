import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { post, run, startProcess, temporaryFolder } from '../process.ts';
import { holdRequest, refused } from './held-request.ts';

// takes its time, as a hash of a password does
const failedSignIn = 'mutation { signIn(input: { username: "x", password: "y" }) { userErrors { code } } }';
const failed = { data: { signIn: { userErrors: [{ code: 'INVALID_CREDENTIALS' }] } } };

describe('a server that is told to stop', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('by %s finishes what is in flight and exits with 0', async (signal) => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    const agent = new Agent({ keepAlive: false });
    const inFlight = await Promise.all(Array.from({ length: 5 }, () => holdRequest(server.url, failedSignIn, agent)));
    server.child.kill(signal);
    await refused(server.url);
    const answers = await Promise.all(inFlight.map((request) => request.finish()));
    expect(answers).toEqual(Array.from({ length: 5 }, () => failed));
    expect((await server.outcome).code).toBe(0);
  });

  it('finishes what waits for its turn, too', async () => {
    using folder = temporaryFolder();
    const one = { CQ_MAX_CONCURRENT_REQUESTS: '1', CQ_MAX_QUEUED_REQUESTS: '50', CQ_QUEUE_TIMEOUT_MS: '600000' };
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db'), ...one });
    const agent = new Agent({ keepAlive: false });
    const inFlight = await Promise.all(Array.from({ length: 8 }, () => holdRequest(server.url, failedSignIn, agent)));
    const answers = Promise.all(inFlight.map((request) => request.finish()));
    server.child.kill('SIGTERM');
    expect(await answers).toEqual(Array.from({ length: 8 }, () => failed));
    expect((await server.outcome).code).toBe(0);
  });

  it('says so at /readyz and takes requests for CQ_SHUTDOWN_DELAY_MS more', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db'), CQ_SHUTDOWN_DELAY_MS: '600000' });
    server.child.kill('SIGTERM');
    let ready: Response;
    do ready = await fetch(`${server.url}/readyz`);
    while (ready.ok);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }]);
    expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await post(server.url, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    const { status, headers } = await fetch(`${server.url}/livez`);
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    // it would take them for minutes; right after the first signal another one counts as the same
    while (server.child.exitCode === null) {
      server.child.kill('SIGTERM');
      await delay(50);
    }
    expect((await server.outcome).code).toBe(1);
  });

  it('ends by itself after CQ_SHUTDOWN_DELAY_MS', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db'), CQ_SHUTDOWN_DELAY_MS: '50' });
    expect((await server.stop()).code).toBe(0);
  });

  it('closes a connection that was kept open as soon as it has its answer', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    const agent = new Agent({ keepAlive: true });
    const first = await holdRequest(server.url, '{ __typename }', agent);
    const second = await holdRequest(server.url, '{ __typename }', agent);
    server.child.kill('SIGTERM');
    await refused(server.url);
    await first.finish();
    await first.closed;
    // if it is closed by the end of the grace period only, so is the connection of the second request
    expect(await second.finish()).toEqual({ data: { __typename: 'Query' } });
    expect((await server.outcome).code).toBe(0);
    agent.destroy();
  });

  it('twice does not wait', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    const agent = new Agent({ keepAlive: true });
    const request = await holdRequest(server.url, '{ __typename }', agent);
    server.child.kill('SIGTERM');
    await refused(server.url);
    // right after the first one it counts as the same
    while (server.child.exitCode === null) {
      server.child.kill('SIGTERM');
      await delay(50);
    }
    expect((await server.outcome).code).toBe(1);
    await expect(request.finish()).rejects.toThrow();
    agent.destroy();
  });

  it('by a kill has kept what it acknowledged', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_RATE_LIMIT: '0' };
    const first = await startProcess(environment);
    await run(['user', 'add', 'mia', '--password-stdin'], environment, 'a long password');
    const key = (await run(['api-key', 'create', '--user', 'mia', '--name', 'k'], environment)).stdout.trim();
    const propose = `mutation($n: String!) { proposeKnowledgeUnit(input: { domains: ["a"], insight: { summary: $n, detail: "", action: "" } }) { knowledgeUnit { id } } }`;
    const acknowledged: string[] = [];
    const enough = Promise.withResolvers<void>();
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let count = 0; ; count++) {
        const answer = await post(first.url, propose, { n: `${writer} ${count}` }, key).catch(() => null);
        if (!answer) return;
        acknowledged.push(answer.data.proposeKnowledgeUnit.knowledgeUnit.id);
        if (acknowledged.length >= 40) enough.resolve();
      }
    });
    await enough.promise;
    await first.stop('SIGKILL');
    await Promise.all(writers);
    const second = await startProcess(environment);
    const last = acknowledged.slice(-100);
    const { data } = await post(second.url, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: last }, key);
    expect(data.nodes).toEqual(last.map((id) => ({ id })));
    expect((await second.stop()).code).toBe(0);
  });
});

it('says in one line that the port is taken', async () => {
  using folder = temporaryFolder();
  const first = await startProcess({ CQ_DB_PATH: folder.file('one.db') });
  const port = new URL(first.url).port;
  const second = await run(['serve'], { CQ_DB_PATH: folder.file('two.db'), CQ_PORT: port });
  expect(second.code).toBe(1);
  expect(second.stderr).toBe(`cq-server: port ${port} is in use: stop what uses it, or set CQ_PORT.\n`);
  await first.stop();
});
