import { type QueryExecutorProvider, sql } from 'kysely';
import type { MigrationDialect } from '../../../../migrations/step.ts';
import { ConflictError } from '../../../errors.ts';
import type { CopiedTable, KeptAdoption } from '../../store.ts';
import { readTables, summarize } from '../transfer/copy.ts';
import { type Table, tables } from './tables.ts';

/**
 * What an adopted database remembers of its adoption, so that it can be undone: a table of its own with one row, which is
 * there for as long as the Python server's tables are kept.
 */
export const record = 'cq_adoption';

export interface Kept {
  /** Where, in words. */
  readonly place: string;
  /** What it takes to put it back: the database's own. */
  readonly details: object;
}

export interface AdoptionRecord extends Kept {
  readonly at: Date;
  readonly contents: readonly CopiedTable[];
}

/** What callers change, each in the order of `tables`; the others follow from these, or are no caller's. */
const callersTables = ['knowledge_units', 'knowledge_unit_flags', 'events', 'users', 'api_keys', 'quarantine'] as const;

/** What changes without anybody having written: when a key was used, and the same password hashed anew when its owner signs in. */
const passingColumns = new Set(['last_used_at', 'password_hash']);

const watched: readonly Table[] = tables
  .filter(({ name }) => callersTables.some((table) => table === name))
  .map((table) => ({ ...table, columns: table.columns.filter((column) => !passingColumns.has(column)) }));

export async function writeRecord(
  tx: QueryExecutorProvider,
  { place, details }: Kept,
  pause: () => Promise<void>,
): Promise<void> {
  const contents = await contentsOf(tx, pause);
  await sql`
    create table ${sql.table(record)}
      (adopted_at text not null, place text not null, details text not null, contents text not null)`.execute(tx);
  await sql`
    insert into ${sql.table(record)} (adopted_at, place, details, contents)
    values (${new Date().toISOString()}, ${place}, ${JSON.stringify(details)}, ${JSON.stringify(contents)})`.execute(
    tx,
  );
}

interface RecordRow {
  readonly adopted_at: string;
  readonly place: string;
  readonly details: string;
  readonly contents: string;
}

/** Null where nothing is kept. */
export async function readRecord(db: QueryExecutorProvider, side: MigrationDialect): Promise<AdoptionRecord | null> {
  const present = (await side.tables.execute(db)).rows.some(({ name }) => name === record);
  if (!present) return null;
  const { rows } = await sql<RecordRow>`select adopted_at, place, details, contents from ${sql.table(record)}`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return null;
  const { adopted_at, place, details, contents } = row;
  return { at: new Date(adopted_at), place, details: JSON.parse(details), contents: JSON.parse(contents) };
}

export async function requireRecord(db: QueryExecutorProvider, side: MigrationDialect): Promise<AdoptionRecord> {
  const found = await readRecord(db, side);
  if (!found) throw nothingKept();
  return found;
}

export const nothingKept = () =>
  new ConflictError(
    'Nothing is kept of a database of the Python server: this one was not adopted, or what was kept is discarded.',
    [],
  );

export async function statusOf(
  db: QueryExecutorProvider,
  { at, place, contents }: AdoptionRecord,
): Promise<KeptAdoption> {
  return { at, place, written: await writtenSince(db, contents) };
}

/** Throws unless nobody has written since, or what was written may be lost. */
export function requireUnwritten({ at, written }: KeptAdoption, dropChanges: boolean): void {
  if (written.length === 0 || dropChanges) return;
  throw new ConflictError(
    `Callers have written since the database was adopted at ${at.toISOString()}, and all of it would be lost: ${written.join('; ')}. "cq-server export" keeps the units; --drop-changes goes back without the rest.`,
    ['dropChanges'],
  );
}

function contentsOf(db: QueryExecutorProvider, pause: () => Promise<void>): Promise<CopiedTable[]> {
  return summarize((take) => readTables(db, take, watched), pause);
}

async function writtenSince(db: QueryExecutorProvider, before: readonly CopiedTable[]): Promise<string[]> {
  const now = await contentsOf(db, async () => {});
  const phrases: string[] = [];
  for (const { table, rows, checksum } of now) {
    const then = before.find((one) => one.table === table);
    if (then?.checksum === checksum || (table === 'users' && then?.rows === 0 && (await isOurs(db)))) continue;
    phrases.push(`${table}, ${difference(rows - (then?.rows ?? 0))}`);
  }
  return phrases;
}

function difference(more: number): string {
  if (more === 0) return 'rows changed';
  const count = Math.abs(more);
  return `${count} ${count === 1 ? 'row' : 'rows'} ${more > 0 ? 'more' : 'fewer'}`;
}

/** Whether the only account is the one that a start opens where there is none. */
async function isOurs(db: QueryExecutorProvider): Promise<boolean> {
  const { rows: accounts } = await sql<{ username: string; password_changed_at: string | null }>`
    select username, password_changed_at from users limit 2`.execute(db);
  const [only] = accounts;
  return accounts.length === 1 && only?.username === 'admin' && only.password_changed_at === null;
}
