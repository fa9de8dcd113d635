import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { type Case, keys, users } from './python-rows.ts';
import { postgresShape, type SqliteShape, sqliteShapes } from './python-schema.ts';

/** Databases such as the Python server leaves behind. */

const has = (statements: readonly string[], text: string) => statements.some((statement) => statement.includes(text));

/** Writes a SQLite file. With `wal`, it stays open, and what was written is still in its log. */
export function makePythonFile(file: string, shape: SqliteShape, cases: readonly Case[], { wal = false } = {}): void {
  const statements = sqliteShapes[shape];
  const handle = new BetterSqlite(file);
  try {
    handle.function('vec_length', (blob: unknown) => (blob as Buffer).length / 4);
    if (wal) handle.pragma('journal_mode = WAL');
    for (const statement of statements) handle.exec(statement);
    const columns = new Set(
      handle.prepare<[], string>(`select name from pragma_table_info('knowledge_units')`).pluck().all(),
    );
    handle.transaction(() => {
      for (const { row, domains } of cases) {
        insert(
          handle,
          'knowledge_units',
          Object.entries(row).filter(([name]) => columns.has(name)),
        );
        for (const domain of domains)
          insert(handle, 'knowledge_unit_domains', Object.entries({ unit_id: row.id, domain }));
      }
      if (has(statements, 'table users')) for (const user of users) insert(handle, 'users', Object.entries(user));
      if (has(statements, 'table api_keys')) for (const key of keys) insert(handle, 'api_keys', Object.entries(key));
      if (has(statements, 'knowledge_units_vec'))
        insert(handle, 'knowledge_units_vec', Object.entries({ id: cases[0]?.row.id, embedding: Buffer.alloc(12) }));
    })();
  } finally {
    if (!wal) handle.close();
  }
}

function insert(handle: BetterSqlite.Database, table: string, values: [string, unknown][]) {
  const names = values.map(([name]) => name).join(', ');
  const places = values.map(() => '?').join(', ');
  handle.prepare(`insert into ${table} (${names}) values (${places})`).run(...values.map(([, value]) => value));
}

export async function makePythonPostgres(url: string, cases: readonly Case[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const put = (table: string, values: object) => {
    const names = Object.keys(values);
    const places = names.map((_, index) => `$${index + 1}`).join(', ');
    return client.query(`insert into ${table} (${names.join(', ')}) values (${places})`, Object.values(values));
  };
  try {
    for (const statement of postgresShape) await client.query(statement);
    await client.query('begin');
    for (const { row, domains } of cases) {
      await put('knowledge_units', row);
      for (const domain of domains) await put('knowledge_unit_domains', { unit_id: row.id, domain });
    }
    for (const user of users) await put('users', user);
    for (const key of keys) await put('api_keys', key);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/** Every object of a file, and every row. */
export function contentsOfPythonFile(file: string) {
  const handle = new BetterSqlite(file, { readonly: true });
  try {
    const objects = handle
      .prepare<[], { type: string; name: string }>('select * from sqlite_master order by name')
      .all();
    const tables = objects.filter(({ type }) => type === 'table').map(({ name }) => name);
    return { objects, rows: tables.map((name) => [name, handle.prepare(`select * from ${name}`).all()]) };
  } finally {
    handle.close();
  }
}
