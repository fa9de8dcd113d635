import type { UnitUsage } from '../records.ts';

/** How often units are given as answers, and superseded ones asked for, for all processes together. Nothing of a unit itself changes with it. */
export interface UsageStore {
  /** The records in the order of `unitIds`, as they were last saved; null where there is no such unit. */
  findMany(unitIds: readonly string[]): Promise<(UnitUsage | null)[]>;
  /**
   * Buffers in memory that each of the units was given as an answer once; `save` writes it to the database. Of more than 10,000 units those
   * that were answered longest ago are dropped.
   */
  record(unitIds: readonly string[], at: Date): void;
  /** Buffers likewise that a superseded unit was asked for: as many units beside the others. */
  recordRequest(unitId: string, at: Date): void;
  /**
   * Adds what was buffered to what all processes have saved: answers in one transaction, requests in another. If it throws, what is not
   * saved stays buffered, and is added twice if the database had taken it all the same; a killed process loses it.
   */
  save(): Promise<void>;
}
