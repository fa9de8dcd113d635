import { afterAll, it } from 'vitest';
import { createDatabase } from '../postgres/databases.ts';

afterAll(async () => {
  await using database = await createDatabase();
  await database.query('select nothing');
});
it('passes', () => {});
