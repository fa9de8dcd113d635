import type { DatabaseConnection } from 'kysely';
import { Queries } from '../sql/queries.ts';

/**
 * Queries over connections that send what is asked at once together (pipelined-client.ts): in a transaction they wait for no other
 * statement, and the end of it for none that was deferred. The connection itself keeps the order, and commits nothing where one has failed.
 */
export class PipelinedQueries extends Queries {
  override transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T> {
    return this.client.transaction().execute(async (tx) => {
      const executor = tx.getExecutor();
      const connection = await executor.provideConnection(async (own: DatabaseConnection) => own);
      const atOnce = executor.withConnectionProvider({ provideConnection: (run) => run(connection) });
      return work(new Queries(tx, this.builder, atOnce));
    });
  }
}
