import {
  type DatabaseConnection,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';
import { readOnlyClient } from '../sql/read-only-queries.ts';

const language = {
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
};

/**
 * A read-only client of one replica. If the replica is unreachable, the query is retried on the primary; callers see no error.
 */
export function withPrimaryFallback(replica: Client, primary: Client, onUnavailable: () => void): Client {
  return readOnlyClient(async (query) => {
    try {
      return await replica.executeQuery(query);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      onUnavailable();
      return primary.executeQuery(query);
    }
  }, language);
}

/** A connection is asked again what it leads to when it has not been asked for this long. */
const askAgainMs = 1000;

/**
 * A check of connections that are about to be used: behind one address there may be several servers, so that what is true of one
 * connection says nothing about another. `require` throws unless the connection is right.
 */
export function checkOfConnections(require: (connection: Client) => Promise<void>) {
  const clients = new WeakMap<DatabaseConnection, Client>();
  const rightAt = new WeakMap<DatabaseConnection, number>();
  return async (connection: DatabaseConnection): Promise<void> => {
    if (performance.now() - (rightAt.get(connection) ?? -Infinity) < askAgainMs) return;
    const client = clients.get(connection) ?? readOnlyClient((query) => connection.executeQuery(query), language);
    clients.set(connection, client);
    rightAt.delete(connection);
    await require(client);
    rightAt.set(connection, performance.now());
  };
}
