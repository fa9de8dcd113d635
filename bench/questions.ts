import type { Store } from '../src/store/store.ts';
import type { Kind } from './protocol.ts';

/** What the contestants are asked: a few requests that are sent in turn, so that no single answer is all that is measured. */
export interface Question {
  readonly name: string;
  readonly kind: 'search' | 'fetch';
  /** Domains to search for, or ids to fetch, of each request. */
  readonly terms: readonly (readonly string[])[];
}

const unitFields = /* GraphQL */ `
  fragment Lesson on KnowledgeUnit {
    id
    domains
    insight { summary detail action }
    context { languages frameworks pattern }
    evidence { confidence confirmations lastConfirmedAt }
    tier
    createdAt
    flagCounts { reason count }
  }
`;

const documents = {
  search: /* GraphQL */ `
    query Search($domains: [String!]!) {
      search(filter: { domains: $domains }, first: 5) {
        edges { score node { ...Lesson } }
        pageInfo { hasNextPage endCursor }
        notices { code message }
      }
    }
    ${unitFields}
  `,
  fetch: /* GraphQL */ `
    query Fetch($ids: [ID!]!) {
      nodes(ids: $ids) { ...Lesson }
    }
    ${unitFields}
  `,
};

/** The bodies that ask a question over HTTP, one for each of its terms: of a server over GraphQL, unless it is asked over MCP. */
export function bodiesOf({ kind, terms }: Question, over: 'graphql' | 'mcp' = 'graphql'): string[] {
  if (over === 'mcp') return terms.map((domains) => JSON.stringify(toolCall(domains)));
  const query = documents[kind];
  return terms.map((term) =>
    JSON.stringify({ query, variables: kind === 'search' ? { domains: term } : { ids: term } }),
  );
}

/** A search by MCP's tool, of which every unit is to come whole, as over GraphQL. */
const toolCall = (domains: readonly string[]) => ({
  ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
  params: { name: 'query', arguments: { domains, limit: pageSize, whole: pageSize, max_bytes: 200_000 } },
});

/** Whether a question can be asked of a contestant: MCP has no tool for units by id. */
export const canAsk = (contestant: Kind, { kind }: Question): boolean => contestant !== 'mcp' || kind === 'search';

const pageSize = 5;
const variety = 10;

/**
 * Searches for the commonest tag, for tags on one unit in a hundred and for tags on about as many as fit the answer;
 * and fetches of units by id.
 */
export async function chooseQuestions(store: Store): Promise<Question[]> {
  const tags = await store.stats.domainCounts(100_000);
  const approved = (await store.stats.statusCounts()).approved ?? 0;
  const nearest = (count: number) =>
    [...tags].sort((one, other) => Math.abs(one.count - count) - Math.abs(other.count - count)).slice(0, variety);
  const searchFor = (name: string, chosen: readonly { domain: string; count: number }[]): Question => {
    const counts = chosen.map(({ count }) => count);
    const range = [...new Set([Math.min(...counts), Math.max(...counts)])].map((count) => count.toLocaleString('en'));
    return { name: `${name} (${range.join('–')} units)`, kind: 'search', terms: chosen.map(({ domain }) => [domain]) };
  };
  const { items } = await store.units.list(
    { statuses: ['approved'] },
    { field: 'createdAt', direction: 'desc' },
    { limit: pageSize * variety },
  );
  const ids = items.map(({ id }) => id);
  const fives = Array.from({ length: variety }, (_five, place) => ids.slice(place * pageSize, (place + 1) * pageSize));
  return [
    searchFor('search, head tag', tags.slice(0, 1)),
    searchFor('search, middle tags', nearest(approved / 100)),
    searchFor('search, rare tags', nearest(pageSize + 1)),
    { name: 'five units by id', kind: 'fetch', terms: fives },
  ];
}
