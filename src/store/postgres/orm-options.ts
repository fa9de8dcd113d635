import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { postgresSide } from '../../../migrations/step.ts';
import type { PostgresAddress } from '../../database-config.ts';
import type { Client } from '../sql/database.ts';
import { entities } from '../sql/entities.ts';
import { Migrator, migrationOptions, supervision } from '../sql/migrate.ts';

/** What MikroORM is told of a database. */
export function ormOptions(
  name: string,
  client: Client,
  replicas: readonly Client[] = [],
  watch = supervision(() => {}),
) {
  return {
    driver: PostgreSqlDriver,
    dbName: name,
    ensureDatabase: false,
    entities: [...entities],
    extensions: [Migrator],
    migrations: migrationOptions(postgresSide, watch),
    logger: () => {},
    driverOptions: client,
    // functions, since the ORM copies what it is given here
    replicas: replicas.map((replica) => ({ driverOptions: () => replica })),
    // tables of full text and vectors are the database's own, and no entity describes them
    // and triggers are those of the migrations
    schemaGenerator: { skipTables: [/^search_/], ignoreTriggers: true },
  };
}

export const onlyReading = (address: PostgresAddress): PostgresAddress => ({
  ...address,
  options: `-c default_transaction_read_only=on ${address.options}`,
});
