import { graphql } from '../../gql/gql.ts';

graphql(`
  fragment Webhook on Webhook {
    id
    name
    url
    format
    document
    variables
    createdAt
    isActive
    offSince
    offReason
    failingSince
    previousSecretUntil
    owner {
      id
      username
    }
  }
`);

export const webhooksQuery = graphql(`
  query Webhooks($first: Int!, $after: String) {
    webhooks(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...Webhook
      }
    }
  }
`);

export const webhookQuery = graphql(`
  query OneWebhook($id: ID!) {
    node(id: $id) {
      ... on Webhook {
        ...Webhook
      }
    }
  }
`);

export const deliveriesQuery = graphql(`
  query Deliveries($id: ID!, $status: WebhookDeliveryStatus, $first: Int!, $after: String) {
    node(id: $id) {
      ... on Webhook {
        id
        deliveries(status: $status, first: $first, after: $after) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            type
            createdAt
            status
            attempts
            nextAttemptAt
            attemptedAt
            durationMs
            statusCode
            error
            answer
          }
        }
      }
    }
  }
`);

export const createWebhookMutation = graphql(`
  mutation CreateWebhook($input: CreateWebhookInput!) {
    result: createWebhook(input: $input) {
      webhook {
        ...Webhook
      }
      secret
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const updateWebhookMutation = graphql(`
  mutation UpdateWebhook($input: UpdateWebhookInput!) {
    result: updateWebhook(input: $input) {
      webhook {
        ...Webhook
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const switchOnMutation = graphql(`
  mutation SwitchWebhookOn($id: ID!) {
    result: switchWebhookOn(input: { id: $id }) {
      webhook {
        ...Webhook
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const switchOffMutation = graphql(`
  mutation SwitchWebhookOff($id: ID!) {
    result: switchWebhookOff(input: { id: $id }) {
      webhook {
        ...Webhook
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const rotateMutation = graphql(`
  mutation RotateWebhookSecret($id: ID!) {
    result: rotateWebhookSecret(input: { id: $id }) {
      webhook {
        ...Webhook
      }
      secret
      userErrors {
        message
        path
      }
    }
  }
`);

export const testMutation = graphql(`
  mutation TestWebhook($id: ID!) {
    result: testWebhook(input: { id: $id }) {
      delivery {
        id
        status
        statusCode
        error
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const sendAgainMutation = graphql(`
  mutation SendWebhookAgain($id: ID!) {
    result: sendWebhookAgain(input: { id: $id }) {
      delivery {
        id
        status
      }
      userErrors {
        message
        path
      }
    }
  }
`);

export const deleteWebhookMutation = graphql(`
  mutation DeleteWebhook($id: ID!) {
    result: deleteWebhook(input: { id: $id }) {
      webhook {
        id
      }
      userErrors {
        message
        path
      }
    }
  }
`);
