import { graphql } from '../gql/gql.ts';

/** What waits, what happened last, and the place behind it, from which the stream goes on. */
export const pulseQuery = graphql(`
  query Pulse {
    eventCursor
    reviewQueue(first: 1) {
      totalCount
    }
    suggestionQueue(first: 1) {
      totalCount
    }
    attention(first: 1, reasons: [FLAGGED, UNCONFIRMED, SUPERSEDED_IN_USE]) {
      totalCount
    }
    nearRepeats(first: 1) {
      totalCount
    }
    stats {
      recentActivity(first: 20) {
        ...LiveEvent
      }
    }
  }
`);

/** What happens, as it happens. */
export const happensSubscription = graphql(`
  subscription Happens($after: String) {
    knowledgeEvents(after: $after) {
      cursor
      activity {
        ...LiveEvent
      }
    }
  }
`);

/** The decisions in it find their way into the cache by themselves. */
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
