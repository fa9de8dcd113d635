import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from './log.ts';
import { type OperationObservation, operations } from './observations/operation.ts';
import { type StatementObservation, statements } from './observations/statement.ts';

/** Answers the lines of the plan of a statement, without running it. Rejects where it has none. */
export type Explain = (sql: string, values: number) => Promise<readonly string[]>;

export interface SlowOperationsOptions {
  /** `CQ_SLOW_OPERATION_MS`. */
  readonly slowMs: number;
  readonly explain: Explain;
  readonly log: Log;
}

/** In so many milliseconds so many lines are written, and one statement is explained: what is slow since there is too much to do is not to add to it. */
const [intervalMs, maxLines] = [10_000, 10];
/** As much of a statement's text, and of its plan, is logged. */
const [maxSql, maxPlanLines, maxPlanLine] = [2000, 50, 300];

/** What is kept of an operation while it runs. */
interface Running {
  slowest: StatementObservation | null;
  count: number;
  ms: number;
}

/**
 * Logs GraphQL operations that take long, with the plan of the SQL statement that took longest: of its text, in which values have
 * placeholders. Answers what ends it.
 */
export function logSlowOperations({ slowMs, explain, log }: SlowOperationsOptions): () => void {
  const running = new AsyncLocalStorage<Running>();
  const known = new WeakMap<object, Running>();
  let intervalBegan = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let left = 0;
  let mayExplain = true;

  const begin = (message: OperationObservation): Running => {
    const own: Running = { slowest: null, count: 0, ms: 0 };
    known.set(message, own);
    return own;
  };

  const statementEnded = (given: unknown) => {
    const own = running.getStore();
    if (!own) return;
    const message = given as StatementObservation;
    own.count++;
    own.ms += message.ms;
    if (!own.slowest || message.ms > own.slowest.ms) own.slowest = message;
  };

  const operationEnded = (given: unknown) => {
    const message = given as OperationObservation;
    const own = known.get(message);
    if (!own || message.ms < slowMs) return;
    const now = performance.now();
    if (now - intervalBegan >= intervalMs) {
      intervalBegan = now;
      lines = 0;
      mayExplain = true;
    }
    if (++lines > maxLines) {
      left++;
      return;
    }
    const more = left > 0 ? { notLogged: left } : {};
    left = 0;
    const { slowest } = own;
    if (!slowest || !mayExplain || !isExplained(slowest.sql)) return write(message, own, more);
    mayExplain = false;
    explain(slowest.sql, slowest.values).then(
      (plan) =>
        write(message, own, { ...more, plan: plan.slice(0, maxPlanLines).map((line) => line.slice(0, maxPlanLine)) }),
      () => write(message, own, more),
    );
  };

  function write(message: OperationObservation, { slowest, count, ms }: Running, more: object): void {
    const { name, kind, hash, door, cost, codes, requestId } = message;
    log.warn(
      {
        requestId,
        operation: name?.slice(0, 100) ?? null,
        ...{ kind, hash, door, ms: rounded(message.ms), cost },
        ...(message.isEvent && { event: true }),
        ...(codes.length > 0 && { codes }),
        statements: { count, ms: rounded(ms) },
        ...(slowest && {
          slowest: {
            ...{ name: slowest.name, ms: rounded(slowest.ms), rows: slowest.rows },
            ...(slowest.sql !== '' && { sql: slowest.sql.slice(0, maxSql) }),
          },
        }),
        ...more,
      },
      'slow operation',
    );
  }

  operations.start.bindStore(running as AsyncLocalStorage<unknown>, begin as never);
  operations.asyncEnd.subscribe(operationEnded);
  statements.asyncEnd.subscribe(statementEnded);
  return () => {
    operations.start.unbindStore(running as AsyncLocalStorage<unknown>);
    operations.asyncEnd.unsubscribe(operationEnded);
    statements.asyncEnd.unsubscribe(statementEnded);
  };
}

const isExplained = (sql: string) => /^\s*(?:select|with|insert|update|delete)\b/i.test(sql);

const rounded = (ms: number) => Math.round(ms * 10) / 10;
