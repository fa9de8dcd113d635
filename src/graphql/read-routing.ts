import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { storeForReads } from '../domain/read-routing.ts';
import type { Context } from './context.ts';
import { createLoaders } from './loaders.ts';

/** Yoga plugin: routes queries to a read replica where `storeForReads` allows it. Mutations read from the primary. */
export function useReadReplica(): Plugin<object, object, Context> {
  return {
    async onExecute({ args, extendContext }) {
      if (getOperationAST(args.document, args.operationName)?.operation !== 'query') return;
      const { store, viewer } = args.contextValue as unknown as Context;
      const reading = await storeForReads(store, viewer);
      if (reading === store) return;
      const loaders = createLoaders(reading, viewer.kind === 'anonymous' ? null : viewer.user.username);
      extendContext({ store: reading, loaders } as Partial<Context> as never);
    },
  };
}
