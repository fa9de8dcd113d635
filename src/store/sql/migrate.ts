import type { MikroORM, Transaction } from '@mikro-orm/core';
import { Migration, Migrator as OrmMigrator } from '@mikro-orm/migrations';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type RawBuilder, sql } from 'kysely';
import { steps } from '../../../migrations/index.ts';
import { type Schema, type Side, type Step, stepContext } from '../../../migrations/step.ts';
import { completeBaseline, refuseUnknownSchema } from './adopt.ts';
import { requireEmpty } from './copy.ts';

const ledger = 'cq_migrations';

/** Says how far a long task is. */
export type Progress = (message: string) => void;

/** What bringing a schema up to date needs of one database. */
export interface MigrationHost {
  readonly orm: MikroORM;
  readonly side: Side;
  /** Whether to refuse a database that holds rows. */
  readonly empty?: boolean;
  /** Runs `work` in one transaction, alone: of any number of processes at once the others wait for its end. */
  alone<T>(work: (tx: Schema) => Promise<T>): Promise<T>;
  /** Keeps a copy of a database before it is adopted, where that can be done here. */
  keepCopy(): Promise<void>;
}

/** What the ORM is to know of our migrations. */
export function migrationOptions(side: Side, progress: Progress) {
  return {
    tableName: ledger,
    migrationsList: steps.map((step) => ({ name: step.name, class: toMigration(step, side, progress) })),
    snapshot: false,
    transactional: true,
    allOrNothing: true,
    disableForeignKeys: false,
    silent: true,
  };
}

function toMigration({ name, run }: Step, side: Side, progress: Progress) {
  return class extends Migration {
    override name = name;

    override up() {
      return run(stepContext(this.ctx as unknown as Schema, side, progress));
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
    if (tables.has(ledger)) refuseNewer(await executedSteps(tx));
    else if (tables.has('knowledge_units')) await adopt(host, tx, tables);
    else if (tables.size > 0) refuseForeign(tables);
    await host.orm.migrator.up({ transaction: tx as unknown as Transaction });
  });
}

/** Takes over a database of the Python server: what its tables lack is added, and the baseline counts as run. */
async function adopt(host: MigrationHost, tx: Schema, tables: ReadonlySet<string>) {
  const columns = await names(tx, host.side.columns('knowledge_units'));
  await refuseUnknownSchema(tx, tables, columns);
  await host.keepCopy();
  await completeBaseline(
    stepContext(tx, host.side, () => {}),
    tables,
    columns,
  );
  const storage = (host.orm.migrator as Migrator).getStorage();
  storage.setMasterMigration(tx as unknown as Transaction);
  try {
    await storage.logMigration({ name: steps[0].name });
  } finally {
    storage.unsetMasterMigration();
  }
}

function refuseForeign(tables: ReadonlySet<string>): never {
  throw new Error(
    `The database holds what no cq server made (${[...tables].slice(0, 3).join(', ')}); name another one.`,
  );
}

/**
 * Throws unless every step of this program has run. A newer program may have run more meanwhile: steps leave the
 * version before them able to work.
 */
export async function requireCurrent(db: Schema, side: Side): Promise<void> {
  const tables = await names(db, side.tables);
  const executed = new Set(tables.has(ledger) ? await executedSteps(db) : []);
  const pending = steps.filter(({ name }) => !executed.has(name));
  if (pending.length > 0)
    throw new Error(`The database is ${pending.length} migrations behind: run "cq-server migrate".`);
}

/** Throws when a step has run that this program does not know. */
export async function requireKnown(db: Schema, side: Side): Promise<void> {
  if ((await names(db, side.tables)).has(ledger)) refuseNewer(await executedSteps(db));
}

async function names(db: Schema, query: RawBuilder<{ name: string }>): Promise<ReadonlySet<string>> {
  return new Set((await query.execute(db)).rows.map(({ name }) => name));
}

async function executedSteps(db: Schema): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(ledger)} order by id`.execute(db);
  return rows.map(({ name }) => name);
}

function refuseNewer(executed: readonly string[]) {
  const known = new Set(steps.map(({ name }) => name));
  const newer = executed.find((name) => !known.has(name));
  if (newer !== undefined)
    throw new Error(
      `The database is newer than this program: it has the migration ${newer}. Run the version that made it, or a newer one.`,
    );
}
