import type {
  Flag,
  FlagReason,
  KnowledgeUnit,
  NewUnit,
  Page,
  PageRequest,
  Position,
  Quarantined,
  Review,
  SearchAnswer,
  SearchQuestion,
  UnitEvent,
  UnitFilter,
  UnitOrder,
  UnitWithFlags,
} from '../records.ts';

export interface UnitStore {
  find(id: string): Promise<KnowledgeUnit | null>;
  /** Answers in the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(KnowledgeUnit | null)[]>;
  /** In the order of `ids`, with null where there is none: what says who may see a unit. */
  standings(ids: readonly string[]): Promise<(Pick<KnowledgeUnit, 'id' | 'status' | 'createdBy'> | null)[]>;
  /** A keyset page: units that come or go meanwhile neither repeat nor hide others. Ties go by id, in the same direction. */
  list(filter: UnitFilter, order: UnitOrder, page: PageRequest<Position<Date | number>>): Promise<Page<KnowledgeUnit>>;
  count(filter: UnitFilter): Promise<number>;
  /** The best units for a question, best first, ties to the higher id. See `schema/search.graphql` for the formulas. */
  search(question: SearchQuestion): Promise<SearchAnswer>;
  /**
   * Adds a pending unit with one confirmation, and the event. Where a unit has this id already,
   * whoever proposed it, answers with that unit and leaves it as it is. With an `idempotency.key` that the same person
   * used since `idempotency.since`, answers with the unit of then and adds nothing.
   */
  propose(
    unit: NewUnit,
    at: Date,
    idempotency?: { readonly key: string; readonly since: Date },
  ): Promise<KnowledgeUnit>;
  /**
   * One more confirmation, and `change` added to the confidence, which stays within 0 and 1, in one step; null when there is no
   * approved unit.
   */
  confirm(id: string, by: string, at: Date, change: number): Promise<KnowledgeUnit | null>;
  /** Keeps the flag, and adds `change` to the confidence as `confirm` does; null when there is no approved unit. */
  flag(flag: Flag & { readonly createdBy: string }, change: number): Promise<KnowledgeUnit | null>;
  /** Adds a whole unit with its flags as it stood elsewhere; false, and nothing changed, when the id is taken. */
  restore(unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
  /** The same for many units, some hundreds at once, in one transaction; answers with how many were added. */
  restoreMany(units: readonly UnitWithFlags[]): Promise<number>;
  /** How many units are found by words that an older analyser than this program's made of them. */
  outdated(): Promise<number>;
  /**
   * Makes the words of up to `limit` such units anew, oldest analyser first, in one transaction; answers how many. Leaves out
   * units that others are at, and those of a newer analyser. Searches that run meanwhile find each unit by the words of
   * before or by those of now; its vectors stay.
   */
  reindex(limit: number): Promise<number>;
}

export interface FlagStore {
  /** In the order of `ids`, with null where there is none. */
  findMany(ids: readonly string[]): Promise<(Flag | null)[]>;
  /** A unit's flags, oldest first. */
  list(unitId: string, page: PageRequest<Position<Date>>): Promise<Page<Flag>>;
  /** For each unit, in the order of `unitIds`, how many flags of each reason it has; reasons without flags are absent. */
  counts(unitIds: readonly string[]): Promise<Partial<Record<FlagReason, number>>[]>;
  /** For each unit, in the order of `unitIds`, its last `limit` flags, oldest first. */
  latest(unitIds: readonly string[], limit: number): Promise<Flag[][]>;
}

export interface ReviewStore {
  /**
   * Decides over a pending unit. Of any number of callers at once exactly one gets `decided: true`; the others get the
   * unit as the winner left it. Null when there is no such unit.
   */
  decide(id: string, review: Review): Promise<{ readonly unit: KnowledgeUnit; readonly decided: boolean } | null>;
  /** Units by when they were decided over, or proposed while nobody has; latest first, ties to the higher id. */
  latest(limit: number): Promise<KnowledgeUnit[]>;
}

export interface EventStore {
  /** Newest first. */
  latest(limit: number): Promise<UnitEvent[]>;
  /** When `actor` last did something to a unit; null for never. */
  lastOf(actor: string): Promise<Date | null>;
  findMany(ids: readonly number[]): Promise<(UnitEvent | null)[]>;
  /** Of these units, the ones that `actor` has confirmed or flagged. */
  unitsActedOn(type: 'confirmed' | 'flagged', actor: string, unitIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface QuarantineStore {
  find(id: number): Promise<Quarantined | null>;
  /** In the order in which they were found. */
  list(page: PageRequest<Position<number, number>>): Promise<Page<Quarantined>>;
  /** Adds the unit and its flags and forgets the row; false, and nothing changed, when the id is taken. */
  admit(id: number, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
}
