import { type QueryExecutorProvider, sql } from 'kysely';
import type { MigrationDialect } from '../../../../migrations/step.ts';
import { ConflictError } from '../../../errors.ts';
import type { CopiedTable, KeptAdoption } from '../../store.ts';
import { toColumn } from '../instants.ts';
import { copiedTables, type Table } from '../transfer/copied-tables.ts';
import { readTables, summarize } from '../transfer/copy.ts';

/**
 * The record of an adoption: a table with one row that says where the Python server's tables are kept and what the database
 * held then. It exists for as long as those tables are kept, and is what `adoption undo` goes by.
 */
export const adoptionTable = 'cq_adoption';

/** The Python server's tables, set aside. */
export interface Kept {
  /** Where they are, for messages. */
  readonly place: string;
  /** What restoring them needs, as JSON; each database has its own form. */
  readonly details: object;
}

export interface AdoptionRecord extends Kept {
  readonly at: Date;
  /** Row counts and checksums of the compared tables at the end of the adoption. */
  readonly contents: readonly CopiedTable[];
}

/** Tables that callers write to, in the order of `copiedTables`; the rows of others are derived, or written by the server. */
const callersTables = [
  ...['erased_units', 'erased_users', 'knowledge_units', 'knowledge_unit_flags', 'events', 'users', 'api_keys'],
  'quarantine',
];

/**
 * Columns that change without a caller's write: what using a key notes of it, a password hash that signing in renews, and for which version of a
 * unit repeats were looked for. And those that
 * adoptions by earlier releases did not have, so that what they have recorded stays comparable: who writes one of these changes another
 * column too, or adds a row to `events`.
 */
const ignoredColumns: Readonly<Record<string, readonly string[]>> = {
  knowledge_units: [
    ...[
      'confirmers',
      'own_confirmations',
      'text_hash',
      'held_secrets',
      'secrets_released_by',
      'flag_count',
      'repeats_version',
      'decision_note',
    ],
    ...['withdrawn_as', 'withdrawn_by', 'withdrawn_at', 'withdrawn_reason'],
  ],
  events: ['kind', 'unit_version', 'note'],
  users: [
    'password_hash',
    'last_used_at',
    'suspended_at',
    'suspended_by',
    'suspension_reason',
    'closed_at',
    'closed_by',
  ],
  api_keys: ['last_used_at', 'pepper', 'access', 'domains'],
};

const comparedTables: readonly Table[] = copiedTables
  .filter(({ name }) => callersTables.some((table) => table === name))
  .map((table) => ({
    ...table,
    columns: table.columns.filter((column) => !ignoredColumns[table.name]?.includes(column)),
  }));

/** Creates the record, with the contents of the database as they are now. */
export async function writeAdoptionRecord(
  tx: QueryExecutorProvider,
  dialect: MigrationDialect,
  { place, details }: Kept,
  pause: () => Promise<void>,
): Promise<void> {
  const contents = await contentsOf(tx, pause);
  await sql`
    create table ${sql.table(adoptionTable)}
      (adopted_at text not null, place text not null, details text not null, contents text not null)`.execute(tx);
  await sql`
    insert into ${sql.table(adoptionTable)} (adopted_at, place, details, contents)
    values (${new Date().toISOString()}, ${place}, ${JSON.stringify(details)}, ${JSON.stringify(contents)})`.execute(
    tx,
  );
  await auditAdoption(tx, dialect, 'database.adopted', place);
}

/** Adds an entry to the audit log: here and not in the domain, since a database is adopted before there is a store. */
export async function auditAdoption(
  tx: QueryExecutorProvider,
  dialect: MigrationDialect,
  action: 'database.adopted' | 'adoption.discarded',
  place: string,
): Promise<void> {
  // what was adopted by an earlier release can be discarded before this one migrates
  if (!(await dialect.tables.execute(tx)).rows.some(({ name }) => name === 'audit_log')) return;
  const [at, kind] = [toColumn(new Date()), action === 'database.adopted' ? 'server' : 'operator'];
  await sql`
    insert into audit_log (at, last_at, action, actor_kind, details, count)
    values (${at}, ${at}, ${action}, ${kind}, ${JSON.stringify({ place })}, 1)`.execute(tx);
}

