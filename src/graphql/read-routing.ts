import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { storeForReads } from '../domain/read-routing.ts';
import type { Context } from './context.ts';
import { createLoaders } from './loaders.ts';
import { rootSelection } from './selects.ts';

/**
 * Yoga plugin: routes queries to a read replica where `storeForReads` allows it. Mutations read from the primary. So do queries for a cursor, which
 * is read before all else: what is not in the rest of the answer yet must come behind it.
 */
export function useReadReplica(): Plugin<object, object, Context> {
  return {
    async onExecute({ args, extendContext }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation?.operation !== 'query') return;
      const { store, viewer } = args.contextValue as unknown as Context;
      const asksFor = rootSelection(args.document, operation);
      const [events, audit] = [asksFor('eventCursor'), asksFor('auditCursor')];
      if (events || audit) {
        const places = {
          events: events && (await store.events.log.end()),
          audit: audit && (await store.audit.log.end()),
        };
        return extendContext({ places } as Partial<Context> as never);
      }
      const reading = await storeForReads(store, viewer);
      if (reading === store) return;
      const loaders = createLoaders(reading, viewer.kind === 'anonymous' ? null : viewer.user.username);
      extendContext({ store: reading, loaders } as Partial<Context> as never);
    },
  };
}
