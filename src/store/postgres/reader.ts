import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Queries, Tables } from '../sql/database.ts';

/** Queries of one replica, for reads alone. What fails there because it is away goes to the primary: nobody hears of it. */
export function readerOf(copy: Queries, primary: Queries, fails: () => void): Queries {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery) {
      try {
        return await copy.executeQuery<Row>(query as CompiledQuery<Row>);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        fails();
        return primary.executeQuery<Row>(query as CompiledQuery<Row>);
      }
    },
    streamQuery() {
      throw new Error('a replica answers as a whole');
    },
  };
  return new Kysely<Tables>({
    dialect: {
      // has neither connections of its own nor transactions
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}