interface RecordRow {
  readonly adopted_at: string;
  readonly place: string;
  readonly details: string;
  readonly contents: string;
}

/** The record; null where no adopted tables are kept. */
export async function readAdoptionRecord(
  db: QueryExecutorProvider,
  dialect: MigrationDialect,
): Promise<AdoptionRecord | null> {
  const present = (await dialect.tables.execute(db)).rows.some(({ name }) => name === adoptionTable);
  if (!present) return null;
  const { rows } =
    await sql<RecordRow>`select adopted_at, place, details, contents from ${sql.table(adoptionTable)}`.execute(db);
  const [row] = rows;
  if (!row) return null;
  const { adopted_at, place, details, contents } = row;
  return { at: new Date(adopted_at), place, details: JSON.parse(details), contents: JSON.parse(contents) };
}

/** The record. Throws `ConflictError` where there is none. */
export async function requireAdoptionRecord(
  db: QueryExecutorProvider,
  dialect: MigrationDialect,
): Promise<AdoptionRecord> {
  const found = await readAdoptionRecord(db, dialect);
  if (!found) throw nothingKept();
  return found;
}

export const nothingKept = () =>
  new ConflictError(
    'Nothing is kept of a database of the Python server: this one was not adopted, or what was kept was discarded.',
    [],
  );

/** What is kept, and what callers have written since the adoption. */
export async function statusOf(
  db: QueryExecutorProvider,
  { at, place, contents }: AdoptionRecord,
): Promise<KeptAdoption> {
  return { at, place, written: await writtenSince(db, contents) };
}

/** Throws `ConflictError` if callers have written since the adoption, unless `dropChanges`. */
export function requireUnwritten({ at, written }: KeptAdoption, dropChanges: boolean): void {
  if (written.length === 0 || dropChanges) return;
  throw new ConflictError(
    `Callers have written since the database was adopted at ${at.toISOString()}, and all of it would be lost: ${written.join('; ')}. "cq-server export" keeps the units; --drop-changes goes back without the rest.`,
    ['dropChanges'],
  );
}

function contentsOf(db: QueryExecutorProvider, pause: () => Promise<void>): Promise<CopiedTable[]> {
  return summarize((take) => readTables(db, take, comparedTables), pause);
}

async function writtenSince(db: QueryExecutorProvider, before: readonly CopiedTable[]): Promise<string[]> {
  const now = await contentsOf(db, async () => {});
  const phrases: string[] = [];
  for (const { table, rows, checksum } of now) {
    const then = before.find((one) => one.table === table);
    // adoptions by earlier releases knew nothing that was erased
    if (!then && rows === 0) continue;
    if (then?.checksum === checksum || (table === 'users' && then?.rows === 0 && (await isInitialAdmin(db)))) continue;
    phrases.push(`${table}, ${difference(rows - (then?.rows ?? 0))}`);
  }
  return phrases;
}

function difference(more: number): string {
  if (more === 0) return 'rows changed';
  const count = Math.abs(more);
  return `${count} ${count === 1 ? 'row' : 'rows'} ${more > 0 ? 'more' : 'fewer'}`;
}

/** Whether the only account is the administrator that the first start creates, with its initial password. */
async function isInitialAdmin(db: QueryExecutorProvider): Promise<boolean> {
  const { rows: accounts } = await sql<{ username: string; password_changed_at: string | null }>`
    select username, password_changed_at from users limit 2`.execute(db);
  const [only] = accounts;
  return accounts.length === 1 && only?.username === 'admin' && only.password_changed_at === null;
}
