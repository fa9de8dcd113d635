import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../transport/request.ts';
import type { Context } from './context.ts';

/**
 * Yoga plugin: cancels an operation whose client has disconnected. No further field is started; running resolvers are waited for,
 * so that a client that disconnects again and again cannot have more work running than admission control allows. Hence the
 * executor gets a signal that it can look at between fields, and that never calls listeners.
 */
export function useCancellation(): Plugin<object, RequestContext, Context> {
  return {
    onExecute({ args }) {
      const { signal } = args.contextValue as unknown as RequestContext;
      const withoutListeners = {
        get aborted() {
          return signal.aborted;
        },
        get reason() {
          return signal.reason;
        },
        throwIfAborted: () => signal.throwIfAborted(),
        addEventListener: () => {},
        removeEventListener: () => {},
      };
      Object.assign(args, { signal: withoutListeners });
    },
  };
}
