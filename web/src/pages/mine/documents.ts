import { graphql } from '../../gql/gql.ts';

export const proposalsQuery = graphql(`
  query MyProposals($first: Int!, $after: String) {
    eventCursor
    viewer {
      proposals(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          status
          createdAt
          insight {
            summary
          }
          evidence {
            confidence
            confirmations
          }
          usage {
            answers
          }
          review {
            ...Decision
          }
        }
      }
    }
  }
`);

export const proposalDecidedSubscription = graphql(`
  subscription ProposalDecided($after: String) {
    proposalDecided(after: $after) {
      cursor
      activity {
        id
        type
        knowledgeUnit {
          id
          status
          insight {
            summary
          }
          review {
            ...Decision
          }
        }
      }
    }
  }
`);

export const suggestionsQuery = graphql(`
  query MySuggestions {
    viewer {
      suggestions(first: 50) {
        nodes {
          id
          status
          createdAt
          knowledgeUnit {
            id
            insight {
              summary
            }
          }
          review {
            ...Decision
          }
        }
      }
    }
  }
`);

graphql(`
  fragment Key on ApiKey {
    id
    name
    prefix
    access
    domains
    isActive
    createdAt
    expiresAt
    lastUsedAt
    revokedAt
  }
`);

export const keysQuery = graphql(`
  query MyKeys($all: Boolean!) {
    viewer {
      apiKeys(first: 50, includeInactive: $all) {
        nodes {
          ...Key
        }
      }
    }
  }
`);

export const createKeyMutation = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) {
    result: createApiKey(input: $input) {
      secret
      apiKey {
        ...Key
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const revokeKeyMutation = graphql(`
  mutation RevokeKey($id: ID!) {
    result: revokeApiKey(input: { id: $id }) {
      apiKey {
        ...Key
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const sessionsQuery = graphql(`
  query MySessions {
    viewer {
      sessions(first: 100) {
        nodes {
          id
          isCurrent
          createdAt
          lastUsedAt
          expiresAt
          address
          userAgent
        }
      }
    }
  }
`);

export const endSessionMutation = graphql(`
  mutation EndSession($id: ID!) {
    result: endSession(input: { id: $id }) {
      session {
        id
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const endOthersMutation = graphql(`
  mutation EndOtherSessions {
    result: endOtherSessions {
      ended
      userErrors {
        message
        path
      }
    }
  }
`);

export const passwordMutation = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    result: changePassword(input: $input) {
      expiresAt
      userErrors {
        code
        message
        path
      }
    }
  }
`);
