import { graphql } from '../../gql/gql.ts';

export const offerQuery = graphql(`
  query Invitation($token: String!) {
    invitation(token: $token) {
      role
      username
      expiresAt
    }
  }
`);

export const acceptMutation = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      viewer {
        ...Viewer
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);
