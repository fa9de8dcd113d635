import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { createDatabase, withVectors } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';
import { type EmbeddingServer, serverModel, vectorFor } from './openai-server.ts';

/** A database for semantic search, with the variables that configure it. */
export interface TestDatabase extends AsyncDisposable {
  readonly environment: Record<string, string>;
}

const databases = [
  {
    name: 'SQLite',
    options: {},
    async open(): Promise<TestDatabase> {
      const folder = temporaryFolder();
      return {
        environment: { CQ_DB_PATH: folder.file('cq.db') },
        [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
      };
    },
  },
  {
    name: 'PostgreSQL',
    options: await withVectors(),
    async open(): Promise<TestDatabase> {
      const database = await createDatabase();
      return {
        // secrets cannot be kept beside a database of many processes
        environment: {
          CQ_DATABASE_URL: database.url,
          CQ_JWT_SECRET: 's'.repeat(32),
          CQ_API_KEY_PEPPER: 'p'.repeat(32),
        },
        [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
      };
    },
  },
];

/** A suite on each of the two databases; on PostgreSQL where it has pgvector. */
export function onBoth(title: string, cases: (database: (typeof databases)[number]) => void) {
  for (const database of databases) describe(`${title}, on ${database.name}`, database.options, () => cases(database));
}

/** The variables that configure the embedding server as the provider. */
export const embedding = ({ origin }: EmbeddingServer, changes: Record<string, string> = {}) => ({
  CQ_EMBEDDING_PROVIDER: 'openai',
  CQ_EMBEDDING_URL: `${origin}/v1`,
  CQ_EMBEDDING_MODEL: serverModel,
  // long, since other tests keep the machine busy
  CQ_EMBEDDING_QUERY_TIMEOUT_MS: '60000',
  ...changes,
});

const topics = [/cats?\b|feline|kitten/i, /\bcars?\b|automobile|vehicle/i, /bread|loaf|baking/i];

/** A vector by topic: texts about the same topic have nearly the same vector, other texts a random one. */
export function byTopic(text: string, size: number): number[] {
  const noise = vectorFor(text, size);
  const topic = topics.findIndex((pattern) => pattern.test(text));
  return noise.map((value, at) => (topic === -1 ? value : at === topic ? 10 : value / 50));
}

/** Polls until an answer passes; resolves with it. */
export async function until<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    await delay(50);
  }
}
