import { createHash, type Hash } from 'node:crypto';
import { type QueryExecutorProvider, sql } from 'kysely';
import { ConflictError, UnavailableError } from '../../../errors.ts';
import type { CopiedTable, RowSource, TableRow, TableRows } from '../../store.ts';
import { userIdIn } from '../accounts/global-user-id.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { toUnit } from '../knowledge/rows.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { indexUnits } from '../search/index-units.ts';
import { recordsOf } from '../statement.ts';
import { bulkMergeFrom, mergeWords } from '../words/merge.ts';
import { copiedTables, type Table } from './copied-tables.ts';

/** Copies whole databases row by row. Derived rows, such as search indexes, are not copied but rebuilt. */

type TakeRows = Parameters<RowSource>[0];

/** Rows in one insert: SQLite binds 32,766 values in a statement, PostgreSQL 65,535. */
const batchSize = 250;

/** Reads all rows in one snapshot (repeatable read), table by table in the order of `copiedTables`, empty ones too. */
export function readSnapshot(db: Database, take: TakeRows): Promise<void> {
  return db.read.client
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      await db.dialect.disableStatementTimeout(snapshot);
      await readTables(snapshot, take);
    });
}

/** Reads the rows of these tables in batches; throws if it could not read as many rows as there are. */
export async function readTables(
  db: QueryExecutorProvider,
  take: TakeRows,
  which: readonly Table[] = copiedTables,
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
    yield rows.map((row) => withIsoInstants(name, row, instants));
    last = rows.at(-1);
    if (rows.length < batchSize || !last) return;
  }
}

const listOf = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));

/** Instants as ISO text: the databases return them in different forms. */
function withIsoInstants(table: string, row: TableRow, instants: ReadonlySet<string>): TableRow {
  const plain: Record<string, TableRow[string]> = { ...row };
  for (const column of instants) {
    const value = row[column];
    if (typeof value !== 'string') continue;
    const instant = new Date(value);
    if (Number.isNaN(instant.getTime()))
      throw new Error(`${table} holds a row of ${keyOf(table, row)} whose ${column} is no instant.`);
    plain[column] = toColumn(instant);
  }
  return plain;
}

async function count(db: QueryExecutorProvider, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.count);
}

/** Throws `ConflictError` if one of the tables, of those that exist (`present`), holds a row. */
export async function requireEmpty(db: QueryExecutorProvider, present: ReadonlySet<string>): Promise<void> {
  for (const { name } of copiedTables.filter(({ name }) => present.has(name))) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length > 0)
      throw new ConflictError(`The target is not empty: it has rows in ${name}. Name a new database.`, ['to']);
  }
}

/** Writes the rows of `source` in one transaction, then compares counts and checksums of both sides. */
export function fill(
  db: Database,
  source: RowSource,
  progress: (message: string) => void,
): Promise<readonly CopiedTable[]> {
  return db.transaction(async (tx) => {
    const names = copiedTables.map(({ name }) => name);
    await tx.dialect.disableStatementTimeout(tx.write);
    await tx.dialect.lockTables(tx.write, names);
    await requireEmpty(tx.write, new Set(names));
    const given = await summarize(source, async ({ table, rows }, done) => {
      await insert(tx.write, table, rows);
      if (table === 'knowledge_units') {
        await index(tx, rows);
        await mergeWords(tx, bulkMergeFrom);
      }
      progress(`${done} rows of ${table} copied`);
    });
    await beyondErasedUsers(tx, async () => {
      for (const { name } of copiedTables.filter(({ numbered }) => numbered))
        await tx.dialect.resetSequence(tx.write, name);
    });
    await tx.dialect.analyze(tx.write, names);
    const copied = await summarize(
      (take) => readTables(tx.write, take),
      async ({ table }, done) => progress(`${done} rows of ${table} compared`),
    );
    requireSame(given, copied);
    return copied;
  });
}

/** Runs `reset` so that no id of an account that was erased is given out again: the audit log has what was done under it. */
async function beyondErasedUsers({ write, now }: Database, reset: () => Promise<void>): Promise<void> {
  const erased = await sql<{ id: string }>`select id from erased_users`.execute(write);
  const users = await sql<{ last: number | null }>`select max(id) as last from users`.execute(write);
  const last = erased.rows.reduce((most, { id }) => Math.max(most, userIdIn(id) ?? 0), 0);
  // a row that was there counts, also where nothing but the rows tells the database which ids it gave out
  const isBeyond = last > Number(users.rows[0]?.last ?? 0);
  if (isBeyond)
    await sql`
      insert into users (id, username, password_hash, role, created_at)
      values (${last}, '[erased]', '', 'member', ${toColumn(now())})`.execute(write);
  await reset();
  if (isBeyond) await sql`delete from users where id = ${last}`.execute(write);
}

async function insert(db: QueryExecutorProvider, table: string, rows: readonly TableRow[]) {
  if (rows.length === 0) return;
  try {
    const columns = Object.keys(rows[0] ?? {});
    const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    await sql`insert into ${sql.table(table)} (${listOf(columns)}) values ${sql.join(values)}`.execute(db);
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    // the databases do not say which row of the batch it was
    const [first, last] = [rows.at(0), rows.at(-1)].map((row) => keyOf(table, row));
    throw new Error(`${table} cannot take the rows from ${first} to ${last}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function keyOf(table: string, row: TableRow | undefined): string {
  const key = copiedTables.find(({ name }) => name === table)?.key ?? [];
  return key.map((column) => row?.[column]).join(' ');
}

function index(tx: Database, rows: readonly TableRow[]): Promise<void> {
  return indexUnits(tx, recordsOf(KnowledgeUnitEntity, tx.write, rows).map(toUnit));
}

/** Row count and checksum (SHA-256) of each table, over its rows in the order of their keys. */
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

function requireSame(given: readonly CopiedTable[], copied: readonly CopiedTable[]) {
  for (const { table, rows, checksum } of copied) {
    const origin = given.find((one) => one.table === table);
    if (origin?.rows !== rows || origin.checksum !== checksum)
      throw new Error(
        `${table} differs in the target: ${origin?.rows ?? 0} rows were read, ${rows} were written, and their checksums differ. Nothing was copied.`,
      );
  }
}
