import { graphql } from '../../gql/gql.ts';

graphql(`
  fragment QueueUnit on KnowledgeUnit {
    id
    version
    status
    domains
    createdAt
    insight {
      summary
    }
    heldSecrets {
      kind
    }
    secretsReleasedBy {
      id
    }
  }
`);

graphql(`
  fragment QueueSuggestion on Suggestion {
    id
    status
    createdAt
    isOutdated
    knowledgeUnit {
      id
      domains
      insight {
        summary
      }
    }
  }
`);

export const queueQuery = graphql(`
  query ReviewQueue($first: Int!, $after: String) {
    reviewQueue(first: $first, after: $after) {
      totalCount
      nodes {
        ...QueueUnit
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    suggestionQueue(first: 100) {
      totalCount
      nodes {
        ...QueueSuggestion
      }
    }
  }
`);

graphql(`
  fragment ReviewUnit on KnowledgeUnit {
    ...Lesson
    proposedBy {
      ...Proposer
    }
    heldSecrets {
      path
      kind
    }
    secretsReleasedBy {
      id
      username
    }
    review {
      ...Decision
    }
    flags(first: 5) {
      nodes {
        id
        reason
        detail
        createdAt
      }
    }
    duplicates(first: 3) {
      basis
      similarity
      unit {
        ...Near
      }
    }
    related(first: 5) {
      similarity
      unit {
        ...Near
      }
    }
  }
`);

export const unitQuery = graphql(`
  query ReviewUnit($id: ID!) {
    knowledgeUnit(id: $id) {
      ...ReviewUnit
    }
  }
`);

export const suggestionQuery = graphql(`
  query ReviewSuggestion($id: ID!) {
    node(id: $id) {
      ... on Suggestion {
        id
        status
        baseVersion
        isOutdated
        conflicts
        createdAt
        reason
        author {
          ...Proposer
        }
        changes {
          field
          before
          after
        }
        review {
          ...Decision
        }
        knowledgeUnit {
          ...Lesson
        }
      }
    }
  }
`);

export const approveMutation = graphql(`
  mutation Approve($input: ApproveKnowledgeUnitInput!) {
    result: approveKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
        review {
          ...Decision
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const rejectMutation = graphql(`
  mutation Reject($input: RejectKnowledgeUnitInput!) {
    result: rejectKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
        review {
          ...Decision
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const mergeMutation = graphql(`
  mutation Merge($input: MergeKnowledgeUnitInput!) {
    result: mergeKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
        review {
          ...Decision
        }
      }
      successor {
        id
        evidence {
          confidence
          confirmations
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const amendMutation = graphql(`
  mutation Amend($input: AmendKnowledgeUnitInput!) {
    result: amendKnowledgeUnit(input: $input) {
      knowledgeUnit {
        ...Lesson
        heldSecrets {
          path
          kind
        }
        review {
          ...Decision
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const releaseMutation = graphql(`
  mutation Release($input: ReleaseKnowledgeUnitInput!) {
    result: releaseKnowledgeUnit(input: $input) {
      knowledgeUnit {
        ...ReviewUnit
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const approveSuggestionMutation = graphql(`
  mutation ApproveSuggestion($input: ApproveSuggestionInput!) {
    result: approveSuggestion(input: $input) {
      suggestion {
        id
        status
        review {
          ...Decision
        }
      }
      knowledgeUnit {
        ...Lesson
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const rejectSuggestionMutation = graphql(`
  mutation RejectSuggestion($input: RejectSuggestionInput!) {
    result: rejectSuggestion(input: $input) {
      suggestion {
        id
        status
        review {
          ...Decision
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const rebaseMutation = graphql(`
  mutation RebaseSuggestion($input: RebaseSuggestionInput!) {
    result: rebaseSuggestion(input: $input) {
      suggestion {
        id
        baseVersion
        isOutdated
        conflicts
        changes {
          field
          before
          after
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const bulkMutation = graphql(`
  mutation ReviewMany($input: ReviewKnowledgeUnitsInput!) {
    reviewKnowledgeUnits(input: $input) {
      results {
        id
        knowledgeUnit {
          id
          status
          review {
            ...Decision
          }
        }
        userErrors {
          ...Refusal
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);
