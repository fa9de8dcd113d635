import type { KnowledgeUnit } from '../../store.ts';
import type { Database } from '../database.ts';
import { indexedText } from './analyser.ts';
import { addSpellings } from './spellings.ts';

/** Indexes the words of new units. Batches of some hundreds are much faster than single units. */
export async function indexUnits(tx: Database, units: readonly KnowledgeUnit[]): Promise<void> {
  const indexed = units.map((unit) => ({ unitId: unit.id, ...indexedText(unit) }));
  await tx.wordIndex.add(tx.write, indexed);
  await addSpellings(tx, indexed);
}

/** Indexes units again whose words another analyser made. */
export async function reindexUnits(tx: Database, units: readonly KnowledgeUnit[]): Promise<void> {
  const indexed = units.map((unit) => ({ unitId: unit.id, ...indexedText(unit) }));
  await tx.wordIndex.replace(tx.write, indexed);
  await addSpellings(tx, indexed);
}
