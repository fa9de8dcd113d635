import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  DummyDriver,
  Kysely,
  type QueryResult,
} from 'kysely';
import type { Client } from './queries.ts';

/** The part of a Kysely dialect that compiles queries to SQL. */
type QueryLanguage = Omit<Dialect, 'createDriver'>;

/** A Kysely client for reads whose queries `answer` executes; it has no connections and no transactions. */
export function readOnlyClient(
  answer: <Row>(query: CompiledQuery<Row>) => Promise<QueryResult<Row>>,
  language: QueryLanguage,
): Client {
  const connection: DatabaseConnection = {
    executeQuery: <Row>(query: CompiledQuery) => answer(query as CompiledQuery<Row>),
    streamQuery() {
      throw new Error('results are not streamed');
    },
  };
  const createDriver = () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection });
  return new Kysely({ dialect: { ...language, createDriver } });
}
