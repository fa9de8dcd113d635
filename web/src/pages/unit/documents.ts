import { graphql } from '../../gql/gql.ts';

export const unitPageQuery = graphql(`
  query UnitPage($id: ID!, $reviews: Boolean!) {
    knowledgeUnit(id: $id) {
      ...Lesson
      viewerHasConfirmed
      viewerHasFlagged
      review {
        ...Decision
      }
      confidenceHistory {
        at
        confidence
      }
      usage {
        answers
        lastAnsweredAt
        requests
        lastRequestedAt
      }
      supersededBy {
        id
        insight {
          summary
        }
      }
      revisions(first: 50) {
        nodes {
          id
          version
          createdAt
          reason
          author {
            id
            username
          }
          changes {
            field
            before
            after
          }
        }
      }
      withdrawal @include(if: $reviews) {
        withdrawnAt
        reason
        withdrawnBy {
          id
          username
        }
      }
      secretsReleasedBy @include(if: $reviews) {
        id
      }
      heldSecrets @include(if: $reviews) {
        kind
        path
      }
      flags(first: 50) @include(if: $reviews) {
        nodes {
          id
          reason
          detail
          createdAt
          flaggedBy {
            id
            username
          }
          duplicateOf {
            id
            insight {
              summary
            }
          }
        }
      }
      suggestions(first: 20) @include(if: $reviews) {
        nodes {
          id
          createdAt
          author {
            id
            username
          }
        }
      }
      related(first: 5) {
        similarity
        unit {
          id
          status
          insight {
            summary
          }
        }
      }
    }
  }
`);

export const activityQuery = graphql(`
  query UnitActivity($id: ID!, $first: Int!, $after: String) {
    knowledgeUnit(id: $id) {
      id
      activity(first: $first, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          type
          at
          version
          note
          actor {
            id
            username
          }
        }
      }
    }
  }
`);

export const confirmationsQuery = graphql(`
  query UnitConfirmations($id: ID!, $first: Int!, $after: String) {
    knowledgeUnit(id: $id) {
      id
      confirmations(first: $first, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          confirmedAt
          version
          confirmedBy {
            id
            username
          }
        }
      }
    }
  }
`);

export const confirmMutation = graphql(`
  mutation Confirm($id: ID!) {
    result: confirmKnowledgeUnit(input: { id: $id }) {
      knowledgeUnit {
        id
        updatedAt
        viewerHasConfirmed
        confidenceHistory {
          at
          confidence
        }
        evidence {
          confidence
          confirmations
          confirmers
          ownConfirmations
          lastConfirmedAt
        }
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const flagMutation = graphql(`
  mutation Flag($input: FlagKnowledgeUnitInput!) {
    result: flagKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const suggestMutation = graphql(`
  mutation Suggest($input: SuggestRevisionInput!) {
    result: suggestRevision(input: $input) {
      suggestion {
        id
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const reviseMutation = graphql(`
  mutation Revise($input: AmendKnowledgeUnitInput!) {
    result: amendKnowledgeUnit(input: $input) {
      knowledgeUnit {
        ...Lesson
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const retireMutation = graphql(`
  mutation Retire($input: RetireKnowledgeUnitInput!) {
    result: retireKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const reinstateMutation = graphql(`
  mutation Reinstate($input: ReinstateKnowledgeUnitInput!) {
    result: reinstateKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const reopenMutation = graphql(`
  mutation Reopen($input: ReopenKnowledgeUnitInput!) {
    result: reopenKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const supersedeMutation = graphql(`
  mutation Supersede($input: SupersedeKnowledgeUnitInput!) {
    result: supersedeKnowledgeUnit(input: $input) {
      knowledgeUnit {
        id
        status
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);

export const eraseMutation = graphql(`
  mutation EraseUnit($input: EraseKnowledgeUnitInput!) {
    result: eraseKnowledgeUnit(input: $input) {
      erasure {
        status
      }
      userErrors {
        ...Refusal
      }
    }
  }
`);
