// Compiled and run where the package is installed, as a project that tests itself with it.
import { startTestServer, type TestUnit } from 'cq-server/testing';

const unit: TestUnit = {
  domains: ['ci'],
  insight: { summary: 'Pin the runner', detail: 'It moved.', action: 'Pin it.' },
};

await using server = await startTestServer({ users: { ada: {}, rosa: { role: 'REVIEWER' } }, units: [unit] });
const response = await fetch(`${server.url}/graphql?query={viewer{scopes}}`, {
  headers: { authorization: `Bearer ${server.users.rosa.token}` },
});
const { data } = (await response.json()) as { data: { viewer: { scopes: string[] } } };

await using standard = await startTestServer();
// @ts-expect-error: nobody of this name was asked for
const nobody: undefined = standard.users.rosa;

console.log(JSON.stringify({ scopes: data.viewer.scopes, units: server.unitIds.length, nobody: nobody ?? null }));
