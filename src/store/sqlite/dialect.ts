import { sql } from 'kysely';
import type { Dialect } from '../sql/dialect.ts';

/**
 * Mostly no-ops: a write transaction holds the only write lock, there are no timeouts on statements, and `autoincrement` keeps
 * its own sequence.
 */
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
