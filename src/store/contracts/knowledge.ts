import type {
  Confirmation,
  Confirmer,
  EventType,
  Flag,
  FlagReason,
  Highlights,
  KnowledgeUnit,
  LogPlace,
  NewUnit,
  Page,
  PageRequest,
  Position,
  ProposalRecord,
  Quarantined,
  Review,
  ReviewStatus,
  SearchAnswer,
  SearchQuestion,
  UnitEvent,
  UnitFilter,
  UnitOrder,
  UnitPage,
  UnitWithFlags,
} from '../records.ts';
import type { Log, LogPage } from './logs.ts';

export interface UnitStore {
  find(id: string): Promise<KnowledgeUnit | null>;
  /** The units in the order of `ids`, null where there is none. */
  findMany(ids: readonly string[]): Promise<(KnowledgeUnit | null)[]>;
  /** What decides who may see a unit, in the order of `ids`, null where there is none. */
  standings(ids: readonly string[]): Promise<(Pick<KnowledgeUnit, 'id' | 'status' | 'createdBy' | 'domains'> | null)[]>;
  /**
   * A keyset page: units added or removed between pages neither repeat nor hide others. Ties are ordered by id, in the same
   * direction.
   */
  list(filter: UnitFilter, order: UnitOrder, page: PageRequest<Position<Date | number>>): Promise<UnitPage>;
  count(filter: UnitFilter): Promise<number>;
  /** The best units for a question, best first, ties to the higher id. See `schema/search.graphql` for the formulas. */
  search(question: SearchQuestion): Promise<SearchAnswer>;
  /**
   * Finds where the words that `search` would search for stand in insights, as the analyser compares them. Reads no database, and
   * keeps the words of the insights that it has seen: for one answer.
   */
  highlighter(text: string): (insight: KnowledgeUnit['insight']) => Highlights;
  /**
   * Adds a pending unit with one confirmation, and its event. If a unit with this id exists, from whichever proposer, answers
   * that unit unchanged. If the same user has used `idempotency.key` since `idempotency.since`, answers the unit of that
   * proposal and adds nothing. Throws `ErasedUnitError` if a unit with this id was erased.
   */
  propose(
    unit: NewUnit,
    at: Date,
    idempotency?: { readonly key: string; readonly since: Date },
  ): Promise<KnowledgeUnit>;
  /**
   * Atomically adds one confirmation, and `change` to the confidence, clamped to 0 … 1; null when there is no approved unit. With
   * `since`, answers the unit as it is, and records nothing, if `by` has confirmed or proposed it at that time or after it: of any
   * number at once one counts. While others change the unit it waits for its turn, and rejects with the reason of `signal` once that is
   * aborted; one that has begun goes on.
   */
  confirm(
    id: string,
    by: string,
    at: Date,
    change: number,
    since?: Date,
    signal?: AbortSignal,
  ): Promise<KnowledgeUnit | null>;
  /** Everybody who has confirmed a unit, by name. */
  confirmersOf(id: string): Promise<Confirmer[]>;
  /** The same by pages, ordered by name in code-point order, each with the version that was confirmed last; of `by` alone unless that is null. */
  confirmations(id: string, by: string | null, page: PageRequest<Position<string>>): Promise<Page<Confirmation>>;
  countConfirmations(id: string, by: string | null): Promise<number>;
  /** Adds the flag, and `change` to the confidence as `confirm` does, which says what `signal` is; null when there is no approved unit. */
  flag(
    flag: Flag & { readonly createdBy: string },
    change: number,
    signal?: AbortSignal,
  ): Promise<KnowledgeUnit | null>;
  /** Adds a unit of any status with its flags, as exported elsewhere; false, and no change, when the id is taken, or its unit was erased. */
  restore(unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
  /** The same for many units in one transaction, with their revisions; answers how many were added. */
  restoreMany(units: readonly UnitWithFlags[]): Promise<number>;
  /**
   * Up to `limit` units of these statuses that say the same, the oldest first: summary, detail and action are equal but for case, white
   * space and Unicode's normal forms. Not those that have no hash yet; see `hashTexts`.
   */
  withText(
    insight: KnowledgeUnit['insight'],
    statuses: readonly ReviewStatus[],
    limit: number,
  ): Promise<KnowledgeUnit[]>;
  /** Hashes the texts of up to `limit` units that an earlier release has written; answers how many. */
  hashTexts(limit: number): Promise<number>;
  /** How many units were indexed by an older analyser than this program's. */
  outdated(): Promise<number>;
  /**
   * Reindexes up to `limit` such units, oldest analyser first, in one transaction; answers how many. Skips units that other
   * transactions have locked. Concurrent searches find each unit by its old tokens or by its new ones; vectors are not touched.
   */
  reindex(limit: number): Promise<number>;
  /**
   * Adds words of new and changed units to those that misspelt words are taken for, of some units in one transaction; answers whether there
   * are more. Any number of processes may do so at once. Units that come in bulk bring their words along.
   */
  addSpellings(): Promise<boolean>;
  /**
   * Merges units that were added or reindexed into the chunks of the index of words, if at least `from` wait for it (by default as many
   * as make it pay) and no other process does so; answers how many. What searches find does not depend on it.
   */
  mergeWords(from?: number, signal?: AbortSignal): Promise<number>;
}

export interface FlagStore {
  /** The flags in the order of `ids`, null where there is none. */
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
   * Approves or rejects a pending unit, with `version` only if that is the unit's. Of concurrent callers exactly one gets
   * `decided: true`; the others get the unit as it is, with the decision of that one. Null when there is no such unit.
   */
  decide(
    id: string,
    review: Review,
    version?: number | null,
  ): Promise<{ readonly unit: KnowledgeUnit; readonly decided: boolean } | null>;
  /**
   * Lets a unit be approved that is held for what looks like secrets, which it is shown with from then on; null, and no
   * change, for any other. `decide` approves none that is held, and `reinstate` of `LifecycleStore` changes none.
   */
  release(id: string, by: string): Promise<KnowledgeUnit | null>;
  /**
   * Units that are not retired, by the time of their decision, or of their proposal while pending; latest first. Of those at one instant
   * rejected and superseded ones come before approved ones, and these before pending ones; ties go to the higher id.
   */
  latest(limit: number): Promise<KnowledgeUnit[]>;
  /**
   * For each proposer, in the order of `proposers`, what became of the units they proposed: of their last 1,000, by when they were
   * proposed.
   */
  recordsOf(proposers: readonly string[]): Promise<ProposalRecord[]>;
}

/** Which events of somebody's proposals are asked for. */
export interface ProposalEvents {
  /** The place in the log behind which they begin; null for the last ones. */
  readonly after: LogPlace | null;
  /** Inclusive. */
  readonly since: Date;
  /** Only of units with one of these domains; null for all. */
  readonly within: readonly string[] | null;
  readonly limit: number;
}

export interface EventStore {
  /** All events; those of a unit that is erased are gone. */
  readonly log: Log<UnitEvent>;
  /** Newest first. */
  latest(limit: number): Promise<UnitEvent[]>;
  /** Those of a unit, newest first, of some types or all (null). */
  ofUnit(
    unitId: string,
    types: readonly EventType[] | null,
    page: PageRequest<Position<number, number>>,
  ): Promise<Page<UnitEvent>>;
  /** The last `limit` of a unit that its confidence comes from, its proposal, confirmations and flags; oldest first. */
  ofEvidence(unitId: string, limit: number): Promise<UnitEvent[]>;
  /** When `actor` last caused an event; null for never. */
  lastOf(actor: string): Promise<Date | null>;
  /** The events in the order of `ids`, null where there is none. */
  findMany(ids: readonly number[]): Promise<(UnitEvent | null)[]>;
  /**
   * What others did to the units that `proposer` proposed, as `log` tells it: the first behind a place, or the last ones, `hasMore` then
   * being about what was before. Only events since an instant, of the 1,000 of these units that changed last.
   */
  ofProposals(proposer: string, asked: ProposalEvents): Promise<LogPage<UnitEvent>>;
  /** Those of the units that `actor` has confirmed or flagged. */
  unitsActedOn(type: 'confirmed' | 'flagged', actor: string, unitIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export interface QuarantineStore {
  find(id: number): Promise<Quarantined | null>;
  /** Ordered by id, the order in which the migration met them. */
  list(page: PageRequest<Position<number, number>>): Promise<Page<Quarantined>>;
  count(): Promise<number>;
  /**
   * Adds the unit with its flags and deletes the quarantined row; false, and no change, when the id is taken, or there is no such row any
   * more: of concurrent calls, of `discard` too, one gets it.
   */
  admit(id: number, unit: KnowledgeUnit, flags: readonly Flag[]): Promise<boolean>;
  /** Deletes a row and answers it; null where there is none any more. */
  discard(id: number): Promise<Quarantined | null>;
}
