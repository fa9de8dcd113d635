import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { createDatabase } from '../postgres/databases.ts';

it('never ends', async () => {
  await using database = await createDatabase();
  const [row] = await database.query<{ folder: string }>("select current_setting('data_directory') as folder");
  // for the test that has started this one
  writeFileSync(process.env.DATA_FOLDER_FILE ?? '', row?.folder ?? '');
  await new Promise(() => {});
});
