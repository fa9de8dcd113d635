import type { CacheExchangeOpts } from '@urql/exchange-graphcache';

/** An object without an id is kept within the one that has it, whatever its type. */
const keyOf = ({ id }: { readonly id?: unknown }): string | null => (typeof id === 'string' ? id : null);

export const cacheConfig: Partial<CacheExchangeOpts> = {
  // for every type of the schema, so that none has to be listed
  keys: new Proxy({}, { get: () => keyOf }),
  possibleTypes: {
    Node: [
      'Activity',
      'ApiKey',
      'Flag',
      'Invitation',
      'KnowledgeUnit',
      'QuarantinedRow',
      'Session',
      'Suggestion',
      'User',
      'Webhook',
      'WebhookDelivery',
    ],
    UserError: [
      'AlreadyReviewedError',
      'DuplicateError',
      'InputError',
      'LimitReachedError',
      'NotFoundError',
      'SecretError',
      'StaleVersionError',
      'SuggestionDecidedError',
      'WrongStatusError',
    ],
  },
};
