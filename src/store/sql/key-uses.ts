import { sql } from 'kysely';
import type { ApiKey } from '../store.ts';
import type { Database } from './database.ts';
import { toColumn } from './rows.ts';

/** Beyond this many, those that were used longest ago are forgotten: it is for statistics, and may be lost. */
const maxKept = 10_000;

/** When keys were last used, as far as the database does not know yet. */
export interface KeyUses {
  note(id: string, at: Date): void;
  /** The key with its last use, whoever knows it. */
  known(key: ApiKey): ApiKey;
  /** Writes what was noted, in one statement, and forgets it. When that fails, it is kept for the next time. */
  save(db: Database): Promise<void>;
}

export function createKeyUses(): KeyUses {
  const kept = new Map<string, Date>();
  return {
    note(id, at) {
      const before = kept.get(id);
      // the last one used stands last
      kept.delete(id);
      kept.set(id, before && before > at ? before : at);
      if (kept.size > maxKept) kept.delete(kept.keys().next().value as string);
    },

    known(key) {
      const at = kept.get(key.id);
      return at && at > (key.lastUsedAt ?? 0) ? { ...key, lastUsedAt: at } : key;
    },

    async save(db) {
      const uses = [...kept];
      if (uses.length === 0) return;
      await db.transaction((tx) => write(tx, uses));
      for (const [id, at] of uses) if (kept.get(id) === at) kept.delete(id);
    },
  };
}

/**
 * Never puts an earlier use into the place of a later one, which another process has seen. A key whose row another process
 * is writing to is left out: what that one knows is as new.
 */
async function write({ write, instant, skipTaken }: Database, uses: readonly (readonly [id: string, at: Date])[]) {
  const values = sql.join(uses.map(([id, at]) => sql`(${id}, ${toColumn(at)})`));
  const at = sql`cast(used.column2 as ${instant})`;
  await sql`
    update api_keys set last_used_at = ${at} from (values ${values}) used
     where api_keys.id = used.column1 and (last_used_at is null or last_used_at < ${at})
       and api_keys.id in (select id from api_keys where id in (${sql.join(uses.map(([id]) => id))}) ${skipTaken})`.execute(
    write,
  );
}
