import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';

/**
 * A read-only client of one replica. If the replica is unreachable, the query is retried on the primary; callers see no error.
 */
export function withPrimaryFallback(replica: Client, primary: Client, onUnavailable: () => void): Client {
  return readOnlyClient(
    async (query) => {
      try {
        return await replica.executeQuery(query);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        onUnavailable();
        return primary.executeQuery(query);
      }
    },
    {
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  );
}
