import type { MikroORM, Transaction } from '@mikro-orm/core';
import type { Migrator } from '@mikro-orm/migrations';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { migrations } from '../../../migrations/index.ts';

const table = 'cq_migrations';

export const migrationOptions = {
  tableName: table,
  migrationsList: migrations,
  snapshot: false,
  transactional: true,
  allOrNothing: true,
  disableForeignKeys: false,
};

/**
 * Brings the schema up to date in one transaction: all of the missing steps, or none. Refuses a database that is newer
 * than this program, and one that holds tables of another making.
 */
export async function runMigrations(orm: MikroORM): Promise<void> {
  const em = orm.em.fork() as SqlEntityManager;
  await em.transactional(async (tx) => {
    await refuseForeign(tx);
    await createLedger(orm, tx);
  });
  await orm.migrator.getPending();
  await em.transactional((tx) => orm.migrator.up({ transaction: tx.getTransactionContext() }));
}

/** The migrator's own table, made in our transaction: asked to, it would do it outside and wait for us for ever. */
async function createLedger(orm: MikroORM, tx: SqlEntityManager) {
  const storage = (orm.migrator as Migrator).getStorage();
  storage.setMasterMigration(tx.getTransactionContext() as Transaction);
  try {
    await storage.ensureTable();
  } finally {
    storage.unsetMasterMigration();
  }
}

async function refuseForeign(em: SqlEntityManager) {
  const tables = new Set((await em.getKysely().introspection.getTables()).map(({ name }) => name));
  if (tables.has(table)) {
    const executed = await em.execute<{ name: string }[]>(`select name from ${table}`);
    refuseNewer(executed.map(({ name }) => name));
  } else if (tables.has('knowledge_units')) {
    throw new Error(
      'The database was made by another cq server. This version does not adopt it yet; point CQ_DB_PATH at a new file.',
    );
  } else if (tables.size > 0) {
    throw new Error(
      `The database holds what no cq server made (${[...tables].slice(0, 3).join(', ')}); name another one.`,
    );
  }
}

/** Throws unless every step of this program has run, and no other. */
export async function requireCurrent(orm: MikroORM): Promise<void> {
  const pending = await orm.migrator.getPending();
  if (pending.length > 0)
    throw new Error(`The database is ${pending.length} migrations behind: run "cq-server migrate".`);
  refuseNewer((await orm.migrator.getExecuted()).map(({ name }) => name));
}

function refuseNewer(executed: readonly string[]) {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = executed.find((name) => !known.has(name));
  if (newer !== undefined)
    throw new Error(
      `The database is newer than this program: it has the migration ${newer}. Run the version that made it.`,
    );
}
