import { createDatabase, type TestDatabase } from './databases.ts';

/** What an administrator may have set for a database, and what would change our answers. */
export const unusualSettings = {
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  extra_float_digits: '-5',
  default_transaction_isolation: 'repeatable read',
  standard_conforming_strings: 'off',
};

/** A database with these settings. */
export async function createUnusual(options: Parameters<typeof createDatabase>[0] = {}): Promise<TestDatabase> {
  const database = await createDatabase(options);
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(unusualSettings))
    await database.query(`alter database ${name} set ${setting} = '${value}'`);
  return database;
}
