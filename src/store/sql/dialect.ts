import type { QueryExecutorProvider, RawBuilder } from 'kysely';
import type { Queries } from './queries.ts';

/** SQL fragments and session commands in which the databases differ, for statements that they otherwise share. */
export interface Dialect {
  /**
   * An inner join with a fixed join order, left side first (a straight join), where the planner would misjudge which side is
   * small.
   */
  readonly orderedJoin: RawBuilder<unknown>;
  /** At the end of a subquery that selects rows to update: skips rows that other transactions have locked (`skip locked`). */
  readonly skipLocked: RawBuilder<unknown>;
  /** At the end of a select: locks its rows until the transaction ends, against changes but not against references to them. */
  readonly rowLock: RawBuilder<unknown>;
  /** At the end of a select: locks its rows until the transaction ends, against their deletion only, as a reference to them does. */
  readonly referenceLock: RawBuilder<unknown>;
  /** At the end of a select: lets nobody change its rows until the transaction ends. */
  readonly shareLock: RawBuilder<unknown>;
  /** At the end of a select: locks its rows until the transaction ends, also against references to them. */
  readonly deletionLock: RawBuilder<unknown>;
  /** The column type of an instant. */
  readonly instantType: RawBuilder<unknown>;
  /** The version of the database, as it says it: to be told to people, and nothing is decided by it. */
  readonly engineVersion: RawBuilder<string>;
  /**
   * The statement that answers the plan of another one, a line in the last column of each row, and does not run it. That has placeholders
   * for `values` values, which are not known.
   */
  explain(sql: string, values: number): { readonly sql: string; readonly parameters: readonly unknown[] };
  /** SQL rows `(number)` of a JSON array of integers: one text of a statement, however many there are. */
  integers(json: string): RawBuilder<{ number: number }>;
  /** SQL rows `(key, word)` of a JSON array of `[integer, text]`: one parameter in place of thousands. */
  keyedWords(json: string): RawBuilder<{ key: number; word: string }>;
  /** Disables the timeouts that are meant for requests (statement, lock, idle), until the transaction ends. */
  disableStatementTimeout(tx: QueryExecutorProvider): Promise<void>;
  /** Blocks writes of other transactions to the tables until this one ends; they can still read. */
  lockTables(tx: Queries, tables: readonly string[]): Promise<void>;
  /** Blocks inserts into `knowledge_units` until the transaction ends, after waiting for the inserts that are running. */
  lockOutInserts(tx: Queries): Promise<void>;
  /** Takes a lock for a job that one process does at a time, until the transaction ends; false while another one holds it. */
  tryLock(tx: Queries, job: number): Promise<boolean>;
  /** Moves the sequence of a table's `id` to the highest id, or beyond it. */
  resetSequence(tx: Queries, table: string): Promise<void>;
  /** Updates the planner's statistics of the tables and of the search tables. */
  analyze(tx: Queries, tables: readonly string[]): Promise<void>;
  /** Adds each session's own rows of `unit_counts` to the shared ones; does nothing where only one session writes at a time. */
  foldCounts(write: Queries): Promise<void>;
}
