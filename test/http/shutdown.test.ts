import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { post, run, startProcess, temporaryFolder } from '../process.ts';

const failedSignIn = 'mutation { signIn(input: { username: "x", password: "y" }) { userErrors { code } } }';

describe('a server that is told to stop', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('by %s finishes what is in flight and exits with 0', async (signal) => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    // a failed sign-in takes its time
    const inFlight = Array.from({ length: 5 }, () => post(server.url, failedSignIn));
    await delay(150);
    const { code } = await server.stop(signal);
    const answers = await Promise.all(inFlight);
    for (const { data } of answers) expect(data.signIn.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }]);
    expect(code).toBe(0);
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
  });

  it('keeps what it has acknowledged when it is killed', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_RATE_LIMIT: '0' };
    const first = await startProcess(environment);
    await run(['user', 'add', 'mia', '--password-stdin'], environment, 'a long password');
    const key = (await run(['api-key', 'create', '--user', 'mia', '--name', 'k'], environment)).stdout.trim();
    const propose = `mutation($n: String!) { proposeKnowledgeUnit(input: { domains: ["a"], insight: { summary: $n, detail: "", action: "" } }) { knowledgeUnit { id } } }`;
    const acknowledged: string[] = [];
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let count = 0; ; count++) {
        const answer = await post(first.url, propose, { n: `${writer} ${count}` }, key).catch(() => null);
        if (!answer) return;
        acknowledged.push(answer.data.proposeKnowledgeUnit.knowledgeUnit.id);
      }
    });
    await delay(400);
    await first.stop('SIGKILL');
    await Promise.all(writers);
    const second = await startProcess(environment);
    const { nodes } = (
      await post(second.url, 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: acknowledged.slice(-100) }, key)
    ).data;
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(nodes.map((node: { id: string } | null) => node?.id)).toEqual(acknowledged.slice(-100));
    await second.stop();
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
