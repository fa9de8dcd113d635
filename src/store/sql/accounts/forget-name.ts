import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { AttemptedUser } from '../knowledge/erasure-lists.ts';
import { renameQuarantined } from '../knowledge/quarantined-names.ts';
import { forgetAddresses } from './audit-log.ts';

/**
 * Puts the placeholder of a person who was erased where their name is, some hundred rows in one transaction: a person may have written ten
 * thousands of units. Each table is read through once, beside the requests. A process that dies in between leaves the rest to the next
 * attempt, which begins anew and finds only what is left.
 */

/** Rows in one transaction, which others wait for: some ten milliseconds. */
const batchSize = 500;

/** A table with names of people: the column that it is read in the order of, and those that have names. */
interface NamedTable {
  readonly table: string;
  readonly key: string;
  readonly columns: readonly string[];
}

/**
 * Accounts come last: what a suspension did bears the name that the account says, so that who takes it back waits until both have the
 * placeholder (`domain/suspension.ts`). Units come first: who adds a row for the author of a unit, such as an earlier version of it, has locked the unit meanwhile, and the
 * rows of a unit that is done are added for the placeholder.
 */
const namedTables: readonly NamedTable[] = [
  {
    table: 'knowledge_units',
    key: 'id',
    columns: ['created_by', 'reviewed_by', 'withdrawn_by', 'secrets_released_by'],
  },
  { table: 'knowledge_unit_revisions', key: 'id', columns: ['created_by', 'decided_by'] },
  { table: 'knowledge_unit_flags', key: 'id', columns: ['created_by'] },
  { table: 'unit_confirmers', key: 'unit_id', columns: ['username'] },
  { table: 'events', key: 'id', columns: ['actor'] },
  { table: 'users', key: 'id', columns: ['suspended_by', 'closed_by'] },
];

/** Removes the name from all rows but those of backups, and the addresses from the audit log. */
export async function forgetName(db: Database, erased: AttemptedUser, signal?: AbortSignal): Promise<void> {
  const { id, username, placeholder } = erased;
  if (username === null) return;
  for (const named of namedTables) await rename(db, named, username, placeholder, signal);
  await renameQuarantined(db, username, placeholder, signal);
  await db.transaction(async ({ write }) => {
    await sql`delete from invitations where username = ${username}`.execute(write);
  });
  await deleteAttempts(db);
  while ((await forgetAddresses(db, id, batchSize)) > 0) signal?.throwIfAborted();
  await db.transaction(async ({ write }) => {
    await sql`update erased_users set username = null where id = ${id}`.execute(write);
  });
}

async function rename(
  db: Database,
  { table, key, columns }: NamedTable,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  const [of, its] = [sql.table(table), sql.ref(key)];
  const named = sql`(${sql.join(
    columns.map((column) => sql`${sql.ref(column)} = ${from}`),
    sql` or `,
  )})`;
  const renamed = sql.join(
    columns.map((column) => {
      const name = sql.ref(column);
      return sql`${name} = case when ${name} = ${from} then ${to} else ${name} end`;
    }),
  );
  let rest = named;
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await sql<{ key: string | number }>`
      select ${its} as key from ${of} where ${rest} order by ${its} limit ${sql.lit(batchSize)}`.execute(db.search);
    if (rows.length === 0) return;
    const keys = rows.map((row) => row.key);
    await db.transaction(async ({ write, dialect }) => {
      // in the order in which others lock them
      await sql`
        select ${its} from ${of} where ${its} in (${sql.join(keys)}) and ${named} order by ${its} ${dialect.rowLock}`.execute(
        write,
      );
      await sql`update ${of} set ${renamed} where ${its} in (${sql.join(keys)}) and ${named}`.execute(write);
    });
    rest = sql`${its} > ${keys.at(-1)} and ${named}`;
  }
}

/** Deletes what is counted of attempts to sign in, of everybody: it is kept under digests of names, and ends within minutes anyway. */
async function deleteAttempts(db: Database): Promise<void> {
  await db.transaction(async ({ write, dialect }) => {
    await sql`
      delete from sign_in_attempts where key in (select key from sign_in_attempts order by key ${dialect.skipLocked})`.execute(
      write,
    );
  });
}
