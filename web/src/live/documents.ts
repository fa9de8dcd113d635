import { graphql } from '../gql/gql.ts';

/** What a reviewer's page follows: what waits, and what happened last. The decisions in it find their way into the cache by themselves. */
export const pulseQuery = graphql(`
  query Pulse {
    reviewQueue(first: 1) {
      totalCount
    }
    suggestionQueue(first: 1) {
      totalCount
    }
    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {
      totalCount
    }
    stats {
      recentActivity(first: 20) {
        ...LiveEvent
      }
    }
  }
`);

export const liveEventFragment = graphql(`
  fragment LiveEvent on Activity {
    id
    type
    at
    actor {
      id
      username
    }
    knowledgeUnit {
      id
      status
      version
      insight {
        summary
      }
      review {
        status
        reviewedAt
        reviewedBy {
          id
          username
        }
      }
    }
  }
`);
