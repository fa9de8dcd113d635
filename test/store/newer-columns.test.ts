import { describe } from 'vitest';
import { campaign } from '../campaign.ts';
import { lacks } from '../left-out.ts';
import { postgres, type TestDatabase } from '../postgres/databases.ts';
import type { StoreTest } from './conformance/fixture.ts';
import { flagsConformance } from './conformance/flags.ts';
import { storeConformance } from './conformance/index.ts';
import { reviewsConformance } from './conformance/reviews.ts';
import { sessionsConformance } from './conformance/sessions.ts';
import { unitsConformance } from './conformance/units.ts';
import { onOneStore } from './postgres-fixture.ts';

const { vectorEngine } = await postgres();

let migrations = 0;

/** Gives each table another column, and takes that of before away, as a newer release may while this one is still running. */
async function migrate(database: TestDatabase): Promise<void> {
  migrations++;
  await database.query(`do $$ declare "table" regclass; begin
    for "table" in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
      execute format('alter table %s add column newer_${migrations} text, drop column if exists newer_${migrations - 1}', "table");
    end loop;
  end $$`);
}

const whileMigrated = onOneStore.extend('store', async ({ database, shared }) => {
  await database.empty();
  await migrate(database);
  return shared;
}) as unknown as StoreTest;

describe('a store whose tables get other columns', () => {
  const some = (it: StoreTest) => {
    for (const suite of [unitsConformance, flagsConformance, reviewsConformance, sessionsConformance]) suite(it);
  };
  campaign(some, (it: StoreTest) => storeConformance(it, vectorEngine, lacks.pgvector))(whileMigrated);
});
