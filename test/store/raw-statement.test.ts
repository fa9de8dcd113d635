import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import type { Database } from '../../src/store/sql/database.ts';
import { rawStatement } from '../../src/store/sql/raw-statement.ts';
import { inMemory } from './sqlite-fixture.ts';

inMemory('raw SQL is made once for each shape, and run with the values of each question', async ({ store }) => {
  const { read } = (store as unknown as { db: Database }).db;
  const run = rawStatement<{ found: string }>();
  const build = vi.fn(
    ({
      words,
      least,
      most,
    }: {
      words: readonly string[];
      least: number | undefined;
      most?: string | undefined;
    }) => sql<{
      found: string;
    }>`select group_concat(column1 || ${'!'}, ' ') as found from (values ${sql.join(words.map((word) => sql`(${word})`))}) given
       where ${least === undefined ? sql`1 = 1` : sql`length(column1) >= ${least} and length(column1) >= ${least}`}
         and ${most === undefined ? sql`1 = 1` : sql`column1 <= ${most}`}`,
  );
  const ask = async (...[given, fixed = {}]: [Parameters<typeof build>[0], object?]) =>
    (await run(read, given, fixed, build))[0]?.found;
  expect(await ask({ words: ['a', 'bb'], least: 1 })).toBe('a! bb!');
  expect(await ask({ words: ['ccc', "d'"], least: 3 })).toBe('ccc!');
  expect(await ask({ words: ['?', '$1'], least: 0 })).toBe('?! $1!');
  expect(build).toHaveBeenCalledTimes(1);
  expect(await ask({ words: ['a'], least: 1 })).toBe('a!');
  expect(await ask({ words: ['a', 'b'], least: undefined })).toBe('a! b!');
  expect(await ask({ words: ['a', 'b'], least: 1, most: 'a' })).toBe('a!');
  expect(await ask({ words: ['a', 'b'], least: 1, most: 'b' })).toBe('a! b!');
  expect(build).toHaveBeenCalledTimes(4);
  await ask({ words: ['a'], least: 1 }, { limit: 1 });
  await ask({ words: ['a'], least: 1 }, { limit: 2 });
  expect(build).toHaveBeenCalledTimes(6);
  // as many shapes as it takes for the first to be forgotten
  for (let length = 1; length <= 100; length++) await ask({ words: Array(length).fill('x'), least: 9 }, { many: true });
  expect(build).toHaveBeenCalledTimes(106);
  await ask({ words: ['a'], least: 1 });
  expect(build).toHaveBeenCalledTimes(107);
});
