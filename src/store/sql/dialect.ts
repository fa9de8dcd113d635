import type { QueryExecutorProvider, RawBuilder } from 'kysely';
import type { Queries } from './queries.ts';

/** What the two databases say differently in statements that they otherwise share. */
export interface Dialect {
  /** SQL for an inner join whose left side is read first (a straight join), where the planner would not see that it is the small one. */
  readonly orderedJoin: RawBuilder<unknown>;
  /** SQL at the end of a subquery that selects rows for an update: leaves out those that other transactions have locked. */
  readonly skipLocked: RawBuilder<unknown>;
  /** SQL for the type of a column that holds an instant. */
  readonly instantType: RawBuilder<unknown>;
  /** Lifts the timeouts that are meant for requests, until the transaction ends. */
  disableStatementTimeout(tx: QueryExecutorProvider): Promise<void>;
  /** Until the transaction ends others may read the tables and not write to them. */
  lockTables(tx: Queries, tables: readonly string[]): Promise<void>;
  /** Blocks inserts into `knowledge_units` until the transaction ends, after waiting for those that are running. */
  lockOutInserts(tx: Queries): Promise<void>;
  /** Has the sequence of a table's `id` go on behind the highest one. */
  resetSequence(tx: Queries, table: string): Promise<void>;
  /** Renews the planner's statistics of the tables, and of those of search. */
  analyze(tx: Queries, tables: readonly string[]): Promise<void>;
  /** Adds up what sessions have counted in `unit_counts` each by itself; nothing where one session writes at a time. */
  foldCounts(write: Queries): Promise<void>;
}
