import { createHash, type Hash } from 'node:crypto';
import { type QueryExecutorProvider, sql } from 'kysely';
import { ConflictError, UnavailableError } from '../../../errors.ts';
import type { CopiedTable, RowSource, TableRow, TableRows } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { toUnit } from '../knowledge/rows.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { type Table, tables } from '../schema/tables.ts';
import { indexedText } from '../search/analyser.ts';
import { recordsOf } from '../statement.ts';

/** Whole databases, row by row. What is derived of the rows, for search, is not carried but made anew. */

type Take = Parameters<RowSource>[0];

/** Rows at a time: SQLite takes 32,766 values in a statement, PostgreSQL 65,535. */
const batchSize = 250;

/** Gives all rows as they stand at one moment. Every table comes, also without rows, in the order of `tables`. */
export function readSnapshot(db: Database, take: Take): Promise<void> {
  return db.read.client
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      await db.dialect.disableStatementTimeout(snapshot);
      await readTables(snapshot, take);
    });
}

/** Gives the rows of these tables, as `readSnapshot` does. */
export async function readTables(
  db: QueryExecutorProvider,
  take: Take,
  which: readonly Table[] = tables,
): Promise<void> {
  for (const table of which) {
    let read = 0;
    for await (const rows of readTable(db, table)) {
      read += rows.length;
      await take({ table: table.name, rows });
    }
    const counted = await count(db, table.name);
    if (counted !== read) throw new Error(`${table.name} holds ${counted} rows, and ${read} of them could be read.`);
  }
}

async function* readTable(
  db: QueryExecutorProvider,
  { name, columns, key, instants }: Table,
): AsyncGenerator<readonly TableRow[]> {
  const keyColumns = listOf(key);
  const after = (last: TableRow | undefined) =>
    last ? sql`where (${keyColumns}) > (${sql.join(key.map((column) => last[column]))})` : sql``;
  for (let last: TableRow | undefined; ; ) {
    const { rows } = await sql<TableRow>`
      select ${listOf(columns)} from ${sql.table(name)} ${after(last)} order by ${keyColumns} limit ${sql.lit(batchSize)}`.execute(
      db,
    );
    yield rows.map((row) => withPlainInstants(row, instants));
    last = rows.at(-1);
    if (rows.length < batchSize || !last) return;
  }
}

const listOf = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));

/** The databases write instants in different ways. */
function withPlainInstants(row: TableRow, instants: ReadonlySet<string>): TableRow {
  const plain: Record<string, TableRow[string]> = { ...row };
  for (const column of instants) {
    const value = row[column];
    if (typeof value === 'string') plain[column] = toColumn(new Date(value));
  }
  return plain;
}

async function count(db: QueryExecutorProvider, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}

/** Throws a `ConflictError` when one of our tables, of those that are there, holds a row. */
export async function requireEmpty(db: QueryExecutorProvider, present: ReadonlySet<string>): Promise<void> {
  for (const { name } of tables.filter(({ name }) => present.has(name))) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length > 0)
      throw new ConflictError(`The target is not empty: it has rows in ${name}. Name a new database.`, ['to']);
  }
}

/** Writes `source` in one transaction, and compares what it gave with what is there then. */
export function fill(
  db: Database,
  source: RowSource,
  progress: (message: string) => void,
): Promise<readonly CopiedTable[]> {
  return db.transaction(async (tx) => {
    const names = tables.map(({ name }) => name);
    await tx.dialect.disableStatementTimeout(tx.write);
    await tx.dialect.lockTables(tx.write, names);
    await requireEmpty(tx.write, new Set(names));
    const given = await summarize(source, async ({ table, rows }, done) => {
      await insert(tx.write, table, rows);
      if (table === 'knowledge_units') await index(tx, rows);
      progress(`${done} rows of ${table} copied`);
    });
    for (const { name } of tables.filter(({ numbered }) => numbered)) await tx.dialect.resetSequence(tx.write, name);
    await tx.dialect.analyze(tx.write, names);
    const there = await summarize(
      (take) => readTables(tx.write, take),
      async ({ table }, done) => progress(`${done} rows of ${table} compared`),
    );
    requireSame(given, there);
    return there;
  });
}

async function insert(db: QueryExecutorProvider, table: string, rows: readonly TableRow[]) {
  if (rows.length === 0) return;
  try {
    const columns = Object.keys(rows[0] ?? {});
    const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    await sql`insert into ${sql.table(table)} (${listOf(columns)}) values ${sql.join(values)}`.execute(db);
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    // which of them it was, the databases do not say
    const [first, last] = [rows.at(0), rows.at(-1)].map((row) => keyOf(table, row));
    throw new Error(`${table} cannot take the rows from ${first} to ${last}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function keyOf(table: string, row: TableRow | undefined): string {
  const key = tables.find(({ name }) => name === table)?.key ?? [];
  return key.map((column) => row?.[column]).join(' ');
}

function index({ words, write }: Database, rows: readonly TableRow[]): Promise<void> {
  return words.add(
    write,
    recordsOf(KnowledgeUnitEntity, write, rows).map((row) => ({ unitId: row.id, ...indexedText(toUnit(row)) })),
  );
}

/** How many rows there are of each table, and a checksum over all they hold, in the order of their keys. */
export async function summarize(
  source: RowSource,
  each: (batch: TableRows, done: number) => Promise<void>,
): Promise<CopiedTable[]> {
  const seen = new Map<string, { rows: number; hash: Hash }>();
  await source(async (batch) => {
    const sum = seen.get(batch.table) ?? { rows: 0, hash: createHash('sha256') };
    for (const row of batch.rows) sum.hash.update(`${JSON.stringify(row)}\n`);
    sum.rows += batch.rows.length;
    seen.set(batch.table, sum);
    await each(batch, sum.rows);
  });
  return [...seen].map(([table, { rows, hash }]) => ({ table, rows, checksum: hash.digest('hex') }));
}

function requireSame(given: readonly CopiedTable[], there: readonly CopiedTable[]) {
  for (const { table, rows, checksum } of there) {
    const origin = given.find((one) => one.table === table);
    if (origin?.rows !== rows || origin.checksum !== checksum)
      throw new Error(
        `${table} is not the same in the target: ${origin?.rows ?? 0} rows were read, ${rows} are there, and their checksums differ. Nothing was copied.`,
      );
  }
}
