import { sql } from 'kysely';
import type { Dialect } from '../sql/dialect.ts';

/**
 * Mostly no-ops: a write transaction holds the only write lock, there are no timeouts on statements, and `autoincrement` keeps
 * its own sequence.
 */
export const sqliteDialect: Dialect = {
  orderedJoin: sql`cross join`,
  skipLocked: sql``,
  rowLock: sql``,
  referenceLock: sql``,
  shareLock: sql``,
  deletionLock: sql``,
  instantType: sql`text`,
  engineVersion: sql`sqlite_version()`,
  explain: (text, values) => ({ sql: `explain query plan ${text}`, parameters: new Array(values).fill(null) }),
  integers: (json) => sql`(select value as number from json_each(${json}))`,
  keyedWords: (json) => sql`(select value ->> 0 as key, value ->> 1 as word from json_each(${json}))`,
  async disableStatementTimeout() {},
  async lockTables() {},
  async lockOutInserts() {},
  tryLock: async () => true,
  async resetSequence() {},
  async analyze() {},
  async foldCounts() {},
};
