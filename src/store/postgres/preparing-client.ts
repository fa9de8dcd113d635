import pg from 'pg';
import { DeadlineClient } from './deadlines.ts';
import { isToBePreparedAnew } from './driver-errors.ts';
import { isWorthPreparing, PreparedQuery, PreparedStatements } from './prepared-statements.ts';
import { type BoundStatement, StatementBatch } from './statement-batch.ts';
import { answerOf } from './wire.ts';

/**
 * A client that keeps prepared what runs again and again, once `keepPrepared` has been called: not before it is known that the session
 * is its own, since a pooler may hand out another one in each transaction.
 */
export class PreparingClient extends DeadlineClient {
  #statements: PreparedStatements | null = null;

  keepPrepared(): void {
    this.#statements = new PreparedStatements();
  }

  // biome-ignore lint/suspicious/noExplicitAny: all overloads of pg in one
  override query(statement: any, values?: any, callback?: any): any {
    const isOne = typeof statement === 'string' && Array.isArray(values) && callback === undefined;
    return this.#statements && isOne && isWorthPreparing(statement)
      ? this.#run(this.#statements, statement, values)
      : super.query(statement, values, callback);
  }

  /** Runs statements of one transaction in one round trip; none after one that fails. */
  async runTogether(statements: readonly BoundStatement[]): Promise<pg.QueryResult[]> {
    try {
      return await answerOf<object, pg.QueryResult[]>(this, (done) => {
        const queries = statements.map((statement) => this.#queryOf(statement));
        return new StatementBatch(queries, (this as unknown as { _types: unknown })._types, done);
      });
    } catch (error) {
      if (isToBePreparedAnew(error)) for (const { text } of statements) this.#statements?.forget(text);
      throw error;
    }
  }

  #queryOf({ text, values }: BoundStatement): pg.Query {
    const given = { text, values: [...values] };
    if (this.#statements && isWorthPreparing(text)) return new PreparedQuery(this.#statements, given);
    return new pg.Query({ ...given, queryMode: 'extended' } as pg.QueryConfig);
  }

  async #run(statements: PreparedStatements, text: string, values: unknown[]): Promise<pg.QueryResult> {
    const isInTransaction = this.getTransactionStatus() !== 'I';
    try {
      const query = (one: pg.Query) => super.query(one);
      return await answerOf({ query }, (done) => new PreparedQuery(statements, { text, values }, done));
    } catch (error) {
      if (!isToBePreparedAnew(error)) throw error;
      statements.forget(text);
      // a transaction has failed with it
      if (isInTransaction) throw error;
      return super.query(text, values);
    }
  }
}
