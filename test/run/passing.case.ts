import { expect, it } from 'vitest';
import { createDatabase } from '../postgres/databases.ts';

it('passes', async () => {
  await using database = await createDatabase();
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
});
