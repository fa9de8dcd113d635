import type { KnowledgeUnit, Review } from '../records.ts';

/** Who moves a unit to another status, when, and why. */
export interface StatusChange {
  /** A user's name. */
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
}

/** A unit after a change, with `changed`; without it, as another caller left it, whose status does not allow the change. */
export interface StatusOutcome {
  readonly unit: KnowledgeUnit;
  readonly changed: boolean;
}

/**
 * What came of putting one unit in another one's place.
 *
 * - `replaced`: done; both units are as they are now.
 * - `unit`: the status of the unit that was to be replaced does not allow it, or there is none (null).
 * - `target`: the same of the unit at the end of the chain; with a `supersededBy`, it was superseded just now: try again.
 * - `circle`: the chain ends at the unit that was to be replaced.
 */
export interface ReplacementOutcome {
  readonly outcome: 'replaced' | 'unit' | 'target' | 'circle';
  readonly unit: KnowledgeUnit | null;
  /** The unit at the end of the chain that begins at the one that was named. */
  readonly target: KnowledgeUnit | null;
}

/**
 * The steps in the life of a unit behind its first decision. Each is one transaction with one event for each unit that changes; of
 * concurrent callers one gets `changed` (or `replaced`), and the others the unit as that one left it. Null when there is no such unit.
 */
export interface LifecycleStore {
  /** Retires an approved or superseded unit. */
  retire(id: string, change: StatusChange): Promise<StatusOutcome | null>;
  /** The same of an approved unit only. */
  retireApproved(id: string, change: StatusChange): Promise<StatusOutcome | null>;
  /** Makes a retired or superseded unit approved again, by the decision that it has, and without a `supersededBy`. */
  reinstate(id: string, change: StatusChange): Promise<StatusOutcome | null>;
  /** Makes an approved or rejected unit pending again, without its decision and a `supersededBy`: events keep the decision. */
  reopen(id: string, change: StatusChange): Promise<StatusOutcome | null>;
  /** Has the unit at the end of the chain of `by`, which must be approved, supersede an approved unit. */
  supersede(id: string, by: string, change: StatusChange): Promise<ReplacementOutcome>;
  /** Approves a pending unit, with `version` only if that is its version, and has it supersede the approved unit `superseded`: both, or neither. */
  approveInPlaceOf(
    superseded: string,
    id: string,
    review: Review,
    version?: number | null,
  ): Promise<ReplacementOutcome>;
  /**
   * Rejects a pending unit by this decision, and has it point to the unit at the end of the chain of `into`, which must be approved and gets a
   * confirmation of the pending unit's proposer, as by `UnitStore.confirm`.
   */
  merge(id: string, into: string, review: Review, confidence: number, since?: Date): Promise<ReplacementOutcome>;
  /**
   * The end of the chain of `supersededBy` that begins at each unit, in the order of `ids`: an id that may be of no unit; null where a
   * unit has none. Follows at most `maxChain` units: of a longer chain, or a circle, as an import may bring, it answers the first one.
   */
  successors(ids: readonly string[]): Promise<(string | null)[]>;
}
