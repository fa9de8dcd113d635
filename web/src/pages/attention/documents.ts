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
