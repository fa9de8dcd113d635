import { maxPageSize } from './page-size.ts';
import { maxSearchResults } from './search.ts';
import type { Resolvers } from './types.generated.ts';

/** Resolvers of `serverInfo` and `rateLimit` in schema/base.graphql. */
export const serverInfoResolvers = {
  Query: {
    rateLimit: (_root, _args, { budget }) => budget,
    serverInfo: (_root, _args, { settings }) => settings,
    serverState: (_root, _args, { settings }) => settings.state,
  },
  ServerState: {
    databaseVersion: (_state, _args, { store }) => store.engineVersion(),
    replicas: (_state, _args, { store }) => [...store.replicas],
    settings: ({ settings: { plain, secret } }) =>
      [
        ...Object.entries(plain).map(([name, value]) => ({ name, value })),
        ...Object.keys(secret).map((name) => ({ name, value: null })),
      ].sort((one, other) => (one.name < other.name ? -1 : 1)),
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
