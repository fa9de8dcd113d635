import { Migration } from '@mikro-orm/migrations';
import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks of tables as they were then, which no type describes
export type Schema = Kysely<any>;

/** The column types that the two databases name differently. */
export interface ColumnTypes {
  /** A UTC instant with milliseconds. */
  readonly instant: 'text' | 'timestamptz(3)';
  /** An IEEE double. */
  readonly double: 'double' | 'double precision';
}

/** What one database says in its own words. */
export interface Native {
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
}

export interface StepContext {
  readonly db: Schema;
  readonly types: ColumnTypes;
  /** Runs the statements written for the database at hand. */
  native(statements: Native): Promise<void>;
}

const columnTypes = {
  sqlite: { instant: 'text', double: 'double' },
  postgres: { instant: 'timestamptz(3)', double: 'double precision' },
} as const;

/** Makes a MikroORM migration of one step. A step runs on both databases and cannot be taken back. */
export function step(name: string, run: (context: StepContext) => Promise<void>) {
  return class extends Migration {
    override name = name;

    override async up() {
      const db = this.ctx as unknown as Schema;
      const side = this.driver.constructor.name === 'PostgreSqlDriver' ? 'postgres' : 'sqlite';
      await run({
        db,
        types: columnTypes[side],
        async native(statements) {
          for (const statement of statements[side]) await sql.raw(statement).execute(db);
        },
      });
    }
  };
}
