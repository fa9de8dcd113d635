/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from './typed-document.ts';
export type ApproveKnowledgeUnitInput = {
  readonly id: string;
  /** At most 1000 characters; seen by reviewers only. */
  readonly internalNote?: string | null | undefined;
  /** At most 1000 characters; for the proposer, and seen by reviewers too. */
  readonly note?: string | null | undefined;
  /** An approved unit whose place this one takes, in the same step. */
  readonly supersedesId?: string | null | undefined;
  /** The version that was read: send it, so that nothing is decided over that its proposer has amended meanwhile. */
  readonly version?: number | null | undefined;
};

export type ConfirmKnowledgeUnitInput = {
  readonly id: string;
};

/** From `from`, inclusive, to `to`, exclusive; an absent end is open. */
export type DateTimeRange = {
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
};

export type FlagKnowledgeUnitInput = {
  /** At most 1000 characters; seen by reviewers only. */
  readonly detail?: string | null | undefined;
  /** The unit that says the same. Needed when `reason` is `DUPLICATE`, refused otherwise. */
  readonly duplicateOfId?: string | null | undefined;
  readonly id: string;
  readonly reason: FlagReason;
};

/** What is wrong with a unit. */
export type FlagReason =
  | 'DUPLICATE'
  | 'INCORRECT'
  | 'STALE';

/** Both ends are inclusive; an absent end is open. */
export type FloatRange = {
  readonly max?: number | null | undefined;
  readonly min?: number | null | undefined;
};

export type InsightInput = {
  /** At most 2000 characters. */
  readonly action: string;
  /** At most 8000 characters. */
  readonly detail: string;
  /** At most 500 characters. */
  readonly summary: string;
};

/** Both ends are inclusive; an absent end is open. */
export type IntRange = {
  readonly max?: number | null | undefined;
  readonly min?: number | null | undefined;
};

export type KnowledgeContextInput = {
  /** At most 16, each at most 64 characters; kept as sent. */
  readonly frameworks?: ReadonlyArray<string> | null | undefined;
  /** At most 16, each at most 64 characters; kept as sent. */
  readonly languages?: ReadonlyArray<string> | null | undefined;
  /** At most 200 characters. */
  readonly pattern?: string | null | undefined;
};

/**
 * What units to look at; an absent field asks for nothing. Domains are trimmed and compared in lower case, languages and
 * frameworks exactly, the pattern without regard to case; all of them in NFC.
 *
 * In a list every field narrows. In `search`, `languages`, `frameworks` and `pattern` raise the rank of units that have them
 * and never exclude one; all other fields narrow.
 */
export type KnowledgeFilter = {
  readonly confidence?: FloatRange | null | undefined;
  /** How many people have confirmed. */
  readonly confirmers?: IntRange | null | undefined;
  readonly createdAt?: DateTimeRange | null | undefined;
  readonly domainMatch?: MatchMode | null | undefined;
  readonly domains?: ReadonlyArray<string> | null | undefined;
  /** How many flags there are. */
  readonly flags?: IntRange | null | undefined;
  readonly frameworks?: ReadonlyArray<string> | null | undefined;
  readonly hasFlags?: boolean | null | undefined;
  readonly languages?: ReadonlyArray<string> | null | undefined;
  /** A unit that was never given as an answer was so before every instant. */
  readonly lastAnsweredAt?: DateTimeRange | null | undefined;
  /** Of a unit whose last confirmation is not known, when it was created. */
  readonly lastConfirmedAt?: DateTimeRange | null | undefined;
  readonly pattern?: string | null | undefined;
  /** Units that this person proposed, by user name. For reviewers. */
  readonly proposedBy?: string | null | undefined;
  /** When it was last decided over; a unit that waits was so at no instant. For reviewers. */
  readonly reviewedAt?: DateTimeRange | null | undefined;
  /** Approved units when absent. Anything else is for reviewers. */
  readonly statuses?: ReadonlyArray<ReviewStatus> | null | undefined;
  readonly tiers?: ReadonlyArray<Tier> | null | undefined;
};

/** Whether one of the domains is enough, or all must be there. */
export type MatchMode =
  | 'ALL'
  | 'ANY';

export type ProposeKnowledgeUnitInput = {
  /** Whether to propose even what a unit that is approved, or the caller's own and waits, already says. */
  readonly allowDuplicate?: boolean | null | undefined;
  readonly context?: KnowledgeContextInput | null | undefined;
  /** 1 to 16 after trimming, each at most 64 characters; what shows nothing is none. */
  readonly domains: ReadonlyArray<string>;
  /** At most 20 keys in `namespace:key` form; at most 65536 characters of JSON, nested at most 32 deep. */
  readonly extensions?: Record<string, unknown> | null | undefined;
  /** Repeat a request with the same key and you get the first answer, for 24 hours. At most 128 characters. */
  readonly idempotencyKey?: string | null | undefined;
  readonly insight: InsightInput;
  /** Why, for reviewers, where a unit is revised. At most 1000 characters. */
  readonly reason?: string | null | undefined;
  /**
   * An approved unit that should say this in place of all that it says, but for extensions that are not given: a suggestion to revise
   * it waits for review, and no unit is proposed. The same suggestion again, while it waits, is answered with itself.
   */
  readonly revises?: string | null | undefined;
};

