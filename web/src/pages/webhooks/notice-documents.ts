import { graphql } from '../../gql/gql.ts';

export const switchedOffQuery = graphql(`
  query WebhooksSwitchedOff {
    webhooks(first: 20) {
      nodes {
        id
        name
        isActive
        offReason
      }
    }
  }
`);
