/** A unit and its flags as they were when the Python server's rows were first carried over. */
export type Tier = 'local' | 'private' | 'public';
export type ReviewStatus = 'pending' | 'approved' | 'rejected';
export type FlagReason = 'stale' | 'incorrect' | 'duplicate';

export interface KnowledgeUnit {
  readonly id: string;
  readonly version: number;
  readonly status: ReviewStatus;
  readonly tier: Tier;
  readonly domains: readonly string[];
  readonly insight: { readonly summary: string; readonly detail: string; readonly action: string };
  readonly context: {
    readonly languages: readonly string[];
    readonly frameworks: readonly string[];
    readonly pattern: string;
  };
  readonly evidence: {
    readonly confidence: number;
    readonly confirmations: number;
    readonly firstObservedAt: Date | null;
    readonly lastConfirmedAt: Date | null;
  };
  readonly createdBy: string;
  readonly supersededBy: string | null;
  /** JSON, as it was written. */
  readonly extensions: string | null;
  readonly review: {
    readonly status: 'approved' | 'rejected';
    readonly reviewedBy: string;
    readonly reviewedAt: Date;
    readonly note: string | null;
  } | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Flag {
  readonly id: string;
  readonly unitId: string;
  readonly reason: FlagReason;
  readonly detail: string | null;
  readonly duplicateOf: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}
