import { readFileSync, statSync } from 'node:fs';

/** What a line of a password file must fit. */
export interface Login {
  /** The host's name; `localhost` for a socket in its usual folder. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of a login in a file of libpq's form, `host:port:database:user:password`: the first line that fits, in which `*`
 * fits everything. Undefined where no line fits.
 */
export function passwordIn(text: string, { host, port, database, user }: Login): string | undefined {
  const wanted = [host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const raw = [...line.matchAll(/((?:\\.|[^:\\])*\\?)(?::|$)/gs)].map(([, field = '']) => field);
    // an escaped asterisk is one, and fits itself only
    const fits = wanted.every((value, at) => raw[at] === '*' || unescaped(raw[at]) === value);
    if (fits && raw[4]) return unescaped(raw[4]);
  }
  return undefined;
}

const unescaped = (field: string | undefined) => field?.replace(/\\(.)/gs, '$1');

/** The text of a password file; null, after a warning, where others may read it, and where there is none, as libpq has it. */
export function readPassfile(path: string, warn: (text: string) => void): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isFile()) {
    warn(`The password file ${path} is no plain file and is ignored.`);
    return null;
  }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    warn(`The password file ${path} can be read by others and is ignored: chmod 0600 ${path}`);
    return null;
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    warn(`The password file ${path} cannot be read and is ignored: ${(error as Error).message}.`);
    return null;
  }
}
