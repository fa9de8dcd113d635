import type { Statement } from 'better-sqlite3';
import { openHandle } from '../src/store/sqlite/connection.ts';

/**
 * The second ceiling: the rows that an answer is made of, by statements prepared once on a bare better-sqlite3 handle.
 * The ranking says what `src/store/sql/search/search-units.ts` says for domains alone, joined with the units in one statement.
 */

const columns = `id, domains, summary, detail, action, languages, frameworks, pattern, confidence, confirmations,
  last_confirmed, tier, created_at`;

const ranking = (tags: number) => `
  select ${columns}, score from (
    select unit_id, 0.55 * (1.0 * shared / (domain_count + ${tags} - shared)) * rank_confidence as score from (
      select unit_id, count(*) as shared, max(domain_count) as domain_count, max(confidence) as rank_confidence
        from knowledge_unit_domains
       where domain in (${marks(tags)}) and status = 'approved'
       group by unit_id)
     order by score desc, unit_id desc limit 6)
    join knowledge_units on id = unit_id
   order by score desc, unit_id desc`;

const fetching = (ids: number) => `select ${columns} from knowledge_units where id in (${marks(ids)})`;

const flags = (ids: number) => `
  select unit_id, reason, count(*) as count from knowledge_unit_flags
   where unit_id in (${marks(ids)}) group by unit_id, reason`;

const marks = (count: number) => Array(count).fill('?').join();

export function openStatements(file: string) {
  const handle = openHandle(file, { readonly: true });
  const prepared = new Map<string, Statement<unknown[], { id: string }>>();
  const all = (make: (count: number) => string, values: readonly string[]) => {
    const key = `${make.name} ${values.length}`;
    let statement = prepared.get(key);
    if (!statement) {
      statement = handle.prepare<unknown[], { id: string }>(make(values.length));
      prepared.set(key, statement);
    }
    return statement.all(...values);
  };
  return {
    /** Reads all that the answer needs; returns the ids of its units. */
    ask(kind: 'search' | 'fetch', terms: readonly string[]): string[] {
      const units = all(kind === 'search' ? ranking : fetching, terms).slice(0, 5);
      const ids = units.map(({ id }) => id);
      all(flags, ids);
      return ids;
    },
    close: () => void handle.close(),
  };
}
