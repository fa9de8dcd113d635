import { graphql } from '../../gql/gql.ts';

graphql(`
  fragment Person on User {
    id
    username
    role
    createdAt
    lastUsedAt
    suspendedAt
    suspensionReason
    closedAt
  }
`);

export const peopleQuery = graphql(`
  query People($first: Int!, $after: String) {
    users(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...Person
      }
    }
  }
`);

export const allKeysQuery = graphql(`
  query EverybodysKeys($first: Int!, $after: String) {
    users(first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        username
        apiKeys(first: 20) {
          nodes {
            ...Key
          }
        }
      }
    }
  }
`);

export const createUserMutation = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    result: createUser(input: $input) {
      user {
        ...Person
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const roleMutation = graphql(`
  mutation SetRole($input: SetUserRoleInput!) {
    result: setUserRole(input: $input) {
      user {
        ...Person
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const setPasswordMutation = graphql(`
  mutation SetPassword($input: SetUserPasswordInput!) {
    result: setUserPassword(input: $input) {
      user {
        ...Person
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const suspendMutation = graphql(`
  mutation Suspend($input: SuspendUserInput!) {
    result: suspendUser(input: $input) {
      user {
        ...Person
      }
      rejected
      retired
      hasMore
      userErrors {
        message
        path
      }
    }
  }
`);

export const reinstateUserMutation = graphql(`
  mutation ReinstateUser($input: ReinstateUserInput!) {
    result: reinstateUser(input: $input) {
      user {
        ...Person
      }
      hasMore
      userErrors {
        message
        path
      }
    }
  }
`);

export const closeMutation = graphql(`
  mutation CloseUser($id: ID!) {
    result: closeUser(input: { id: $id }) {
      user {
        ...Person
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const reopenUserMutation = graphql(`
  mutation ReopenUser($id: ID!) {
    result: reopenUser(input: { id: $id }) {
      user {
        ...Person
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const endSessionsMutation = graphql(`
  mutation EndUserSessions($id: ID!) {
    result: endUserSessions(input: { id: $id }) {
      ended
      userErrors {
        message
        path
      }
    }
  }
`);

export const auditQuery = graphql(`
  query AuditLog($filter: AuditFilter, $first: Int!, $after: String) {
    auditCursor
    auditLog(filter: $filter, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        at
        action
        actorKind
        target
        address
        details
        count
        lastAt
        keyId
        actor {
          id
          username
        }
        targetUser {
          id
          username
        }
      }
    }
  }
`);

export const auditLoggedSubscription = graphql(`
  subscription AuditLogged($after: String) {
    auditLogged(after: $after) {
      cursor
      entry {
        id
        action
        target
      }
    }
  }
`);

export const serverQuery = graphql(`
  query Server {
    serverState {
      databaseEngine
      database
      databaseVersion
      replicas {
        name
        problem
        lagMs
      }
      settings {
        name
        value
      }
    }
    serverInfo {
      version
      nodeName
      maxPageSize
      maxSearchResults
      maxQueryCost
      publicRead
      searchModes
      vectorEngine
      embeddingModel
    }
    embeddingStatus {
      vectorEngine
      problem
      models {
        provider
        name
        dimensions
        state
        done
        waiting
        parked
        lastError
        indexProblem
        parkedUnits(first: 20) {
          attempts
          lastError
          unit {
            id
            insight {
              summary
            }
          }
        }
      }
    }
  }
`);

export const retryMutation = graphql(`
  mutation RetryEmbeddings($input: RetryEmbeddingsInput!) {
    result: retryEmbeddings(input: $input) {
      retried
      userErrors {
        message
        path
      }
    }
  }
`);

export const unitErasuresQuery = graphql(`
  query UnitErasures($first: Int!, $after: String) {
    erasures(first: $first, after: $after) {
      nodes {
        unitId
        erasedAt
        reason
        status
        waitsFor
        erasedBy {
          id
          username
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const userErasuresQuery = graphql(`
  query UserErasures($first: Int!, $after: String) {
    userErasures(first: $first, after: $after) {
      nodes {
        userId
        placeholder
        erasedAt
        reason
        status
        waitsFor
        erasedBy {
          id
          username
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const eraseUserMutation = graphql(`
  mutation EraseUser($input: EraseUserInput!) {
    result: eraseUser(input: $input) {
      erasure {
        userId
        status
      }
      backups {
        kind
        place
        madeAt
      }
      userErrors {
        message
        path
      }
    }
  }
`);
