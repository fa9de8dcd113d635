import { type QueryExecutorProvider, sql } from 'kysely';
import { counted, type Finding, ok, problem, warning } from '../../../findings.ts';
import { countOutdated } from '../search/reindex.ts';
import { bulkMergeFrom } from '../words/merge.ts';

const check = 'database.words';

/** Changes that wait in the tail from which on nobody seems to merge. */
const manyChanges = 4 * bulkMergeFrom;

interface Counts {
  readonly units: number;
  readonly missing: number;
  readonly changes: number;
  readonly dead: number;
  readonly spellings: number;
}

/** The state of the index of words: units that are not in it, or as an earlier release had them, changes that wait, rows that nothing refers to. */
export async function diagnoseWords(db: QueryExecutorProvider): Promise<Finding[]> {
  const { rows } = await sql<Record<keyof Counts, unknown>>`
    select (select count(*) from knowledge_units) as units,
           (select count(*) from knowledge_units unit
             where not exists (select 1 from search_documents document where document.unit_id = unit.id)) as missing,
           (select count(*) from search_changes) as changes,
           (select count(*) from search_packs pack
             where not exists (select 1 from search_chunks chunk where chunk.build = pack.build)) as dead,
           (select count(*) from search_spelling_jobs) as spellings`.execute(db);
  const count = (name: keyof Counts) => Number(rows[0]?.[name]);
  const [units, missing, changes, dead] = [count('units'), count('missing'), count('changes'), count('dead')];
  const outdated = await countOutdated({ read: db });
  const findings: Finding[] = [];
  if (missing > 0)
    findings.push(
      problem(
        check,
        `${missing} of ${counted(units, 'unit')} are not in the index of words: no search by words finds them.`,
        'Copy the database, which indexes all of it: cq-server copy --from URL --to URL',
      ),
    );
  if (outdated > 0)
    findings.push(
      warning(
        check,
        `${outdated} of ${counted(units, 'unit')} are indexed as an earlier release did, and are still to be indexed anew.`,
        'A server that runs does it by itself, some hundred a second: let one run until its log says "units are reindexed".',
      ),
    );
  if (changes > manyChanges)
    findings.push(
      warning(
        check,
        `${changes} changes wait to be merged into the index of words, which makes searches slow; it is done from 2048 on.`,
        'A server that runs does it by itself: start one; where one runs, its log says why it cannot.',
      ),
    );
  if (dead > 0)
    findings.push(
      warning(
        check,
        `${counted(dead, 'row')} of the index of words belong to no build of it, and only take place.`,
        'Run in the database: delete from search_packs where build not in (select build from search_chunks)',
      ),
    );
  if (findings.length === 0)
    findings.push(
      ok(
        check,
        `${counted(units, 'unit')} indexed, ${counted(changes, 'change')} and ${counted(count('spellings'), 'spelling job')} waiting.`,
      ),
    );
  return findings;
}
