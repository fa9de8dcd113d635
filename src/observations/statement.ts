import { channel, observed, type Timed } from './observed.ts';
import { statementName } from './statement-name.ts';

export type SqlDialect = 'sqlite' | 'postgresql';

/** An SQL statement, or a question to the index of words that a search thread answers. Without the wait for a connection. */
export class StatementObservation implements Timed {
  readonly since = performance.now();
  readonly dialect: SqlDialect;
  /** Its text, with placeholders for values; of a question to the index of words, nothing. */
  readonly sql: string;
  readonly #name: string | undefined;
  /** How many values it has, which are not told. */
  readonly values: number;
  ms = 0;
  error?: unknown;
  /** How many rows it has answered, at `asyncEnd`. */
  rows = 0;

  constructor(dialect: SqlDialect, sql: string, values: number, name?: string) {
    this.dialect = dialect;
    this.sql = sql;
    this.values = values;
    this.#name = name;
  }

  /** One of few: what it does, and to which tables, such as `select knowledge_units flags`. */
  get name(): string {
    return this.#name ?? statementName(this.sql);
  }
}

/** `cq:statement` */
export const statements = channel<StatementObservation>('cq:statement');

interface Answered {
  readonly rows: readonly unknown[];
}

/** Tells of a statement while it runs. To be called only where `statements` has subscribers. */
export const observedStatement = <Result extends Answered>(
  dialect: SqlDialect,
  { sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] },
  run: () => Promise<Result>,
): Promise<Result> =>
  observed(statements, new StatementObservation(dialect, sql, parameters.length), run, (message, { rows }) => {
    message.rows = rows.length;
  });

/** The same of a statement that blocks: its time is that of the call, whenever it is told. */
export const observedBlocking = <Result extends Answered>(
  dialect: SqlDialect,
  { sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] },
  run: () => Promise<Result>,
): Promise<Result> => {
  const message = new StatementObservation(dialect, sql, parameters.length);
  const timed = () => {
    const answer = run();
    message.ms = performance.now() - message.since;
    return answer;
  };
  return observed(statements, message, timed, (_, { rows }) => {
    message.rows = rows.length;
  });
};
