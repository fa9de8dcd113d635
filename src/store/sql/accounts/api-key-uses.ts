import type { ApiKey } from '../../store.ts';

/** Beyond this many, those that were used longest ago are forgotten: it is for statistics, and may be lost. */
const maxKept = 10_000;

export type KeyUse = readonly [id: string, at: Date];

/** When keys were last used, as far as the database does not know yet. */
export interface KeyUses {
  note(id: string, at: Date): void;
  /** The key with its last use, whoever knows it. */
  known(key: ApiKey): ApiKey;
  /** Has `write` write what was noted, and forgets it. When that fails, it is kept for the next time. */
  save(write: (uses: readonly KeyUse[]) => Promise<void>): Promise<void>;
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

    async save(write) {
      const uses = [...kept];
      if (uses.length === 0) return;
      await write(uses);
      for (const [id, at] of uses) if (kept.get(id) === at) kept.delete(id);
    },
  };
}
