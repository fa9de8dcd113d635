import { auditServer } from 'graphql-http';
import { expect, it } from 'vitest';
import { startServer } from '../harness.ts';

it('passes all 61 audits of GraphQL over HTTP', async () => {
  await using server = await startServer();
  const results = await auditServer({ url: `${server.url}/graphql`, fetchFn: fetch });
  const failed = results
    .filter(({ status }) => status !== 'ok')
    .map(({ id, name, status }) => `${status} ${id} ${name}`);
  expect(failed).toEqual([]);
  expect(results).toHaveLength(61);
});
