import { BadUserInputError } from '../errors.ts';
import { maxPageSize } from './page-size.ts';
import { findNode } from './relay-node.ts';
import { maxSearchResults } from './search.ts';
import type { Resolvers } from './types.generated.ts';

/** Resolvers of schema/base.graphql. */
export const baseResolvers = {
  Query: {
    node: (_root, { id }, context) => findNode(id, context),
    nodes: (_root, { ids }, context) => {
      if (ids.length > maxPageSize)
        throw new BadUserInputError(`ids must have at most ${maxPageSize} items, got ${ids.length}.`);
      return Promise.all(ids.map((id) => findNode(id, context)));
    },
    rateLimit: (_root, _args, { budget }) => budget,
    serverInfo: (_root, _args, { settings }) => settings,
  },
  ServerInfo: {
    maxPageSize: () => maxPageSize,
    maxSearchResults: () => maxSearchResults,
    searchModes: (_info, _args, { queryVectors }) =>
      queryVectors.on ? ['keyword', 'semantic', 'hybrid'] : ['keyword'],
    vectorEngine: (_info, _args, { store }) => store.vectorEngine,
    embeddingModel: async (_info, _args, { queryVectors }) => (await queryVectors.model())?.name ?? null,
  },
  Node: { __resolveType: (node) => node.__typename ?? null },
  UserError: { __resolveType: (error) => error.__typename },
} satisfies Resolvers;
