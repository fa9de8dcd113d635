import type { MigrationDialect, Supervision } from '../../../../migrations/step.ts';
import { entities } from './entities.ts';
import { Migrator, migrationOptions } from './migrate.ts';

/** What MikroORM is told of either database, by the server and by the command `mikro-orm`. */
export const sharedOrmOptions = (name: string, dialect: MigrationDialect, watch: Supervision) => ({
  dbName: name,
  ensureDatabase: false,
  entities: [...entities],
  extensions: [Migrator],
  migrations: migrationOptions(dialect, watch),
  logger: () => {},
  // no entity describes the tables of full text and vectors, nor the triggers, which are those of the migrations
  schemaGenerator: { skipTables: [/^search_/], ignoreTriggers: true },
});
