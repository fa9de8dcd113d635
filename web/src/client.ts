import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange } from 'urql';
import { addressOf } from './base.ts';

/** The client of the API. The session is in a cookie, which the server takes only with this header and from its own pages. */
export const client = new Client({
  url: addressOf('graphql'),
  preferGetMethod: false,
  fetchOptions: { credentials: 'same-origin', headers: { 'x-cq-web': '1' } },
  exchanges: [cacheExchange({}), fetchExchange],
});
