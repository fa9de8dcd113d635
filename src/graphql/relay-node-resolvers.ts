import { BadUserInputError } from '../errors.ts';
import { maxPageSize } from './page-size.ts';
import { findNode } from './relay-node.ts';
import type { Resolvers } from './types.generated.ts';

/** Resolvers of `node`, `nodes` and the interface `Node` in schema/base.graphql. */
export const nodeResolvers = {
  Query: {
    node: (_root, { id }, context) => findNode(id, context),
    nodes: (_root, { ids }, context) => {
      if (ids.length > maxPageSize)
        throw new BadUserInputError(`ids must have at most ${maxPageSize} items, got ${ids.length}.`);
      return Promise.all(ids.map((id) => findNode(id, context)));
    },
  },
  Node: { __resolveType: (node) => node.__typename ?? null },
} satisfies Resolvers;
