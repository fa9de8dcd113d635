import type { MigrationDialect, Supervision } from '../../../../migrations/step.ts';
import { entities } from './entities.ts';
import { Migrator, migrationOptions, migrationsTable } from './migrate.ts';

/** MikroORM's options for both databases, for the server and for the command `mikro-orm`. */
export const sharedOrmOptions = (name: string, dialect: MigrationDialect, watch: Supervision) => ({
  dbName: name,
  ensureDatabase: false,
  entities: [...entities],
  extensions: [Migrator],
  migrations: migrationOptions(dialect, watch),
  logger: () => {},
  // full-text and vector tables and triggers have no entities; migrations create them. Nor has the table of migrations, of which
  // there is one in each schema that holds an installation
  schemaGenerator: { skipTables: [/^search_/, migrationsTable], ignoreTriggers: true },
});
