import { maxPageSize } from './page-size.ts';
import { maxSearchResults } from './search.ts';
import type { Resolvers } from './types.generated.ts';

/** Resolvers of `serverInfo` and `rateLimit` in schema/base.graphql. */
export const serverInfoResolvers = {
  Query: {
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
} satisfies Resolvers;
