import { pageSize, type Task, type Told } from '../../tasks.ts';
import type { Over } from '../contestant.ts';

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

const written = 'knowledgeUnit { id evidence { confidence confirmations } } userErrors { message }';

const documents = {
  search: /* GraphQL */ `
    query Search($domain: String!) {
      search(filter: { domains: [$domain] }, first: ${pageSize}) {
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
  confirm: /* GraphQL */ `
    mutation Confirm($id: ID!) {
      confirmKnowledgeUnit(input: { id: $id }) { ${written} }
    }
  `,
  propose: /* GraphQL */ `
    mutation Propose($proposal: ProposeKnowledgeUnitInput!) {
      proposeKnowledgeUnit(input: $proposal) { ${written} }
    }
  `,
};

/** The server's own schema, also where another server executes it. */
export const graphql: Over = {
  request({ do: kind, ...variables }) {
    return { method: 'POST', path: '/graphql', body: JSON.stringify({ query: documents[kind], variables }) };
  },
  read(task, text) {
    return unitsIn(task, (JSON.parse(text) as { data: Data }).data);
  },
};

interface Edge {
  readonly score: number;
  readonly node: Told;
}

interface Payload {
  readonly knowledgeUnit: Told;
}

interface Data {
  readonly search: { readonly edges: readonly Edge[] };
  readonly nodes: readonly Told[];
  readonly confirmKnowledgeUnit: Payload;
  readonly proposeKnowledgeUnit: Payload;
}

function unitsIn(task: Task, data: Data): readonly Told[] {
  switch (task.do) {
    case 'search':
      return data.search.edges.map(({ score, node }) => ({ ...asStored(node), score }));
    case 'fetch':
      return data.nodes.map(asStored);
    case 'confirm':
      return [data.confirmKnowledgeUnit.knowledgeUnit];
    case 'propose':
      return [data.proposeKnowledgeUnit.knowledgeUnit];
  }
}

/** With what the schema says otherwise than the store: enums, and a pattern that there is none of. */
export const asStored = ({ context, tier, flagCounts, ...unit }: Told): Told => ({
  ...unit,
  ...(context && { context: { ...context, pattern: context.pattern ?? '' } }),
  ...(tier && { tier: tier.toLowerCase() }),
  ...(flagCounts && { flagCounts: flagCounts.map(({ reason, count }) => ({ reason: reason.toLowerCase(), count })) }),
});
