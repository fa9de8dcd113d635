import { setImmediate } from 'node:timers/promises';
import type { MikroORM, Transaction } from '@mikro-orm/core';
import { Migration, MigrationStorage, Migrator as OrmMigrator } from '@mikro-orm/migrations';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { steps } from '../../../../migrations/index.ts';
import {
  type MigrationDialect,
  type Schema,
  type Step,
  type Supervision,
  stepContext,
} from '../../../../migrations/step.ts';
import { UnusableDatabaseError } from '../../../errors.ts';
import type { DatabaseState } from '../../store.ts';
import { requireEmpty } from '../transfer/copy.ts';
import { type Kept, writeAdoptionRecord } from './adoption-record.ts';
import { completeBaseline, requireKnownPythonSchema } from './python-baseline.ts';

/** The table in which the ORM records the migrations that have run. */
export const migrationsTable = 'cq_migrations';

/** Reports the progress of a long task. */
export type Progress = (message: string) => void;

/**
 * What a long migration calls between batches: reports progress, yields to the event loop, and throws the reason of an aborted
 * `signal`.
 */
export function supervision(progress: Progress, signal?: AbortSignal): Supervision {
  return {
    tell: progress,
    async pause() {
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}

/** What migrating a schema needs of one database. */
export interface MigrationHost {
  readonly orm: MikroORM;
  readonly dialect: MigrationDialect;
  /** Throw if the database holds rows. */
  readonly empty?: boolean;
  /** Throw if the database is empty: it must be a cq server's already. */
  readonly existing?: boolean;
  /** Runs `work` in one transaction under a lock that only one process holds at a time; the others wait. */
  withMigrationLock<T>(work: (tx: Schema) => Promise<T>): Promise<T>;
  readonly supervision: Supervision;
  /**
   * Sets the Python server's tables aside unchanged, and leaves copies under the same names for the migrations to work on.
   * Tables that no migration reads need no copy.
   */
  keepPythonTables(tx: Schema, tables: ReadonlySet<string>): Promise<Kept>;
}

/** MikroORM's options for the migrations. */
export function migrationOptions(dialect: MigrationDialect, watch: Supervision) {
  return {
    tableName: migrationsTable,
    createLedger: dialect.createLedger(migrationsTable),
    migrationsList: steps.map((step) => ({ name: step.name, class: toMigration(step, dialect, watch) })),
    snapshot: false,
    transactional: true,
    allOrNothing: true,
    disableForeignKeys: false,
    silent: true,
  };
}

function toMigration({ name, run }: Step, dialect: MigrationDialect, watch: Supervision) {
  return class extends Migration {
    override name = name;

    override up() {
      return run(stepContext(this.ctx as unknown as Schema, dialect, watch));
    }
  };
}

/**
 * MikroORM's migrator without its checks of the database, which would run outside the transaction. It keeps the name
 * `Migrator`, by which the ORM finds it.
 */
export class Migrator extends OrmMigrator {
  static override register(orm: MikroORM) {
    orm.config.registerExtension('@mikro-orm/migrator', () => new Migrator(orm.em as SqlEntityManager));
  }

  override async init() {}

  override createStorage() {
    return new Ledger(this.driver, this.options);
  }

  /** Says that the migrations table exists, so that nothing tries to create it: that needs a right that reading does not. */
  assumeMigrationsTable() {
    this.getStorage().ensureTable = async () => {};
  }
}

/** The migrations table, in the schema that tables are created in. The ORM itself would look for it in the schema `public`. */
class Ledger extends MigrationStorage {
  #transaction: Transaction | undefined;

  override setMasterMigration(transaction: Transaction) {
    super.setMasterMigration(transaction);
    this.#transaction = transaction;
  }

  override unsetMasterMigration() {
    super.unsetMasterMigration();
    this.#transaction = undefined;
  }

  override async ensureTable() {
    const { createLedger } = this.options as { createLedger?: string };
    await this.driver.getConnection().execute(createLedger ?? '', [], 'run', this.#transaction);
  }
}

/**
 * Migrates the schema in one transaction, from the first check to the last step: all or nothing. Adopts a database of the
 * Python server. Throws `UnusableDatabaseError` for a database that is newer than this program or holds foreign tables.
 */
export async function runMigrations(host: MigrationHost): Promise<void> {
  await host.withMigrationLock(async (tx) => {
    const tables = await namesFrom(tx, host.dialect.tables);
    if (host.empty) await requireEmpty(tx, tables);
    const state = await stateAmong(tx, host.dialect, tables);
    if (state.kind === 'newer' || state.kind === 'foreign' || (state.kind === 'empty' && host.existing))
      throw refusalOf(state);
    const up = () => host.orm.migrator.up({ transaction: tx as unknown as Transaction });
    if (state.kind === 'python') return adopt(host, tx, tables, up);
    if (state.kind !== 'empty') (host.orm.migrator as Migrator).assumeMigrationsTable();
    await up();
  });
}

/**
 * Adopts a database of the Python server: sets its tables aside, completes the baseline, marks it as run, and runs the other
 * steps.
 */
async function adopt(host: MigrationHost, tx: Schema, tables: ReadonlySet<string>, up: () => Promise<unknown>) {
  const columns = await namesFrom(tx, host.dialect.columns('knowledge_units'));
  await requireKnownPythonSchema(tx, tables, columns);
  const kept = await host.keepPythonTables(tx, tables);
  await completeBaseline(
    stepContext(tx, host.dialect, host.supervision),
    await namesFrom(tx, host.dialect.tables),
    columns,
  );
  const storage = (host.orm.migrator as Migrator).getStorage();
  storage.setMasterMigration(tx as unknown as Transaction);
  try {
    await storage.logMigration({ name: steps[0].name });
  } finally {
    storage.unsetMasterMigration();
  }
  await up();
  await writeAdoptionRecord(tx, host.dialect, kept, host.supervision.pause);
  host.supervision.tell(
    `adopted a database of the Python server, which is kept in ${kept.place}: "cq-server adoption undo" puts it back, "cq-server adoption discard" removes it`,
  );
}

/** The state of a database, by its tables. */
export async function stateOf(db: QueryExecutorProvider, dialect: MigrationDialect): Promise<DatabaseState> {
  return stateAmong(db, dialect, await namesFrom(db, dialect.tables));
}

async function stateAmong(
  db: QueryExecutorProvider,
  dialect: MigrationDialect,
  tables: ReadonlySet<string>,
): Promise<DatabaseState> {
  if (tables.has(migrationsTable)) return stateBy(await executedSteps(db));
  if (tables.size === 0) return { kind: 'empty' };
  // the Python server's table has these columns; adoption checks the rest
  const columns = await namesFrom(db, dialect.columns('knowledge_units'));
  return columns.has('id') && columns.has('data') ? { kind: 'python' } : { kind: 'foreign', tables: [...tables] };
}

function stateBy(executed: readonly string[]): DatabaseState {
  const known = new Set(steps.map(({ name }) => name));
  const migration = executed.find((name) => !known.has(name));
  if (migration !== undefined) return { kind: 'newer', migration };
  const migrations = steps.filter(({ name }) => !executed.includes(name)).length;
  return migrations > 0 ? { kind: 'behind', migrations } : { kind: 'current' };
}

/** The error for a database in this state, with advice for the operator. */
export function refusalOf(state: Exclude<DatabaseState, { kind: 'current' }>): UnusableDatabaseError {
  return new UnusableDatabaseError(adviceOn(state));
}

function adviceOn(state: Exclude<DatabaseState, { kind: 'current' }>): string {
  switch (state.kind) {
    case 'missing':
    case 'empty':
      return 'holds no data of a cq server: name the right place, or make a database there by "cq-server migrate".';
    case 'foreign':
      return `holds what no cq server made (${state.tables.slice(0, 3).join(', ')}): name another one.`;
    case 'python':
      return 'is still as the Python server left it: run "cq-server migrate" to adopt it.';
    case 'behind':
      return `is ${state.migrations} migrations behind: run "cq-server migrate".`;
    case 'newer':
      return `is newer than this program: it has the migration ${state.migration}. Run the version that made it, or a newer one.`;
  }
}

/**
 * Throws `UnusableDatabaseError` unless every step of this program has run. Steps of a newer program may have run too: each
 * step keeps the version before it working.
 */
export async function requireCurrent(db: QueryExecutorProvider, dialect: MigrationDialect): Promise<void> {
  const state = await stateOf(db, dialect);
  if (state.kind !== 'current' && state.kind !== 'newer') throw refusalOf(state);
}

/**
 * Throws `UnusableDatabaseError` unless the database has exactly this program's version; with `anyVersion`, any version of a cq
 * server.
 */
export async function requireKnown(
  db: QueryExecutorProvider,
  dialect: MigrationDialect,
  anyVersion = false,
): Promise<void> {
  const state = await stateOf(db, dialect);
  const isOurs = state.kind === 'python' || state.kind === 'behind' || state.kind === 'newer';
  if (state.kind !== 'current' && !(anyVersion && isOurs)) throw refusalOf(state);
}

async function namesFrom(db: QueryExecutorProvider, query: RawBuilder<{ name: string }>): Promise<ReadonlySet<string>> {
  return new Set((await query.execute(db)).rows.map(({ name }) => name));
}

async function executedSteps(db: QueryExecutorProvider): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationsTable)} order by id`.execute(db);
  return rows.map(({ name }) => name);
}
