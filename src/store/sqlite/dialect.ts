import { sql } from 'kysely';
import type { Dialect } from '../sql/dialect.ts';

/** A transaction that writes has the file to itself, takes as long as it takes, and `autoincrement` numbers on by itself. */
export const sqliteDialect: Dialect = {
  orderedJoin: sql`cross join`,
  skipLocked: sql``,
  instantType: sql`text`,
  async disableStatementTimeout() {},
  async lockTables() {},
  async lockOutInserts() {},
  async resetSequence() {},
  async analyze() {},
  async foldCounts() {},
};
