import type { KnowledgeUnit } from '../../store.ts';
import type { Database } from '../database.ts';
import { withoutSecrets } from '../knowledge/held-secrets.ts';
import { together } from '../queries.ts';
import { indexedText } from './analyser.ts';
import { addSpellings, leaveSpellings } from './spellings.ts';

/** Indexes the words of new units. Batches of some hundreds are much faster than single units. */
export const indexUnits = (tx: Database, units: readonly KnowledgeUnit[]): Promise<void> => write(tx, units, 'add');

/** Indexes units again whose words another analyser made. */
export const reindexUnits = (tx: Database, units: readonly KnowledgeUnit[]): Promise<void> =>
  write(tx, units, 'replace');

async function write(tx: Database, units: readonly KnowledgeUnit[], how: 'add' | 'replace'): Promise<void> {
  const indexed = units.map((unit) => ({ unitId: unit.id, ...indexedText(withoutSecrets(unit)) }));
  const [one, ...others] = indexed;
  await together(
    tx.wordIndex[how](tx.write, indexed),
    // of many units, words are near each other in their index, as those are that wait
    one && others.length === 0
      ? leaveSpellings(tx, one)
      : addSpellings(
          tx,
          indexed.flatMap(({ spellings }) => spellings),
        ),
  );
}
