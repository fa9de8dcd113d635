import { step } from './step.ts';
import { lockTables } from './support/lock-tables.ts';

/**
 * Indexes without the rows that nobody looks for in them: on SQLite each row of an index is a page that a write changes. Most units are not
 * withdrawn, those that wait have no decision and are compared with no others, and only counts of domains are looked for by how high they are.
 *
 * The index of documents has those of the analysers before version 2. A step that comes with another version makes it anew.
 */
export const partialIndexes = step('0039-partial-indexes', ({ native }) => {
  const indexes = [
    ['idx_units_decided', 'knowledge_units (reviewed_at, status, id) where reviewed_at is not null'],
    ['idx_units_withdrawn', 'knowledge_units (withdrawn_as, created_at, id) where withdrawn_as is not null'],
    [
      'idx_units_repeats',
      `knowledge_units (status, id) where status = 'approved' and (repeats_version is null or repeats_version <> version)`,
    ],
    ['idx_unit_counts_top', `unit_counts (kind, entry, count, key) where kind = 'domain'`],
    ['idx_events_actor', `events (actor, type, unit_id) where type = 'confirmed' or type = 'flagged'`],
    ['search_documents_analyser', 'search_documents (analyser, id) where analyser < 2'],
  ].flatMap(([name, on]) => [`drop index ${name}`, `create index ${name} on ${on}`]);
  return native({
    sqlite: indexes,
    postgres: [
      lockTables('lock table knowledge_units, unit_counts, search_documents, events in access exclusive mode'),
      ...indexes,
    ],
  });
});
