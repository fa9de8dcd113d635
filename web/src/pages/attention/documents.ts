import { graphql } from '../../gql/gql.ts';

export const attentionCountsQuery = graphql(`
  query AttentionCounts {
    flagged: attention(first: 1, reasons: [FLAGGED]) {
      totalCount
    }
    unconfirmed: attention(first: 1, reasons: [UNCONFIRMED]) {
      totalCount
    }
    superseded: attention(first: 1, reasons: [SUPERSEDED_IN_USE]) {
      totalCount
    }
    held: attention(first: 1, reasons: [HELD]) {
      totalCount
    }
    nearRepeats(first: 1) {
      totalCount
    }
  }
`);

export const attentionQuery = graphql(`
  query AttentionUnits($reasons: [AttentionReason!], $first: Int!, $after: String) {
    attention(reasons: $reasons, first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        domains
        createdAt
        insight {
          summary
        }
        evidence {
          confidence
          lastConfirmedAt
        }
        flagCounts {
          reason
          count
        }
        flags(first: 1) {
          nodes {
            id
            detail
          }
        }
        usage {
          requests
          lastRequestedAt
        }
        supersededBy {
          id
        }
        heldSecrets {
          kind
        }
      }
    }
  }
`);

export const nearRepeatsQuery = graphql(`
  query NearRepeatPairs($first: Int!, $after: String) {
    nearRepeats(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        basis
        similarity
        unit {
          ...Near
          createdAt
        }
        other {
          ...Near
          createdAt
        }
      }
    }
  }
`);

export const dismissNearRepeatMutation = graphql(`
  mutation DismissRepeat($id: ID!) {
    result: dismissNearRepeat(input: { id: $id }) {
      id
      userErrors {
        ...Refusal
      }
    }
  }
`);
