import type { KnowledgeUnit } from '../../store.ts';
import type { Database } from '../database.ts';
import { withoutSecrets } from '../knowledge/held-secrets.ts';
import { indexedText } from './analyser.ts';
import { addSpellings } from './spellings.ts';

/** Indexes the words of new units. Batches of some hundreds are much faster than single units. */
export const indexUnits = (tx: Database, units: readonly KnowledgeUnit[]): Promise<void> => write(tx, units, 'add');

/** Indexes units again whose words another analyser made. */
export const reindexUnits = (tx: Database, units: readonly KnowledgeUnit[]): Promise<void> =>
  write(tx, units, 'replace');

async function write(tx: Database, units: readonly KnowledgeUnit[], how: 'add' | 'replace'): Promise<void> {
  const indexed = units.map((unit) => ({ unitId: unit.id, ...indexedText(withoutSecrets(unit)) }));
  await tx.wordIndex[how](tx.write, indexed);
  await addSpellings(tx, indexed);
}
