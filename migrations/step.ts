import { type Kysely, type RawBuilder, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks of tables as they were then, which no type describes
export type Schema = Kysely<any>;

/** One step from the Python server's schema to ours. It runs on both databases and cannot be taken back. */
export interface Step {
  readonly name: string;
  run(context: StepContext): Promise<void>;
}

/** What the two databases say in their own words, side by side. */
export interface Native<T> {
  readonly sqlite: T;
  readonly postgres: T;
}

export interface StepContext {
  readonly db: Schema;
  readonly types: ColumnTypes;
  /** Runs the statements written for the database at hand. */
  native(statements: Native<readonly string[]>): Promise<void>;
  /** The one of the two that is for the database at hand. */
  pick<T>(sides: Native<T>): T;
  has(table: string): Promise<boolean>;
  /** Says what a step did or found. */
  tell(message: string): void;
  /**
   * Reports progress, at most once a second: call it as often as you like. Lets this process do other things meanwhile, and
   * throws when it is told to stop.
   */
  progress(message: string): Promise<void>;
}

/** The column types that the two databases name differently. */
export interface ColumnTypes {
  /** Text that sorts by code point. */
  readonly text: string;
  /** A UTC instant with milliseconds. */
  readonly instant: string;
  /** An IEEE double. */
  readonly double: string;
}

/** One of the two databases, as steps see it. */
export interface MigrationDialect {
  readonly types: ColumnTypes;
  pick<T>(sides: Native<T>): T;
  /** The tables in the schema that is ours, other than the database's own. */
  readonly tables: RawBuilder<{ name: string }>;
  columns(table: string): RawBuilder<{ name: string }>;
  /** SQL that creates the migrations table unless it is there, as the ORM does. */
  createLedger(table: string): string;
}

export const sqliteMigrationDialect: MigrationDialect = {
  types: { text: 'text', instant: 'text', double: 'double' },
  pick: ({ sqlite }) => sqlite,
  tables: sql`select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
  columns: (table) => sql`select name from pragma_table_info(${table})`,
  createLedger: (table) => `
    create table if not exists ${table} (id integer not null primary key autoincrement, name text not null,
      executed_at datetime not null default (strftime('%s', 'now') * 1000))`,
};

/** The schema that is ours on PostgreSQL: the first of the search path that is there. */
const ownSchema = sql`(select oid from pg_namespace where nspname = current_schema())`;

export const postgresMigrationDialect: MigrationDialect = {
  types: { text: 'text collate "C"', instant: 'timestamptz(3)', double: 'double precision' },
  pick: ({ postgres }) => postgres,
  tables: sql`
    select relname as name from pg_class
     where relnamespace = ${ownSchema} and relkind in ('r', 'p')
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')`,
  // not of information_schema, which leaves out what this role has no right to
  columns: (table) => sql`
    select attname as name from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = ${ownSchema} and relname = ${table} and attnum > 0 and not attisdropped`,
  createLedger: (table) => `
    create table if not exists ${table} (id serial primary key, name varchar(255) not null,
      executed_at timestamptz(6) not null default current_timestamp(6))`,
};

export const step = (name: string, run: Step['run']): Step => ({ name, run });

/** Passes on one message a second at most, and the first one after a second. */
export function throttle(tell: (message: string) => void, now = Date.now): (message: string) => void {
  let last = now();
  return (message) => {
    if (now() - last < 1000) return;
    last = now();
    tell(message);
  };
}

/** Where a migration says what it does, and who may stop it. */
export interface Supervision {
  readonly tell: (message: string) => void;
  /** Lets this process do other things. Throws when it is told to stop. */
  readonly pause: () => Promise<void>;
}

export function stepContext(
  db: Schema,
  { types, pick, tables }: MigrationDialect,
  { tell, pause }: Supervision,
): StepContext {
  const say = throttle(tell);
  return {
    db,
    types,
    pick,
    tell,
    progress(message) {
      say(message);
      return pause();
    },
    async has(table) {
      return (await tables.execute(db)).rows.some(({ name }) => name === table);
    },
    async native(statements) {
      for (const statement of pick(statements)) await sql.raw(statement).execute(db);
    },
  };
}
