import { setImmediate } from 'node:timers/promises';
import type { MikroORM, Transaction } from '@mikro-orm/core';
import { Migration, Migrator as OrmMigrator } from '@mikro-orm/migrations';
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
import { completeBaseline, refuseUnknownSchema } from './adopt.ts';
import { type Kept, writeRecord } from './adoption.ts';

export const ledger = 'cq_migrations';

/** Says how far a long task is. */
export type Progress = (message: string) => void;

/** Tells `progress`, goes on when this process has had time for other things, and ends with the reason of `signal`. */
export function supervision(progress: Progress, signal?: AbortSignal): Supervision {
  return {
    tell: progress,
    async pause() {
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}

/** What bringing a schema up to date needs of one database. */
export interface MigrationHost {
  readonly orm: MikroORM;
  readonly side: MigrationDialect;
  /** Whether to refuse a database that holds rows. */
  readonly empty?: boolean;
  /** Whether to refuse a database that is none of a cq server's yet. */
  readonly existing?: boolean;
  /** Runs `work` in one transaction, alone: of any number of processes at once the others wait for its end. */
  alone<T>(work: (tx: Schema) => Promise<T>): Promise<T>;
  readonly supervision: Supervision;
  /**
   * Keeps the tables of the Python server as they are, and leaves others in their place for the migrations to work on: of the
   * same names and with the same rows. Tables that the migrations do not need may be missing.
   */
  keep(tx: Schema, tables: ReadonlySet<string>): Promise<Kept>;
}

/** What the ORM is to know of our migrations. */
export function migrationOptions(side: MigrationDialect, watch: Supervision) {
  return {
    tableName: ledger,
    migrationsList: steps.map((step) => ({ name: step.name, class: toMigration(step, side, watch) })),
    snapshot: false,
    transactional: true,
    allOrNothing: true,
    disableForeignKeys: false,
    silent: true,
  };
}

function toMigration({ name, run }: Step, side: MigrationDialect, watch: Supervision) {
  return class extends Migration {
    override name = name;

    override up() {
      return run(stepContext(this.ctx as unknown as Schema, side, watch));
    }
  };
}

/**
 * The ORM's migrator, without its own look at the database first: that would be outside of our transaction. Of the same
 * name, by which the ORM knows that it needs no other.
 */
export class Migrator extends OrmMigrator {
  static override register(orm: MikroORM) {
    orm.config.registerExtension('@mikro-orm/migrator', () => new Migrator(orm.em as SqlEntityManager));
  }

  override async init() {}

  /** The ORM would look for its ledger in the schema `public` only, and try to make another one in ours. */
  hasLedger() {
    this.getStorage().ensureTable = async () => {};
  }
}

/**
 * Brings the schema up to date in one transaction, from the first look to the last step: all of it, or nothing. A
 * database of the Python server is adopted. Refuses a database that is newer than this program, and one that holds
 * tables of another making.
 */
export async function runMigrations(host: MigrationHost): Promise<void> {
  await host.alone(async (tx) => {
    const tables = await names(tx, host.side.tables);
    if (host.empty) await requireEmpty(tx, tables);
    const state = await stateAmong(tx, host.side, tables);
    if (state.kind === 'newer' || state.kind === 'foreign' || (state.kind === 'empty' && host.existing))
      throw refusalOf(state);
    const up = () => host.orm.migrator.up({ transaction: tx as unknown as Transaction });
    if (state.kind === 'python') return adopt(host, tx, tables, up);
    if (state.kind !== 'empty') (host.orm.migrator as Migrator).hasLedger();
    await up();
  });
}

/**
 * Takes over a database of the Python server, which is kept as it was: what its tables lack is added, and the baseline counts
 * as run.
 */
async function adopt(host: MigrationHost, tx: Schema, tables: ReadonlySet<string>, up: () => Promise<unknown>) {
  const columns = await names(tx, host.side.columns('knowledge_units'));
  await refuseUnknownSchema(tx, tables, columns);
  const kept = await host.keep(tx, tables);
  await completeBaseline(stepContext(tx, host.side, host.supervision), await names(tx, host.side.tables), columns);
  const storage = (host.orm.migrator as Migrator).getStorage();
  storage.setMasterMigration(tx as unknown as Transaction);
  try {
    await storage.logMigration({ name: steps[0].name });
  } finally {
    storage.unsetMasterMigration();
  }
  await up();
  await writeRecord(tx, kept, host.supervision.pause);
  host.supervision.tell(
    `adopted a database of the Python server, which is kept in ${kept.place}: "cq-server adoption undo" puts it back, "cq-server adoption discard" removes it`,
  );
}

/** What a database holds, as far as its tables say. */
export async function stateOf(db: QueryExecutorProvider, side: MigrationDialect): Promise<DatabaseState> {
  return stateAmong(db, side, await names(db, side.tables));
}

async function stateAmong(
  db: QueryExecutorProvider,
  side: MigrationDialect,
  tables: ReadonlySet<string>,
): Promise<DatabaseState> {
  if (tables.has(ledger)) return stateBy(await executedSteps(db));
  if (tables.size === 0) return { kind: 'empty' };
  // with other columns it is not the Python server's; adoption says more about it
  const columns = await names(db, side.columns('knowledge_units'));
  return columns.has('id') && columns.has('data') ? { kind: 'python' } : { kind: 'foreign', tables: [...tables] };
}

function stateBy(executed: readonly string[]): DatabaseState {
  const known = new Set(steps.map(({ name }) => name));
  const migration = executed.find((name) => !known.has(name));
  if (migration !== undefined) return { kind: 'newer', migration };
  const migrations = steps.filter(({ name }) => !executed.includes(name)).length;
  return migrations > 0 ? { kind: 'behind', migrations } : { kind: 'current' };
}

/** Why a database in this state is not used, and what to do about it. */
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
 * Throws unless every step of this program has run. A newer program may have run more meanwhile: steps leave the
 * version before them able to work.
 */
export async function requireCurrent(db: QueryExecutorProvider, side: MigrationDialect): Promise<void> {
  const state = await stateOf(db, side);
  if (state.kind !== 'current' && state.kind !== 'newer') throw refusalOf(state);
}

/** Throws unless a database is of just this program's version; with `anyVersion`, unless it is a cq server's at all. */
export async function requireKnown(
  db: QueryExecutorProvider,
  side: MigrationDialect,
  anyVersion = false,
): Promise<void> {
  const state = await stateOf(db, side);
  const isOurs = state.kind === 'python' || state.kind === 'behind' || state.kind === 'newer';
  if (state.kind !== 'current' && !(anyVersion && isOurs)) throw refusalOf(state);
}

async function names(db: QueryExecutorProvider, query: RawBuilder<{ name: string }>): Promise<ReadonlySet<string>> {
  return new Set((await query.execute(db)).rows.map(({ name }) => name));
}

async function executedSteps(db: QueryExecutorProvider): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(ledger)} order by id`.execute(db);
  return rows.map(({ name }) => name);
}
