import { graphql } from '../../gql/gql.ts';

export const invitationsQuery = graphql(`
  query Invitations($first: Int!, $after: String) {
    invitations(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        role
        username
        createdAt
        expiresAt
        invitedBy {
          id
          username
        }
      }
    }
  }
`);

export const inviteMutation = graphql(`
  mutation InviteUser($input: InviteUserInput!) {
    result: inviteUser(input: $input) {
      invitation {
        id
      }
      token
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const revokeInvitationMutation = graphql(`
  mutation RevokeInvitation($id: ID!) {
    result: revokeInvitation(input: { id: $id }) {
      invitation {
        id
      }
      userErrors {
        message
        path
      }
    }
  }
`);
