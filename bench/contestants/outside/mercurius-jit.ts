import type { Contestant } from '../contestant.ts';
import { memoryResolvers } from '../memory.ts';
import { graphql } from '../over/graphql.ts';

/** Mercurius on Fastify, which compiles an operation by graphql-jit from its second execution on. */
export const mercuriusJit: Contestant = {
  name: 'mercurius-jit',
  database: null,
  over: graphql,
  outside: true,
  async serve({ sdl, memory }) {
    const { default: Fastify } = await import('fastify');
    const { default: mercurius } = await import('mercurius');
    const app = Fastify();
    await app.register(mercurius, { schema: sdl, resolvers: memoryResolvers(memory), jit: 1 });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url, stop: () => app.close() };
  },
};
