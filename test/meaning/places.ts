import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { type EmbeddingServer, serverModel, vectorFor } from '../embedding/openai-server.ts';
import { createDatabase, withVectors } from '../postgres/databases.ts';
import { temporaryFolder } from '../process.ts';

/** A database to search by meaning in, as the environment names it. */
export interface Place extends AsyncDisposable {
  readonly environment: Record<string, string>;
}

const places = [
  {
    name: 'SQLite',
    options: {},
    async open(): Promise<Place> {
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
    async open(): Promise<Place> {
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
export function onBoth(title: string, cases: (place: (typeof places)[number]) => void) {
  for (const place of places) describe(`${title}, on ${place.name}`, place.options, () => cases(place));
}

/** The environment that has units embedded by the server. */
export const embedding = ({ origin }: EmbeddingServer, changes: Record<string, string> = {}) => ({
  CQ_EMBEDDING_PROVIDER: 'openai',
  CQ_EMBEDDING_URL: `${origin}/v1`,
  CQ_EMBEDDING_MODEL: serverModel,
  // a machine that is busy with other tests
  CQ_EMBEDDING_QUERY_TIMEOUT_MS: '5000',
  ...changes,
});

const topics = [/cats?\b|feline|kitten/i, /\bcars?\b|automobile|vehicle/i, /bread|loaf|baking/i];

/** Texts about the same have nearly the same vector, whatever their words are; other texts point anywhere. */
export function byTopic(text: string, size: number): number[] {
  const noise = vectorFor(text, size);
  const topic = topics.findIndex((pattern) => pattern.test(text));
  return noise.map((value, at) => (topic === -1 ? value : at === topic ? 10 : value / 50));
}

/** Resolves with the first answer that passes. */
export async function until<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    await delay(50);
  }
}
