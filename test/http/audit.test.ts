import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

// the address is asked for when an audit runs: at the time they are listed, there is no server yet
const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch });

describe('GraphQL over HTTP, as graphql-http audits it', () => {
  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  it.for(audits.map(({ id, name, fn }) => [id, name, fn] as const))('%s %s', async ([, , fn]) => {
    // a warning fails as well: there is none to be explained
    const { status, reason } = { reason: null, ...(await fn()) };
    expect({ status, reason }).toEqual({ status: 'ok', reason: null });
  });
});
