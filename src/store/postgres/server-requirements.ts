import { sql } from 'kysely';
import { UnusableDatabaseError } from '../../errors.ts';
import type { Client } from '../sql/queries.ts';

/** The oldest release of PostgreSQL that is tested. */
const oldestMajor = 15;

/** What a server says of itself and of the database. */
export interface ServerFacts {
  /** `server_version_num`, such as 150004. */
  readonly versionNumber: number;
  /** `server_version`, such as `15.4 (Debian 15.4-1)`. */
  readonly version: string;
  /** The encoding of the database, such as `UTF8`. */
  readonly encoding: string;
}

/** Why the server or the database cannot be used, continuing the name of the variable that holds the URL; null where it can. */
export function serverProblem({ versionNumber, version, encoding }: ServerFacts): string | null {
  if (!(versionNumber >= oldestMajor * 10_000))
    return `is on PostgreSQL ${version}, which is older than ${oldestMajor}: use a server of version ${oldestMajor} or newer.`;
  if (encoding !== 'UTF8')
    return `has the encoding ${encoding}, which cannot hold every text: use a database made with encoding 'UTF8' (create database … encoding 'UTF8' template template0).`;
  return null;
}

/** Throws `UnusableDatabaseError` for a server that is too old, or a database of another encoding than UTF-8. */
export async function requireSupportedServer(db: Client): Promise<void> {
  const { rows } = await sql<ServerFacts>`
    select current_setting('server_version_num')::integer as "versionNumber", current_setting('server_version') as version,
           current_setting('server_encoding') as encoding`.execute(db);
  const problem = serverProblem(rows[0] as ServerFacts);
  if (problem !== null) throw new UnusableDatabaseError(problem);
}
