import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';

/** Queries of one replica, for reads alone. What fails there because it is away goes to the primary: nobody hears of it. */
export function withPrimaryFallback(copy: Client, primary: Client, fails: () => void): Client {
  return readOnlyClient(
    async (query) => {
      try {
        return await copy.executeQuery(query);
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        fails();
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
