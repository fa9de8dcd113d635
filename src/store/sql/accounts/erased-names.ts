import { createHmac, randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { UnauthenticatedError } from '../../../errors.ts';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';

/**
 * Names of people who were erased, which nothing may write again. Whoever writes a name asks here, in the transaction that writes it: the row
 * of the account is locked as by a reference to it, so that the erasure of that person waits for this transaction, and what begins after
 * the erasure finds no account.
 */

/** Names in one statement: databases limit the number of parameters. */
const batchSize = 500;

/**
 * The name of who does something, as it may be written. Throws `UnauthenticatedError` for a person who was erased: their request was under way.
 * `lock` may be a stronger one, where the transaction takes that anyway: it must not take both.
 */
export async function requireName(tx: Database, name: string, lock = tx.dialect.referenceLock): Promise<string> {
  const keep = await keptNames(tx, [name], lock);
  if (keep(name) !== name) throw new UnauthenticatedError('Invalid or expired token.');
  return name;
}

/** Names that come from elsewhere, such as an import, as they may be written: of people who were erased, what stands in place of the name. */
export async function keptNames(
  { write, dialect }: Database,
  names: Iterable<string>,
  lock: RawBuilder<unknown> = dialect.referenceLock,
): Promise<(name: string) => string> {
  const wanted = [...new Set(names)];
  const placeholders = new Map<string, string>();
  for (let from = 0; from < wanted.length; from += batchSize) {
    const batch = wanted.slice(from, from + batchSize);
    const { rows } = await sql<{ username: string }>`
      select username from users where username in (${sql.join(batch)}) ${lock}`.execute(write);
    const present = new Set(rows.map(({ username }) => username));
    for (const [name, placeholder] of await erasedNames(
      write,
      batch.filter((name) => !present.has(name)),
    ))
      placeholders.set(name, placeholder);
  }
  return (name) => placeholders.get(name) ?? name;
}

/** The same of one name. */
export const keptName = async (tx: Database, name: string): Promise<string> => (await keptNames(tx, [name]))(name);

/** Those of the names that people had who were erased, each with what stands in its place. */
export async function erasedNames(queries: Queries, names: readonly string[]): Promise<Map<string, string>> {
  const secret = names.length > 0 ? await findSecret(queries) : null;
  if (secret === null) return new Map();
  const byDigest = new Map(names.map((name) => [digestOf(secret, name), name]));
  const { rows } = await sql<{ digest: string; placeholder: string }>`
    select digest, placeholder from erased_users where digest in (${sql.join([...byDigest.keys()])})`.execute(queries);
  return new Map(rows.map(({ digest, placeholder }) => [byDigest.get(digest) ?? '', placeholder]));
}

/** What is kept of the name of somebody who is being erased. Erasures of people run one after the other, so that all have one secret. */
export async function keepDigest(write: Queries, name: string): Promise<{ secret: string; digest: string }> {
  const secret = (await findSecret(write)) ?? randomBytes(32).toString('base64url');
  return { secret, digest: digestOf(secret, name) };
}

async function findSecret(queries: Queries): Promise<string | null> {
  const { rows } = await sql<{ secret: string }>`select secret from erased_users limit 1`.execute(queries);
  return rows[0]?.secret ?? null;
}

const digestOf = (secret: string, name: string) => createHmac('sha256', secret).update(name).digest('base64url');