export type RejectKnowledgeUnitInput = {
  readonly id: string;
  /** At most 1000 characters; seen by reviewers only. */
  readonly internalNote?: string | null | undefined;
  /** At most 1000 characters; for the proposer, and seen by reviewers too. */
  readonly note?: string | null | undefined;
  /** The version that was read: send it, so that nothing is decided over that its proposer has amended meanwhile. */
  readonly version?: number | null | undefined;
};

/** The state of a unit: everyone finds approved ones, reviewers decide over pending ones. New values may be added. */
export type ReviewStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  /** Was approved and is read by reviewers and its proposer only. */
  | 'RETIRED'
  /** Was approved, and another unit has taken its place: found by its id only. */
  | 'SUPERSEDED';

/** New values may be added. */
export type SearchNoticeCode =
  /** The text held no word to search for. */
  | 'NO_WORDS'
  /** The text was longer than is searched for: its beginning and its end were used, or its rarest words; the message says which. */
  | 'QUERY_TRUNCATED'
  /** The answer ends here although more units match. */
  | 'RESULTS_CAPPED'
  /** Meaning was asked for and had no part in this answer; the message says why. */
  | 'SEMANTIC_UNAVAILABLE'
  /** A word that no unit has was taken for a known one that is spelt nearly alike; the message names both. */
  | 'SPELLING';

export type SignInInput = {
  /** At most 72 bytes of UTF-8. Tried as it is and in NFC. */
  readonly password: string;
  readonly username: string;
};

/** How far a unit may travel. */
export type Tier =
  | 'LOCAL'
  | 'PRIVATE'
  | 'PUBLIC';

/** Codes a program may branch on. New values may be added; treat an unknown one as `INVALID_INPUT`. */
export type UserErrorCode =
  | 'ALREADY_REVIEWED'
  | 'CONFLICT'
  | 'DUPLICATE'
  /** The unit is held, since it seems to hold credentials. */
  | 'HELD'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_INPUT'
  | 'LIMIT_REACHED'
  | 'NOT_FOUND'
  /** The text seems to hold credentials. */
  | 'SECRET_FOUND'
  /** The unit is the reviewer's own proposal, which another reviewer has to decide over. */
  | 'SELF_REVIEW'
  | 'STALE_VERSION';

export type UnitFragment = { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> };

