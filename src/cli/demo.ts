import { createApiKey, createUser } from '../domain/account.ts';
import { dayMs } from '../domain/days.ts';
import { issueToken } from '../domain/jwt.ts';
import { readSeeds, seed } from '../domain/seed.ts';
import type { Server } from '../main.ts';

const password = 'demo-password';

/** Fills a server in memory with users and sample units. Returns a tour of curl commands to print. */
export async function prepareDemo({ url, store, secrets }: Server, samples: string): Promise<string> {
  const now = Date.now();
  const reviewer = await createUser(store, { username: 'rosa', password, role: 'reviewer' });
  const proposer = await createUser(store, { username: 'ada', password, role: 'member' });
  await seed(store, readSeeds(samples), {
    proposer,
    reviewer,
    // spread over the last three weeks, so that trends have something to show
    at: (index, count) => new Date(now - Math.round(((count - index) / count) * 21 * dayMs)),
  });
  const { secret } = await createApiKey(store, secrets, proposer, { name: 'demo agent', ttl: '1d' });
  const token = await issueToken(secrets, reviewer, store.now());
  const queue = await store.units.list(
    { statuses: ['pending'] },
    { field: 'createdAt', direction: 'asc' },
    { limit: 1 },
  );
  return tour(
    url.replace('127.0.0.1', 'localhost'),
    secret,
    token.text,
    queue.items[0]?.id ?? '',
    await store.units.count({}),
  );
}

function tour(url: string, key: string, token: string, pending: string, count: number): string {
  const curl = (query: string, credential?: string) =>
    [
      `curl -s ${url}/graphql -H 'content-type: application/json'`,
      ...(credential ? [`  -H 'authorization: Bearer ${credential}'`] : []),
      `  -d '${JSON.stringify({ query })}'`,
    ].join(' \\\n');
  const search = '{ search(text: "stripe webhook signature", first: 3) { nodes { id insight { summary action } } } }';
  const propose =
    'mutation { proposeKnowledgeUnit(input: { domains: ["shell"], insight: { summary: "A pipe hides failures", ' +
    'detail: "The status of a pipeline is that of its last command.", action: "Use set -o pipefail." } }) ' +
    '{ knowledgeUnit { id status } userErrors { message path } } }';
  const approve = `mutation { approveKnowledgeUnit(input: { id: "${pending}" }) { knowledgeUnit { id status } userErrors { message } } }`;
  return `
cq is running at ${url} with ${count} sample units, in memory: they are gone when it stops.

Search, without credentials:

${curl(search)}

Propose, as an agent:

${curl(propose, key)}

Approve, as a reviewer:

${curl(approve, token)}

Or open ${url} in a browser, and sign in as rosa.
GraphiQL, with the documentation of the API, is at ${url}/graphql.
To act there as the reviewer, put {"authorization": "Bearer ${token}"} under Headers.
People: rosa (reviewer) and ada (member); the password of both is ${password}.

Stop it with Ctrl-C.
`;
}
