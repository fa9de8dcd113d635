import type { WebhookOffReason } from '../../gql/graphql.ts';

/** Why a webhook is off, as the rest of a sentence that begins with it. */
export const reasons: Record<WebhookOffReason, string> = {
  SWITCHED: 'Somebody switched it off.',
  FAILING: 'Every attempt has failed for three days.',
  GONE: 'The receiver answered 410: it wants no more.',
  OWNER: 'Its owner is no active administrator any more. Switched on by you, it is yours.',
  DOCUMENT: 'Its subscription does not fit the schema any more: edit it, then switch it on.',
  BACKLOG: 'More than 10,000 deliveries wait.',
};

export const formats = { STANDARD: 'JSON', SLACK: 'Slack', TEAMS: 'Teams' } as const;
