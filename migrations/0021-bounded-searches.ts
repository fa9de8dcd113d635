import { step } from './step.ts';

/**
 * What searches need to read few units.
 *
 * The units of a domain in the order in which a search ranks them. The index has all that the one before it had, which the release
 * before reads, and is unique, since a unit has a domain once: SQLite then prefers it to the primary key.
 */
export const boundedSearches = step('0021-bounded-searches', async ({ db }) => {
  await db.schema.dropIndex('idx_domains_ranking').execute();
  await db.schema
    .createIndex('idx_domains_best')
    .unique()
    .on('knowledge_unit_domains')
    .columns(['domain', 'status', 'domain_count', 'confidence', 'unit_id'])
    .execute();
});
