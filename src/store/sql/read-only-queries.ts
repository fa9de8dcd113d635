import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  Kysely,
  type QueryResult,
} from 'kysely';
import type { Client } from './queries.ts';

/** What of a dialect turns queries into SQL. */
type Language = Omit<Dialect, 'createDriver'>;

/** Queries for reads alone, each of which `answer` answers as a whole: they have neither connections of their own nor transactions. */
export function readOnlyClient(
  answer: <Row>(query: CompiledQuery<Row>) => Promise<QueryResult<Row>>,
  language: Language,
): Client {
  const connection: DatabaseConnection = {
    executeQuery: <Row>(query: CompiledQuery) => answer(query as CompiledQuery<Row>),
    streamQuery() {
      throw new Error('an answer comes as a whole');
    },
  };
  const createDriver = () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection });
  return new Kysely({ dialect: { ...language, createDriver } });
}
