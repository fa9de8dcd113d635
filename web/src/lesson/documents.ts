import { graphql } from '../gql/gql.ts';

/** All that a lesson says. */
export const lessonFragment = graphql(`
  fragment Lesson on KnowledgeUnit {
    id
    version
    status
    domains
    tier
    extensions
    createdAt
    updatedAt
    insight {
      summary
      detail
      action
    }
    context {
      languages
      frameworks
      pattern
    }
    evidence {
      confidence
      confirmations
      confirmers
      ownConfirmations
      lastConfirmedAt
    }
    flagCounts {
      reason
      count
    }
    proposedBy {
      id
      username
    }
  }
`);

/** What is decided over a unit or a suggestion. */
export const decisionFragment = graphql(`
  fragment Decision on Review {
    status
    reviewedAt
    note
    reviewedBy {
      id
      username
    }
  }
`);

/** A refusal that the caller can act on, with what is there by now. */
export const refusalFragment = graphql(`
  fragment Refusal on UserError {
    __typename
    code
    message
    path
    ... on AlreadyReviewedError {
      unit {
        id
        status
        version
        review {
          ...Decision
        }
      }
    }
    ... on StaleVersionError {
      currentVersion
      unit {
        id
        version
      }
    }
    ... on SuggestionDecidedError {
      suggestion {
        id
        status
        review {
          ...Decision
        }
      }
    }
    ... on WrongStatusError {
      unit {
        id
        status
      }
    }
  }
`);

/** A unit beside another one, to be compared. */
export const nearFragment = graphql(`
  fragment Near on KnowledgeUnit {
    id
    status
    domains
    insight {
      summary
      detail
      action
    }
    evidence {
      confidence
      confirmations
    }
  }
`);
