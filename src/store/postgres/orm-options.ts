import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { postgresMigrationDialect } from '../../../migrations/step.ts';
import type { PostgresAddress, PostgresConfig } from '../../config/database.ts';
import type { Client } from '../sql/queries.ts';
import { supervision } from '../sql/schema/migrate.ts';
import { sharedOrmOptions } from '../sql/schema/orm-options.ts';
import { openPool, queries } from './connection.ts';

/** What MikroORM is told of a database: by the server, and by the command `mikro-orm`. */
export function ormOptions(
  name: string,
  client: Client | (() => Client),
  replicas: readonly Client[] = [],
  watch = supervision(() => {}),
) {
  return {
    ...sharedOrmOptions(name, postgresMigrationDialect, watch),
    driver: PostgreSqlDriver,
    driverOptions: client,
    // functions, since the ORM copies what it is given here
    replicas: replicas.map((replica) => ({ driverOptions: () => replica })),
  };
}

/** The same over connections that can only read. A function, since the command copies what it is given here. */
export const readingOptions = (config: PostgresConfig) =>
  ormOptions(config.primary.database, () => queries(openPool(onlyReading(config.primary), config)));

export const onlyReading = (address: PostgresAddress): PostgresAddress => ({
  ...address,
  options: `-c default_transaction_read_only=on ${address.options}`,
});
