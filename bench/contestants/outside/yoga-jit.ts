import { createServer } from 'node:http';
import type { Contestant } from '../contestant.ts';
import { listening } from '../listening.ts';
import { memoryResolvers } from '../memory.ts';
import { graphql } from '../over/graphql.ts';

/** Yoga with the plugin that has graphql-jit compile operations. */
export const yogaJit: Contestant = {
  name: 'yoga-jit',
  database: null,
  over: graphql,
  outside: true,
  async serve({ sdl, memory }) {
    const { createSchema, createYoga } = await import('graphql-yoga');
    const { useGraphQlJit } = await import('@envelop/graphql-jit');
    const yoga = createYoga({
      schema: createSchema({ typeDefs: sdl, resolvers: memoryResolvers(memory) }),
      plugins: [useGraphQlJit()],
    });
    return await listening(createServer(yoga));
  },
};
