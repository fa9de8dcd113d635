import type { MikroORM } from '@mikro-orm/core';
import { type SqlEntityManager, SqlSchemaGenerator } from '@mikro-orm/sql';
import { readConfig } from './src/config/config.ts';
import { withConfigFile } from './src/config/config-file.ts';
import { ofEnvironment } from './src/config/configured.ts';
import { inspectDatabase, openStore, readOnlyOrmOptions } from './src/store/open.ts';
import { refusalOf, Migrator as ServerMigrator } from './src/store/sql/schema/migrate.ts';

/**
 * MikroORM's own command, `npx mikro-orm`, on the database that the server's variables name, with what the server tells the ORM. It only
 * reads, whatever it is asked: `migration:up` is `cq-server migrate`, under its lock and with its adoption, and all else that would change
 * a database is refused here, and by the connection.
 */
const { environment, origins } = process.env.CQ_CONFIG ? withConfigFile(process.env) : ofEnvironment(process.env);
const { database } = readConfig(environment, origins);

class Migrator extends ServerMigrator {
  static override register(orm: MikroORM) {
    orm.config.registerExtension('@mikro-orm/migrator', () => new Migrator(orm.em as SqlEntityManager));
  }

  override async getExecuted() {
    await this.#requireOurs();
    return super.getExecuted();
  }

  override async getPending() {
    await this.#requireOurs();
    return super.getPending();
  }

  override async checkSchema() {
    await this.#requireOurs();
    return super.checkSchema();
  }

  override async up(options?: object) {
    if (options && Object.keys(options).length > 0) return refuse();
    const store = await openStore(database, { migrate: true, progress });
    await store.close();
    return [];
  }

  override down = refuse;
  override create = refuse;
  override rollup = refuse;
  override logMigration = refuse;
  override unlogMigration = refuse;

  /** A database that is none of a cq server's has no ledger, and is not to get one. */
  async #requireOurs() {
    const state = await inspectDatabase(database);
    if (state.kind !== 'current' && state.kind !== 'behind' && state.kind !== 'newer') throw refusalOf(state).cause;
    this.assumeMigrationsTable();
  }
}

class SchemaGenerator extends SqlSchemaGenerator {
  static override register(orm: MikroORM) {
    orm.config.registerExtension('@mikro-orm/schema-generator', () => new SchemaGenerator(orm.em as SqlEntityManager));
  }

  override create = refuse;
  override update = refuse;
  override drop = refuse;
  override refresh = refuse;
  override clear = refuse;
  override execute = refuse;
  override createDatabase = refuse;
  override dropDatabase = refuse;
}

const progress = (message: string) => process.stderr.write(`${message}\n`);

async function refuse(): Promise<never> {
  throw new Error(
    'A database of a cq server is changed by "cq-server migrate" alone, and its migrations are written by hand: see docs/architecture.md.',
  );
}

export default async () => ({
  ...(await readOnlyOrmOptions(database)),
  extensions: [Migrator, SchemaGenerator],
});
