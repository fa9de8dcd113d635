import { graphql } from '../../gql/gql.ts';

export const quarantineQuery = graphql(`
  query Quarantine($first: Int!, $after: String) {
    quarantine(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        source
        sourceId
        reason
        at
      }
    }
  }
`);

export const contentQuery = graphql(`
  query QuarantinedContent($id: ID!) {
    node(id: $id) {
      ... on QuarantinedRow {
        id
        content
      }
    }
  }
`);

export const admitMutation = graphql(`
  mutation AdmitQuarantinedRow($input: AdmitQuarantinedRowInput!) {
    result: admitQuarantinedRow(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const discardMutation = graphql(`
  mutation DiscardQuarantinedRow($id: ID!) {
    result: discardQuarantinedRow(input: { id: $id }) {
      row {
        id
      }
      userErrors {
        message
        path
      }
    }
  }
`);
