import type {
  DismissedRepeat,
  KnowledgeUnit,
  NearRepeat,
  Page,
  PageRequest,
  Position,
  RepeatBasis,
} from '../records.ts';

/** A unit that says the same as the one that was looked at, in the version that was compared. */
export interface FoundRepeat {
  readonly id: string;
  readonly version: number;
  readonly similarity: number;
  readonly basis: RepeatBasis;
}

/**
 * Pairs of approved units that say the same. A pair is there for as long as both are approved in the versions that were compared, and
 * nobody has dismissed it.
 */
export interface NearRepeatStore {
  /**
   * Up to `limit` approved units for which nobody has looked since they were approved or changed, or got a vector; beginning anywhere among
   * them, so that processes that look at the same time seldom take the same ones.
   */
  unexamined(limit: number): Promise<KnowledgeUnit[]>;
  /**
   * Records what was found for a unit, in place of what was found for other versions of it; a pair that was dismissed in these versions stays
   * dismissed. False, and no change, where the unit has another version by now or is not approved.
   */
  record(unit: Pick<KnowledgeUnit, 'id' | 'version'>, found: readonly FoundRepeat[], at: Date): Promise<boolean>;
  /** The most similar first; ties to the higher id. */
  list(page: PageRequest<Position<number>>): Promise<Page<NearRepeat>>;
  count(): Promise<number>;
  /** Dismisses a pair for as long as both units have these versions; false where it is not there. */
  dismiss(id: string, by: number, at: Date): Promise<boolean>;
  /** For each unit, in the order of `unitIds`, the pairs of it that were dismissed, as they are for that unit; by the id of the other one. */
  dismissedOf(unitIds: readonly string[]): Promise<DismissedRepeat[][]>;
  /**
   * Of the next `limit` pairs after an id, `''` for the first ones, deletes those of which a unit is not approved any more or has another version;
   * one that was dismissed only for the latter. Answers the id of the last pair that was looked at, null when there are no more.
   */
  prune(after: string, limit: number): Promise<string | null>;
}
