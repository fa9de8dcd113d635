import { graphql } from '../../gql/gql.ts';

export const dashboardQuery = graphql(`
  query Dashboard($from: Date!, $reviews: Boolean!) {
    stats {
      totalCount
      computedAt
      statusCounts {
        status
        count
      }
      domainCounts(first: 12) {
        domain
        count
      }
      neverAnsweredCount
      topContributors(first: 8) @include(if: $reviews) {
        approved
        user {
          id
          username
        }
      }
      confidenceHistogram {
        lower
        upper
        count
      }
      trends(from: $from) {
        date
        proposed
        approved
        rejected
      }
      recentActivity(first: 12) @include(if: $reviews) {
        ...LiveEvent
      }
    }
    reviewQueue(first: 1) @include(if: $reviews) {
      totalCount
      nodes {
        id
        createdAt
      }
    }
    suggestionQueue(first: 1) @include(if: $reviews) {
      totalCount
    }
    used: knowledgeUnits(first: 6, orderBy: { field: ANSWERS, direction: DESC }) {
      nodes {
        ...UsedUnit
      }
    }
    unused: knowledgeUnits(first: 6, orderBy: { field: LAST_ANSWERED_AT, direction: ASC }) {
      nodes {
        ...UsedUnit
      }
    }
  }
`);

export const usedFragment = graphql(`
  fragment UsedUnit on KnowledgeUnit {
    id
    insight {
      summary
    }
    usage {
      answers
      lastAnsweredAt
    }
  }
`);