type Problem_AlreadyReviewedError_Fragment = { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_DuplicateError_Fragment = { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_InputError_Fragment = { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_LimitReachedError_Fragment = { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_NotFoundError_Fragment = { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_SecretError_Fragment = { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_StaleVersionError_Fragment = { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_SuggestionDecidedError_Fragment = { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Problem_WrongStatusError_Fragment = { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null };

export type ProblemFragment =
  | Problem_AlreadyReviewedError_Fragment
  | Problem_DuplicateError_Fragment
  | Problem_InputError_Fragment
  | Problem_LimitReachedError_Fragment
  | Problem_NotFoundError_Fragment
  | Problem_SecretError_Fragment
  | Problem_StaleVersionError_Fragment
  | Problem_SuggestionDecidedError_Fragment
  | Problem_WrongStatusError_Fragment
;

export type SearchQueryVariables = Exact<{
  text?: string | null | undefined;
  filter?: KnowledgeFilter | null | undefined;
  minScore?: number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly score: number, readonly signals: { readonly coverage: number | null, readonly similarity: number | null }, readonly highlights: { readonly summary: ReadonlyArray<{ readonly start: number, readonly end: number }>, readonly detail: ReadonlyArray<{ readonly start: number, readonly end: number }>, readonly action: ReadonlyArray<{ readonly start: number, readonly end: number }> }, readonly node: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly notices: ReadonlyArray<{ readonly code: SearchNoticeCode, readonly message: string }> } | null };

export type StatsQueryVariables = Exact<{
  domains?: number | null | undefined;
}>;


export type StatsQuery = { readonly stats: { readonly totalCount: number, readonly statusCounts: ReadonlyArray<{ readonly status: ReviewStatus, readonly count: number }>, readonly domainCounts: ReadonlyArray<{ readonly domain: string, readonly count: number }> } | null };

export type ProposeMutationVariables = Exact<{
  input: ProposeKnowledgeUnitInput;
}>;


export type ProposeMutation = { readonly proposeKnowledgeUnit: { readonly knowledgeUnit: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ConfirmMutationVariables = Exact<{
  input: ConfirmKnowledgeUnitInput;
}>;


export type ConfirmMutation = { readonly confirmKnowledgeUnit: { readonly knowledgeUnit: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type FlagMutationVariables = Exact<{
  input: FlagKnowledgeUnitInput;
}>;


export type FlagMutation = { readonly flagKnowledgeUnit: { readonly knowledgeUnit: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { readonly signIn: { readonly token: string | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ReviewQueueQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: KnowledgeFilter | null | undefined;
}>;


export type ReviewQueueQuery = { readonly reviewQueue: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly proposedBy: { readonly username: string } | null, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ApproveMutationVariables = Exact<{
  input: ApproveKnowledgeUnitInput;
}>;


export type ApproveMutation = { readonly approveKnowledgeUnit: { readonly knowledgeUnit: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type RejectMutationVariables = Exact<{
  input: RejectKnowledgeUnitInput;
}>;


export type RejectMutation = { readonly rejectKnowledgeUnit: { readonly knowledgeUnit: { readonly id: string, readonly status: ReviewStatus, readonly tier: Tier, readonly domains: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly insight: { readonly summary: string, readonly detail: string, readonly action: string }, readonly context: { readonly languages: ReadonlyArray<string>, readonly frameworks: ReadonlyArray<string>, readonly pattern: string | null }, readonly evidence: { readonly confidence: number, readonly confirmations: number, readonly firstObservedAt: string | null, readonly lastConfirmedAt: string | null }, readonly flagCounts: ReadonlyArray<{ readonly reason: FlagReason, readonly count: number }> } | null, readonly userErrors: ReadonlyArray<
      | { readonly __typename: 'AlreadyReviewedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'DuplicateError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'InputError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'LimitReachedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'NotFoundError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SecretError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'StaleVersionError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'SuggestionDecidedError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly __typename: 'WrongStatusError', readonly code: UserErrorCode, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const UnitFragmentDoc = /* @__PURE__ */ new TypedDocumentString(`
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
    `, {"fragmentName":"Unit"}) as unknown as TypedDocumentString<UnitFragment, unknown>;
export const ProblemFragmentDoc = /* @__PURE__ */ new TypedDocumentString(`
    fragment Problem on UserError {
  __typename
  code
  message
  path
}
    `, {"fragmentName":"Problem"}) as unknown as TypedDocumentString<ProblemFragment, unknown>;
export const SearchDocument = /* @__PURE__ */ new TypedDocumentString(`
    query Search($text: String, $filter: KnowledgeFilter, $minScore: Float, $first: Int = 5, $after: String) {
  search(
    text: $text
    filter: $filter
    minScore: $minScore
    first: $first
    after: $after
  ) {
    edges {
      score
      signals {
        coverage
        similarity
      }
      highlights {
        summary {
          start
          end
        }
        detail {
          start
          end
        }
        action {
          start
          end
        }
      }
      node {
        ...Unit
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    notices {
      code
      message
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<SearchQuery, SearchQueryVariables>;
export const StatsDocument = /* @__PURE__ */ new TypedDocumentString(`
    query Stats($domains: Int = 20) {
  stats {
    totalCount
    statusCounts {
      status
      count
    }
    domainCounts(first: $domains) {
      domain
      count
    }
  }
}
    `) as unknown as TypedDocumentString<StatsQuery, StatsQueryVariables>;
export const ProposeDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation Propose($input: ProposeKnowledgeUnitInput!) {
  proposeKnowledgeUnit(input: $input) {
    knowledgeUnit {
      ...Unit
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<ProposeMutation, ProposeMutationVariables>;
export const ConfirmDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation Confirm($input: ConfirmKnowledgeUnitInput!) {
  confirmKnowledgeUnit(input: $input) {
    knowledgeUnit {
      ...Unit
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<ConfirmMutation, ConfirmMutationVariables>;
export const FlagDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation Flag($input: FlagKnowledgeUnitInput!) {
  flagKnowledgeUnit(input: $input) {
    knowledgeUnit {
      ...Unit
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<FlagMutation, FlagMutationVariables>;
export const SignInDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    token
    userErrors {
      ...Problem
    }
  }
}
    fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const ReviewQueueDocument = /* @__PURE__ */ new TypedDocumentString(`
    query ReviewQueue($first: Int = 20, $after: String, $filter: KnowledgeFilter) {
  reviewQueue(first: $first, after: $after, filter: $filter) {
    totalCount
    nodes {
      ...Unit
      proposedBy {
        username
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<ReviewQueueQuery, ReviewQueueQueryVariables>;
export const ApproveDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation Approve($input: ApproveKnowledgeUnitInput!) {
  approveKnowledgeUnit(input: $input) {
    knowledgeUnit {
      ...Unit
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<ApproveMutation, ApproveMutationVariables>;
export const RejectDocument = /* @__PURE__ */ new TypedDocumentString(`
    mutation Reject($input: RejectKnowledgeUnitInput!) {
  rejectKnowledgeUnit(input: $input) {
    knowledgeUnit {
      ...Unit
    }
    userErrors {
      ...Problem
    }
  }
}
    fragment Unit on KnowledgeUnit {
  id
  status
  tier
  domains
  insight {
    summary
    detail
    action
  }
  context {
    languages
    frameworks
    pattern
  }
  evidence {
    confidence
    confirmations
    firstObservedAt
    lastConfirmedAt
  }
  flagCounts {
    reason
    count
  }
  createdAt
  updatedAt
}
fragment Problem on UserError {
  __typename
  code
  message
  path
}`) as unknown as TypedDocumentString<RejectMutation, RejectMutationVariables>;