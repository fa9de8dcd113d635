/** Units in the buffer; beyond this those that were used longest ago are dropped: counts are for statistics and may be lost. */
const maxBuffered = 10_000;

/** How often a unit was used in one way, such as given as an answer, and when last. */
export interface UnitUse {
  readonly unitId: string;
  readonly count: number;
  readonly at: Date;
}

/** A write-behind buffer of uses of one kind. */
export interface UnitUses {
  record(unitIds: readonly string[], at: Date): void;
  /** Passes what is buffered to `write`, and drops it. If `write` throws, it stays for the next call. */
  flush(write: (uses: readonly UnitUse[]) => Promise<void>): Promise<void>;
}

export function createUnitUses(): UnitUses {
  let buffer = new Map<string, UnitUse>();

  function add(use: UnitUse) {
    const { unitId, count, at } = use;
    const before = buffer.get(unitId);
    // delete and set again: a Map iterates in the order of insertion, so that the one used longest ago comes first
    buffer.delete(unitId);
    buffer.set(unitId, before ? { unitId, count: before.count + count, at: before.at > at ? before.at : at } : use);
    if (buffer.size > maxBuffered) buffer.delete(buffer.keys().next().value as string);
  }

  return {
    record(unitIds, at) {
      for (const unitId of unitIds) add({ unitId, count: 1, at });
    },

    async flush(write) {
      if (buffer.size === 0) return;
      // what is recorded meanwhile goes into another buffer, so that it is neither lost nor written twice
      const taken = buffer;
      buffer = new Map();
      try {
        await write([...taken.values()]);
      } catch (error) {
        const since = buffer;
        buffer = taken;
        for (const use of since.values()) add(use);
        throw error;
      }
    },
  };
}
