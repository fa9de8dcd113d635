import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { run, startProcess, temporaryFolder } from '../process.ts';
import { eventually, operations, send, statusOf } from './commons.ts';

it('a SQLite file that another process keeps locked fails all writers at their own deadlines, and no reader', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_RATE_LIMIT: '0' };
  await run(['user', 'add', 'mia', '--password-stdin'], environment, 'a long password');
  const key = (await run(['api-key', 'create', '--user', 'mia', '--name', 'k'], environment)).stdout.trim();
  const server = await startProcess(environment);
  const other = new BetterSqlite(environment.CQ_DB_PATH);
  other.exec('begin immediate');

  const propose = async () => {
    const variables = { detail: 'while it is locked' };
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: operations.propose, variables }),
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), at: Date.now() };
  };
  let answered = 0;
  const writing = Promise.all(
    Array.from({ length: 10 }, async () => {
      const outcome = await propose();
      answered++;
      return outcome;
    }),
  );
  // reads go on all the time, those with a key too, whose use is noted
  let reads = 0;
  for (; answered === 0; reads++) {
    expect(await send(server.url, operations.search, {}, key)).toMatchObject({ status: 200, codes: [] });
    expect(await statusOf(`${server.url}/readyz`)).toBe(200);
    await delay(1);
  }
  expect(reads).toBeGreaterThan(3);
  const outcomes = await writing;
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 503, retryAfter: '5' });
  // one after the other, the last one would have waited 45 s longer than the first
  const times = outcomes.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(5000);

  other.exec('rollback');
  expect(await propose()).toMatchObject({ status: 200 });
  const lastUsed = () => other.prepare('select last_used_at from api_keys').pluck().get();
  expect(lastUsed()).toBeNull();
  expect((await server.stop()).code).toBe(0);
  expect(
    await eventually(
      async () => lastUsed(),
      (at) => at !== null,
    ),
  ).toEqual(expect.any(String));
  other.close();
});
