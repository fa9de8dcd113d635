import { createApiKey, createUser } from '../../src/domain/account.ts';
import { openStore } from '../../src/store/open.ts';
import { aUnit, type UnitChanges } from '../harness.ts';
import { configOf } from '../postgres/databases.ts';

const secrets = { jwtSecret: 'j'.repeat(32), apiKeyPepper: 'p'.repeat(32) };

/** A database with somebody in it, for servers that are processes of their own. */
export interface Commons {
  readonly environment: Record<string, string>;
  /** The key of a member called mia. */
  readonly key: string;
  readonly unitId: string;
}

/** Brings the database up to date, and puts a member and an approved unit there. */
export async function foundCommons(url: string, changes: UnitChanges = {}): Promise<Commons> {
  const store = await openStore(configOf(url), { migrate: true });
  try {
    const user = await createUser(store, { username: 'mia', password: 'a long password', role: 'member' });
    const { secret } = await createApiKey(store, secrets, user, { name: 'test', ttl: '1d' });
    const unit = aUnit(changes);
    await store.units.restore(unit, []);
    return { environment: environmentOf(url), key: secret, unitId: unit.id };
  } finally {
    await store.close();
  }
}

export const environmentOf = (url: string): Record<string, string> => ({
  CQ_DATABASE_URL: url,
  CQ_JWT_SECRET: secrets.jwtSecret,
  CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
  CQ_RATE_LIMIT: '0',
});

/** Asks again and again until the answer is as it should be; gives up in time for the test to say so. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still, after ten minutes: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface Outcome {
  readonly status: number;
  /** The codes of the errors, if there are any. */
  readonly codes: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly data: any;
}

/** Sends an operation. Rejects when the server has not answered long after it should have. */
export async function send(url: string, query: string, variables: object = {}, credential?: string): Promise<Outcome> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors = [] } = await response.json();
  const codes = errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
  return { status: response.status, codes, data };
}

/** What is answered while the database is away. */
export const unavailable = { status: 503, codes: ['SERVICE_UNAVAILABLE'] };

export const statusOf = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(30_000) })).status;

export const operations = {
  read: 'query ($id: ID!) { knowledgeUnit(id: $id) { id } }',
  search: '{ search(text: "lesson") { edges { score } } }',
  confirm: 'mutation ($id: ID!) { confirmKnowledgeUnit(input: { id: $id }) { knowledgeUnit { id } } }',
  propose: `mutation ($detail: String!) {
    proposeKnowledgeUnit(input: { domains: ["a"], insight: { summary: "s", detail: $detail, action: "" } }) {
      knowledgeUnit { id }
    }
  }`,
  nodes: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
};

/** Asks for units, and answers with the ids of those that are there. */
export async function present(url: string, ids: readonly string[], credential: string): Promise<string[]> {
  const found: string[] = [];
  for (let start = 0; start < ids.length; start += 50) {
    const { data } = await send(url, operations.nodes, { ids: ids.slice(start, start + 50) }, credential);
    found.push(...data.nodes.flatMap((node: { id: string } | null) => (node ? [node.id] : [])));
  }
  return found;
}
