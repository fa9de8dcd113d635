import { secrets } from '../secrets.ts';
import type { Contestant } from './contestant.ts';
import { graphql } from './over/graphql.ts';
import { mcp } from './over/mcp.ts';
import { rest } from './over/rest.ts';

const ways = { graphql, rest, mcp };

const our = (database: 'SQLite' | 'PostgreSQL', way: keyof typeof ways): Contestant => ({
  name: `cq-${database === 'SQLite' ? 'sqlite' : 'postgres'}-${way}`,
  database,
  over: ways[way],
  async serve({ place }) {
    const { readConfig } = await import('../../src/config/config.ts');
    const { createLog } = await import('../../src/log.ts');
    const { serve } = await import('../../src/main.ts');
    const config = readConfig({
      [database === 'SQLite' ? 'CQ_DB_PATH' : 'CQ_DATABASE_URL']: place,
      CQ_PORT: '0',
      CQ_LOG_LEVEL: 'silent',
      CQ_RATE_LIMIT: '0',
      CQ_JWT_SECRET: secrets.jwtSecret,
      CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
    });
    return await serve(config, createLog(config.logLevel));
  },
});

/** This server, without its log and its limit of requests. */
export const ourSqlite = our('SQLite', 'graphql');
export const ourPostgres = our('PostgreSQL', 'graphql');

export const ours: readonly Contestant[] = [
  ourSqlite,
  our('SQLite', 'rest'),
  our('SQLite', 'mcp'),
  ourPostgres,
  our('PostgreSQL', 'rest'),
  our('PostgreSQL', 'mcp'),
];
