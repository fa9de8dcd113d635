import { createServer } from 'node:http';
import type { Contestant } from './contestant.ts';
import { listening } from './listening.ts';
import { memoryResolvers } from './memory.ts';
import { graphql } from './over/graphql.ts';

/** Yoga as it comes: what HTTP and GraphQL cost with nothing behind them. */
export const yoga: Contestant = {
  name: 'yoga',
  database: null,
  over: graphql,
  async serve({ sdl, memory }) {
    const { createSchema, createYoga } = await import('graphql-yoga');
    const yoga = createYoga({ schema: createSchema({ typeDefs: sdl, resolvers: memoryResolvers(memory) }) });
    return await listening(createServer(yoga));
  },
};
