import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * Differences between the databases are polymorphism (`WordIndex`, `MigrationDialect`, a store class), never a branch in a method.
 * These are the ways in which code could branch, each with an example, so that a pattern that stops matching fails here too. Files
 * that must know which database is configured are listed in `asking`.
 */
const ways: Readonly<Record<string, readonly [pattern: RegExp, example: string]>> = {
  'the engine of a configuration': [
    /\.engine\b|\bengine\s*[!=]==?|\{[^}]*\bengine\b[^}:]*\}\s*=/,
    "if (config.engine === 'x') {",
  ],
  'the name of a database': [
    /(?:[!=]==?|\bcase|\bincludes\(|\bstartsWith\()\s*['"`](?:sqlite|postgres|postgresql|pg|better-sqlite3)\b/i,
    "return name === 'postgres' ? one : other;",
  ],
  'the name of a database, on the left': [
    /['"`](?:sqlite|postgres|postgresql|pg|better-sqlite3)['"`]\s*(?:[!=]==?|\bin\b)/i,
    "if ('sqlite' === name)",
  ],
  'the class of a store': [
    /\binstanceof\s+\w*(?:Store|Sqlite|Postgres|Dialect|Driver|Platform)\b/i,
    'db instanceof PostgresStore',
  ],
  'the name of a class': [/\bconstructor\.name\b/, 'store.constructor.name'],
  'a flag': [/\b(?:is|on|has|uses?)_?(?:sqlite|postgres|postgresql|pg)\b/i, 'if (db.isPostgres)'],
  'the query builder': [
    /\bdialect\.(?:name|constructor)\b|\bdialect\s*[!=]==?|\bgetPlatform\(|\bgetAdapter\(|\badapter\.supports/,
    'em.getPlatform().usesReturning',
  ],
  'the database itself': [/\bsqlite_version\b|\bselect version\(\)|\bserver_version\b/i, 'select sqlite_version()'],
};

/** Files that pick a database, or check or tell what only one of them needs before a store is open. */
const asking = new Set([
  'src/store/open.ts',
  'src/config/database.ts',
  'src/config/local-files.ts',
  'src/cli/check-connections.ts',
  'src/config/secrets.ts',
  'src/config/settings.ts',
  // examines an installation with no store open
  'src/cli/doctor/configuration.ts',
  'src/cli/doctor/database.ts',
  'src/cli/doctor/examine.ts',
  'src/cli/doctor/resources.ts',
  // where copies of a file are, with no store open
  'src/cli/backups.ts',
  // the value of a label
  'src/main.ts',
]);
/** Reads the scheme of a URL, which is the name of a database. */
const namesDatabases = 'src/config/database-url.ts';
/** Refuses a server by its version, and does nothing else by it. */
const refusesServers = 'src/store/postgres/server-requirements.ts';
/** Where it is said how a database tells its version, which administrators see. */
const tellsVersion =
  /^\s*engineVersion: sql`|^\s*const version = handle\.prepare\('select sqlite_version\(\)'|\('server_version'\) as version, pg_is_in_recovery/;
/** Copies one store in memory to another, which has to be of its own class. */
const copiesItself = 'src/store/sqlite/sqlite-store.ts';

const files = globSync('{src,migrations}/**/*.ts').filter((file) => !file.endsWith('.generated.ts'));

/** Code without its comments, which may speak of databases. */
const codeOf = (file: string) => readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*$/gm, '');

describe.for(Object.entries(ways))('%s', ([, [pattern, example]]) => {
  it('would be noticed', () => expect(example).toMatch(pattern));

  it('is asked for by no method', () => {
    const found = files
      .filter(
        (file) => !asking.has(file) && file !== namesDatabases && file !== refusesServers && file !== copiesItself,
      )
      .flatMap((file) =>
        codeOf(file)
          .split('\n')
          .filter((line) => pattern.test(line) && !tellsVersion.test(line))
          .map((line) => `${file}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  });
});

it('is known where a database is picked, and only there', () => {
  expect(files.length).toBeGreaterThan(100);
  const [pattern] = ways['the engine of a configuration'] ?? expect.fail();
  expect(files.filter((file) => pattern.test(codeOf(file))).sort()).toEqual([...asking].sort());
});
