import { describe, expect, inject } from 'vitest';
import type { StoreTest } from './conformance/fixture.ts';
import { storeConformance } from './conformance/index.ts';
import { onPostgres as it } from './postgres-fixture.ts';
import { schemaDifference } from './schema-difference.ts';

// the suite asks for `store` alone, and does not mind that there is more
describe('the PostgreSQL store', () => storeConformance(it as unknown as StoreTest, inject('postgres').vectorEngine));

describe('a PostgreSQL database', () => {
  it('has the tables that the entities describe', async ({ database }) => {
    expect(await schemaDifference(database.url)).toBe('');
  });
});
