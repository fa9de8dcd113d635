import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { amendUnit } from '../../src/domain/amendments.ts';
import { decideOverMany } from '../../src/domain/bulk-review.ts';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const policy = { confirmations: 'every', selfReview: true, repeatCheck: false, secretScan: false } as const;

it('a unit that is amended after the filter has let it through is not decided over', async () => {
  const { store, people } = server;
  const [first, second] = [
    await server.unit({ status: 'pending', domains: ['many'] }),
    await server.unit({ status: 'pending', domains: ['many'] }),
  ];
  const author = { kind: 'person', user: people.member.user } as const;
  const { list } = store.units;
  vi.spyOn(store.units, 'list').mockImplementationOnce(async (...asked) => {
    const page = await list(...asked);
    await amendUnit(store, author, { id: second.id, version: 1, domains: ['other'] }, policy);
    return page;
  });
  const request = { decision: 'approve', filter: { domains: ['many'] }, expectedCount: 2 } as const;
  const results = await decideOverMany(store, { kind: 'person', user: people.reviewer.user }, request, policy);
  expect(results).toMatchObject([
    { id: first.id, unit: { status: 'approved' } },
    { id: second.id, error: { problems: [{ path: ['version'], message: expect.stringContaining('version 2') }] } },
  ]);
  expect(await store.units.find(second.id)).toMatchObject({ status: 'pending', domains: ['other'] });
});

it('ends when the client is gone, and lets other requests go on until then', async () => {
  const { store, people } = server;
  const ids: string[] = [];
  for (let count = 0; count < 20; count++) ids.push((await server.unit({ status: 'pending' })).id);
  const client = new AbortController();
  setImmediate(() => setImmediate(() => client.abort()));
  const reviewer = { kind: 'person', user: people.reviewer.user } as const;
  const decided = decideOverMany(store, reviewer, { decision: 'reject', ids }, policy, client.signal);
  await expect(decided).rejects.toThrow('aborted');
  const statuses = (await store.units.findMany(ids)).map((unit) => unit?.status);
  expect(statuses.slice(0, 1)).toEqual(['rejected']);
  expect(statuses.filter((status) => status === 'pending').length).toBeGreaterThan(10);
});
