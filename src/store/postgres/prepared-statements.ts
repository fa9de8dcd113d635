import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { customPlan } from '../sql/custom-plan.ts';
import { submitWith } from './wire.ts';

/** Statements that one session keeps prepared; the least recently used is closed for the next. */
const maxPrepared = 100;

/** How many texts are remembered, in the whole process, and how long one may be. */
const [maxKnown, maxLength] = [500, 16_384];

/** As many executions of a prepared statement are planned for their values, whatever PostgreSQL expects one plan for all to cost. */
const customPlans = 5;

/** What can be prepared: one statement that is no command. */
export const isPreparable = (text: string): boolean => /^\s*(?:select|with|insert|update|delete)\b/i.test(text);

/**
 * Whether a statement answers all columns of a table: PostgreSQL refuses a prepared one once a migration has added a column, as a newer
 * release may while this one is still running. Other statements name their columns.
 */
const answersAllColumns = (text: string): boolean => /\b(?:select|returning)\s+\*(?!\s+from\s+\w*\()/i.test(text);

/** Texts that have run before in this process, and whether they can be prepared. */
const known = new LRUCache<string, boolean>({ max: maxKnown });

/** Whether to prepare a text. What runs once is not worth it. */
export function isWorthPreparing(text: string): boolean {
  if (text.length > maxLength) return false;
  const before = known.get(text);
  if (before === undefined) known.set(text, isPreparable(text) && !answersAllColumns(text));
  return before === true;
}

interface Prepared {
  readonly name: string;
  executions: number;
}

/**
 * The statements that one session keeps prepared. PostgreSQL plans the first five executions for their values, and keeps one plan for all
 * values from then on where that is not expected to cost more (`plan_cache_mode`). Statements that are to have a custom plan are prepared anew
 * before that.
 */
export class PreparedStatements {
  readonly #prepared = new LRUCache<string, Prepared>({
    max: maxPrepared,
    dispose: ({ name }) => this.#closing.push(name),
  });
  #closing: string[] = [];
  #count = 0;

  /** The name under which a text is or becomes prepared, and the names to be closed before that. */
  take(text: string): { readonly name: string; readonly closing: readonly string[] } {
    let prepared = this.#prepared.get(text);
    if (!prepared || (prepared.executions === customPlans && text.includes(customPlan))) {
      prepared = { name: `cq_${++this.#count}`, executions: 0 };
      // which disposes of the one before
      this.#prepared.set(text, prepared);
    }
    prepared.executions++;
    const closing = this.#closing;
    this.#closing = [];
    return { name: prepared.name, closing };
  }

  /** Names that were not closed after all: with the next statement they are. */
  closeLater(names: readonly string[]): void {
    this.#closing.push(...names);
  }

  /** It is prepared anew when it runs again. */
  forget(text: string): void {
    this.#prepared.delete(text);
  }
}

/** A statement that the session keeps prepared. What is closed for it goes with it, in one round trip. */
export class PreparedQuery extends pg.Query {
  readonly #statements: PreparedStatements;
  readonly #text: string;
  #closing: readonly string[] = [];

  constructor(
    statements: PreparedStatements,
    { text, values }: { readonly text: string; readonly values: unknown[] },
    done?: (error: Error | null | undefined, result: unknown) => void,
  ) {
    super({ text, values }, done as never);
    this.#statements = statements;
    this.#text = text;
  }

  override submit = (connection: pg.Connection) => {
    // only now is it known what the session has prepared: statements before this one may have been waiting
    const { name, closing } = this.#statements.take(this.#text);
    (this as { name?: string }).name = name;
    this.#closing = closing;
    return submitWith(this, connection, (wire) => {
      for (const each of closing) {
        wire.close({ type: 'S', name: each });
        delete wire.parsedStatements[each];
      }
    });
  };

  /** Called where the server has skipped what was sent, since a statement before it has failed. */
  skipped(): void {
    this.#statements.closeLater(this.#closing);
  }
}
