import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { postgresMigrationDialect } from '../../../migrations/step.ts';
import type { PostgresConfig } from '../../config/database.ts';
import type { Client } from '../sql/queries.ts';
import { supervision } from '../sql/schema/migrate.ts';
import { sharedOrmOptions } from '../sql/schema/orm-options.ts';
import { openPool, queries } from './connection.ts';
import { readOnlyAddress, withReadOnly } from './read-only.ts';

/** MikroORM's options for a PostgreSQL database, for the server and for the command `mikro-orm`. */
export function ormOptions(name: string, client: Client | (() => Client), watch = supervision(() => {})) {
  return {
    ...sharedOrmOptions(name, postgresMigrationDialect, watch),
    driver: PostgreSqlDriver,
    driverOptions: client,
  };
}

/** The same over read-only connections. `driverOptions` is a function, since MikroORM deep-copies its options. */
export async function readOnlyOrmOptions(config: PostgresConfig) {
  const { rows } = await withReadOnly(config, (db) =>
    sql<{ schema: string | null }>`select current_schema() as schema`.execute(db),
  );
  const open = () => queries(openPool(readOnlyAddress(config.primary), config));
  // the ORM compares its entities with the schema `public`, unless it is told of another
  return { ...ormOptions(config.primary.database, open), schema: rows[0]?.schema ?? undefined };
}
