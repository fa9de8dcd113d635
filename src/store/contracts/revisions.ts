import type {
  KnowledgeUnit,
  Page,
  PageRequest,
  Position,
  Review,
  ReviewStatus,
  Revision,
  SuggestionStatus,
  UnitContent,
} from '../records.ts';

/** A change of what a unit says. */
export interface Amendment {
  /** The id of the revision that it makes. */
  readonly id: string;
  readonly unitId: string;
  /** The version that it was written against; the change is made if that is still the unit's. */
  readonly baseVersion: number;
  /** The statuses that the unit may have. */
  readonly statuses: readonly ReviewStatus[];
  readonly content: UnitContent;
  readonly reason: string | null;
  readonly by: string;
  readonly at: Date;
  /** The approval of the pending unit as it is afterwards, in the same step; null to leave its status. */
  readonly approval: Review | null;
  /** The most versions that are kept of a unit. */
  readonly maxVersions: number;
}

/** `stale`: the unit has another version; `status`: it has none of the statuses; `full`: it has as many versions as are kept. */
export interface AmendOutcome {
  readonly outcome: 'amended' | 'stale' | 'status' | 'full';
  /** The unit as it is now. */
  readonly unit: KnowledgeUnit;
}

export interface NewSuggestion {
  readonly id: string;
  readonly unitId: string;
  readonly baseVersion: number;
  readonly content: UnitContent;
  readonly reason: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** The most suggestions that wait: of one unit, of one author, and of an author of one unit, so that nobody takes all the places of it. */
export interface SuggestionLimits {
  readonly ofUnit: number;
  readonly ofUnitByAuthor: number;
  readonly ofAuthor: number;
}

export type SuggestOutcome =
  /** `isNew` is false where the same author's same suggestion waits already. */
  | { readonly outcome: 'suggested'; readonly suggestion: Revision; readonly isNew: boolean }
  | { readonly outcome: 'stale' | 'status' | 'unitFull' | 'ownFull' | 'authorFull'; readonly unit: KnowledgeUnit };

/** `stale`: the unit has another version than the suggestion is against; `status`: the unit is not approved; `decided`: somebody was first. */
export interface SuggestionOutcome {
  readonly outcome: 'done' | 'decided' | 'stale' | 'status' | 'full';
  /** As they are now. */
  readonly suggestion: Revision;
  readonly unit: KnowledgeUnit;
}

/** Conditions that suggestions must meet; an absent field is no condition. */
export interface SuggestionFilter {
  readonly unitId?: string;
  readonly createdBy?: string;
  readonly status?: SuggestionStatus;
}

/**
 * The versions of units, and the suggestions that wait to become one. A change of a unit is one transaction: the unit's row, its
 * version + 1, domains, context, index of words, a job for its vectors where the embedded text changed, the revision and the event.
 * Of concurrent changes against one version exactly one is made.
 */
export interface RevisionStore {
  /** The revisions and suggestions in the order of `ids`, null where there is none. */
  findMany(ids: readonly string[]): Promise<(Revision | null)[]>;
  /** The versions of a unit that are kept, latest first; none while it was never changed. */
  versions(unitId: string, page: PageRequest<Position<number>>): Promise<Page<Revision>>;
  countVersions(unitId: string): Promise<number>;
  /** What units said in given versions, in the order of `wanted`, null where that is not kept. */
  ofVersions(wanted: readonly { readonly unitId: string; readonly version: number }[]): Promise<(Revision | null)[]>;
  /** Changes a unit; null when there is no such unit. */
  amend(amendment: Amendment): Promise<AmendOutcome | null>;
  /** Adds a suggestion to change an approved unit, and its event; null when there is no such unit. */
  suggest(suggestion: NewSuggestion, limits: SuggestionLimits): Promise<SuggestOutcome | null>;
  /** Makes a suggestion the next version of its unit, if it is against `version` and that is the unit's; null when there is none. */
  approve(id: string, version: number, review: Review, maxVersions: number): Promise<SuggestionOutcome | null>;
  /** Turns a suggestion down; of one unit the last `kept` of those stay. Null when there is none. */
  reject(id: string, review: Review, kept: number): Promise<SuggestionOutcome | null>;
  /** Replaces a waiting suggestion that is against `from` by one against `to`, if that is the unit's version; null when there is none. */
  rebase(id: string, from: number, to: number, content: UnitContent): Promise<SuggestionOutcome | null>;
  /** Deletes a waiting suggestion; false when there is none, or it was decided over. */
  withdraw(id: string): Promise<boolean>;
  /** Suggestions by the time that they were made. */
  suggestions(
    filter: SuggestionFilter,
    direction: 'asc' | 'desc',
    page: PageRequest<Position<Date>>,
  ): Promise<Page<Revision>>;
  countSuggestions(filter: SuggestionFilter): Promise<number>;
  /** Which of the units have versions or suggestions. */
  unitsWithAny(unitIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** All versions and suggestions of a unit, oldest first. */
  ofUnit(unitId: string): Promise<Revision[]>;
}
