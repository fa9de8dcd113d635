import { authExchange } from '@urql/exchange-auth';
import { cacheExchange } from '@urql/exchange-graphcache';
import { retryExchange } from '@urql/exchange-retry';
import { Client, type CombinedError, fetchExchange, mapExchange, type OperationResult } from 'urql';
import { signal } from '../design/signal.ts';
import { addressOf } from './base.ts';
import { cacheConfig } from './cache.ts';
import { waitForSignIn } from './gate.ts';
import { pageHeaders } from './post.ts';
import { problemOf } from './problem.ts';

/** Whether the last answer that was waited for did not come. */
export const isOffline = signal(false);

const isSignedOut = (error: CombinedError) => problemOf(error).kind === 'signed-out';

/** Whether a subscription was answered by no stream of events, as by a 503: urql takes that for one that goes on. */
const isRefusal = ({ error }: OperationResult) =>
  error?.response !== undefined && !/\btext\/event-stream\b/.test(error.response.headers.get('content-type') ?? '');

/** In the context of a query that is not sent again where it does not reach the server: whoever asks wants to know. */
export const once = { once: true } as const;

/** What every request of the page has. */
export const pageFetch = { credentials: 'same-origin', headers: pageHeaders } as const;

/**
 * The client of the API. The session is in a cookie. What fails since it has ended waits until somebody has signed in again; queries
 * that do not reach the server are sent until they do.
 */
export const makeClient = (): Client =>
  new Client({
    url: addressOf('graphql'),
    preferGetMethod: false,
    // as server-sent events
    fetchSubscriptions: true,
    fetchOptions: pageFetch,
    exchanges: [
      cacheExchange(cacheConfig),
      authExchange(async () => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: isSignedOut,
        refreshAuth: waitForSignIn,
      })),
      retryExchange({
        initialDelayMs: 1000,
        maxDelayMs: 15_000,
        maxNumberAttempts: Number.POSITIVE_INFINITY,
        retryIf: (error, { kind, context }) =>
          kind === 'query' && !(context as Partial<typeof once>).once && problemOf(error).kind === 'network',
      }),
      mapExchange({
        onResult: (result) => {
          const { error, operation } = result;
          // streams are cut for many reasons, and opened again
          if (operation.kind === 'subscription') return isRefusal(result) ? { ...result, hasNext: false } : result;
          isOffline.set(error !== undefined && problemOf(error).kind === 'network');
          return result;
        },
      }),
      fetchExchange,
    ],
  });

/** The client of whoever is signed in; another person gets another one, with an empty cache. */
export const activeClient = signal(makeClient());
