import type { SearchMode } from '../domain/search.ts';
import type { Highlights, KnowledgeUnit, RepeatBasis, Revision, SearchHit, UnitUsage } from '../store/store.ts';

/**
 * Objects that resolvers return and codegen maps to types of the schema (`mappers` in codegen.yml), where they are no records of
 * the Store. This file must not import the generated types, which import it.
 */

/** The parent object of `KnowledgeStats`. */
export interface StatsSource {
  /** When the oldest of the cached counts was made. */
  readonly computedAt: Date;
}

/** The parent object of `KnowledgeUnitUsage`. */
export type Usage = Omit<UnitUsage, 'unitId'>;

/** The parent object of `SearchEdge`. */
export interface SearchResult {
  readonly cursor: string;
  readonly hit: SearchHit;
  /** Where the words of the text stand in the unit; analysed on each call. */
  highlights(): Promise<Highlights>;
}

/** The parent object of `SearchConnection`. */
export interface SearchPage {
  readonly edges: SearchResult[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly effectiveMode: SearchMode;
  readonly notices: {
    readonly code: 'SEMANTIC_UNAVAILABLE' | 'QUERY_TRUNCATED' | 'NO_WORDS' | 'RESULTS_CAPPED' | 'SPELLING';
    readonly message: string;
  }[];
  /** Searches for the best result that `minScore` left out; null where it left something. */
  nearest(): Promise<SearchResult | null>;
}

/** The concrete types of the interface `UserError`, told apart by `__typename`. */
export type AnyUserError = {
  readonly message: string;
  /** The path into `input`; null where the error is about no field of it. */
  readonly path: string[] | null;
} & (
  | {
      readonly __typename: 'InputError';
      readonly code: 'INVALID_INPUT' | 'INVALID_CREDENTIALS' | 'CONFLICT' | 'SELF_REVIEW' | 'HELD';
    }
  | { readonly __typename: 'SecretError'; readonly code: 'SECRET_FOUND'; readonly kind: string }
  | { readonly __typename: 'NotFoundError'; readonly code: 'NOT_FOUND'; readonly id: string }
  | { readonly __typename: 'AlreadyReviewedError'; readonly code: 'ALREADY_REVIEWED'; readonly unit: KnowledgeUnit }
  | { readonly __typename: 'WrongStatusError'; readonly code: 'CONFLICT'; readonly unit: KnowledgeUnit }
  | {
      readonly __typename: 'StaleVersionError';
      readonly code: 'STALE_VERSION';
      readonly unit: KnowledgeUnit;
      readonly currentVersion: number;
    }
  | { readonly __typename: 'SuggestionDecidedError'; readonly code: 'ALREADY_REVIEWED'; readonly suggestion: Revision }
  | {
      readonly __typename: 'DuplicateError';
      readonly code: 'DUPLICATE';
      readonly existing: KnowledgeUnit;
      readonly similarity: number;
      readonly basis: RepeatBasis;
    }
  | { readonly __typename: 'LimitReachedError'; readonly code: 'LIMIT_REACHED'; readonly limit: number }
);
