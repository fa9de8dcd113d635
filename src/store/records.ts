export type ReviewStatus = 'pending' | 'approved' | 'rejected';

export type Tier = 'local' | 'private' | 'public';

export type FlagReason = 'stale' | 'incorrect' | 'duplicate';

export type UserRole = 'member' | 'reviewer' | 'admin';

export type EventType = 'proposed' | 'confirmed' | 'flagged' | 'approved' | 'rejected';

/** One structured lesson. */
export interface KnowledgeUnit {
  /** `ku_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly version: number;
  readonly status: ReviewStatus;
  readonly tier: Tier;
  /** Trimmed, in lower case, without repeats, in the proposer's order. */
  readonly domains: readonly string[];
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  /** As the proposer sent it, never normalised. */
  readonly context: {
    readonly languages: readonly string[];
    readonly frameworks: readonly string[];
    readonly pattern: string;
  };
  readonly evidence: {
    /** From 0 to 1, an IEEE double, never rounded. */
    readonly confidence: number;
    readonly confirmations: number;
    readonly firstObservedAt: Date | null;
    readonly lastConfirmedAt: Date | null;
  };
  /** A user's name; the account may be gone. */
  readonly createdBy: string;
  readonly supersededBy: string | null;
  /** A JSON object as text, so that `1.0` and integers of any size come back as they were written. */
  readonly extensions: string | null;
  readonly review: Review | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A decision over a unit. */
export interface Review {
  readonly status: 'approved' | 'rejected';
  /** A user's name. */
  readonly reviewedBy: string;
  readonly reviewedAt: Date;
  readonly note: string | null;
}

/** One report that a unit is wrong. */
export interface Flag {
  /** `flg_` and 32 hexadecimal digits. */
  readonly id: string;
  readonly unitId: string;
  readonly reason: FlagReason;
  readonly detail: string | null;
  readonly duplicateOf: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** Something that happened to a unit. */
export interface UnitEvent {
  /** Grows with every event. */
  readonly id: number;
  readonly type: EventType;
  readonly unitId: string;
  /** A user's name. */
  readonly actor: string;
  readonly at: Date;
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: UserRole;
  readonly createdAt: Date;
  /** Tokens that carry no version are void when they were issued before this instant. */
  readonly passwordChangedAt: Date | null;
  /** Which of the person's passwords it is, counted from 1. Tokens that carry another one are void. */
  readonly credentialsVersion: number;
}

export interface ApiKey {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly userId: number;
  readonly name: string;
  readonly labels: readonly string[];
  /** The first 8 characters of the secret. */
  readonly prefix: string;
  /** HMAC-SHA256 of the secret under the server's pepper, in hexadecimal. */
  readonly hash: string;
  /** The lifetime asked for, such as `30d`. */
  readonly ttl: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What units to look at; an absent field asks for nothing. */
export interface UnitFilter {
  readonly statuses?: readonly ReviewStatus[];
  readonly domains?: readonly string[];
  /** Whether one of `domains` is enough (the default) or all must be there. */
  readonly domainMatch?: 'any' | 'all';
  /** Units with one of these, compared exactly. */
  readonly languages?: readonly string[];
  readonly frameworks?: readonly string[];
  /** Compared in lower case. */
  readonly pattern?: string;
  readonly tiers?: readonly Tier[];
  /** Both ends inclusive. */
  readonly confidence?: { readonly min?: number; readonly max?: number };
  /** From `from`, inclusive, to `to`, exclusive. */
  readonly createdAt?: { readonly from?: Date; readonly to?: Date };
  readonly hasFlags?: boolean;
}

export interface UnitOrder {
  readonly field: 'createdAt' | 'updatedAt' | 'confidence' | 'confirmations';
  readonly direction: 'asc' | 'desc';
}

/** A place in an ordered list: the value ordered by, and the id that breaks its ties. */
export interface Position<Key, Id = string> {
  readonly key: Key;
  readonly id: Id;
}

/** `limit` items behind `from`; with `backward`, the last `limit` items before it. The order of items never changes. */
export interface PageRequest<At> {
  readonly limit: number;
  readonly from?: At;
  readonly backward?: boolean;
  /** How many items to leave out before the first one; they are read all the same. */
  readonly skip?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Whether more follow in the direction that was read. */
  readonly hasMore: boolean;
}

/** A ranked question. At least one of `text`, `meaning` and `filter.domains` should be given: without both nothing is found. */
export interface SearchQuestion {
  readonly text?: string;
  /** `languages`, `frameworks` and `pattern` raise the rank and exclude nothing; the rest narrows. */
  readonly filter: UnitFilter;
  /** Ranks by meaning too; with `text` absent or without words, by meaning alone. */
  readonly meaning?: Meaning;
  readonly limit: number;
  readonly after?: { readonly score: number; readonly id: string };
}

/** The meaning of a question's text: its vector by one model, of the model's size and of length 1. */
export interface Meaning {
  readonly modelId: number;
  readonly vector: Float32Array;
  /** The weight of similarity beside those of words (0.6) and domains (0.2). */
  readonly weight: number;
}

export interface SearchHit {
  readonly unit: KnowledgeUnit;
  readonly score: number;
  readonly signals: {
    /** Relative to the best match of the answer; null without a text. */
    readonly keyword: number | null;
    /** The similarity, min–max normalised over the 100 nearest neighbours: 1 for the nearest, 0 for the farthest and all others; null without a vector. */
    readonly semantic: number | null;
    readonly domain: number;
    readonly language: number;
    readonly framework: number;
    readonly pattern: number;
  };
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly hasMore: boolean;
  /** How many words of the text were searched for, and how many it held. */
  readonly words: { readonly used: number; readonly given: number };
}

/** What a store is given of a new unit; the rest follows from its being new. */
export type NewUnit = Pick<
  KnowledgeUnit,
  'id' | 'tier' | 'domains' | 'insight' | 'context' | 'createdBy' | 'extensions'
> & { readonly confidence: number };

export interface UnitWithFlags {
  readonly unit: KnowledgeUnit;
  readonly flags: readonly Flag[];
}

/** A row of the Python server's that could not be understood. */
export interface Quarantined {
  readonly id: number;
  /** The table it was in. */
  readonly source: string;
  readonly sourceId: string;
  /** The whole row as JSON; of a unit also its `domains`. */
  readonly content: string;
  readonly reason: string;
  readonly at: Date;
}

/** A model that has made vectors of units, or is about to. */
export interface EmbeddingModel {
  readonly id: number;
  readonly provider: string;
  readonly name: string;
  readonly dimensions: number;
  /** What stood before each text; vectors with another one are others. */
  readonly documentPrefix: string;
  /** `building` until every unit has a vector, then the one that is searched with, `active`; then `retired`. */
  readonly state: 'building' | 'active' | 'retired';
  /** When a process last said that it works with it; null when none has. */
  readonly lastUsedAt: Date | null;
}

export interface EmbeddingJob {
  readonly unitId: string;
  readonly modelId: number;
  readonly attempts: number;
  readonly lastError: string | null;
  /** When it is tried next, which claiming it moves; null when it is parked: it failed too often, and waits to be told to try again. */
  readonly runAt: Date | null;
}

export interface EmbeddingProgress {
  /** Units with a vector of this model. */
  readonly done: number;
  /** Jobs that wait or are under way. */
  readonly waiting: number;
  readonly parked: number;
}

export interface DayCounts {
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
}
