import type { ApiKey } from '../../store.ts';

/** Buffered uses; beyond this the oldest are dropped: they are for statistics and may be lost. */
const maxBuffered = 10_000;

/** When a key was last used. */
export type KeyUse = readonly [id: string, at: Date];

/** A write-behind buffer of when API keys were last used. */
export interface KeyUses {
  record(id: string, at: Date): void;
  /** The key with its last use, from the buffer where that is later than the database's. */
  withLastUse(key: ApiKey): ApiKey;
  /** Passes the buffered uses to `write`, then drops them. If `write` throws, they stay for the next call. */
  flush(write: (uses: readonly KeyUse[]) => Promise<void>): Promise<void>;
}

export function createKeyUses(): KeyUses {
  const buffer = new Map<string, Date>();
  return {
    record(id, at) {
      const before = buffer.get(id);
      // delete and set again: a Map iterates in the order of insertion, so that the least recently used comes first
      buffer.delete(id);
      buffer.set(id, before && before > at ? before : at);
      if (buffer.size > maxBuffered) buffer.delete(buffer.keys().next().value as string);
    },

    withLastUse(key) {
      const at = buffer.get(key.id);
      return at && at > (key.lastUsedAt ?? 0) ? { ...key, lastUsedAt: at } : key;
    },

    async flush(write) {
      const uses = [...buffer];
      if (uses.length === 0) return;
      await write(uses);
      for (const [id, at] of uses) if (buffer.get(id) === at) buffer.delete(id);
    },
  };
}
