import type { InferEntity } from '@mikro-orm/core';
import { normalize } from '../../../normal-forms.ts';
import type { KnowledgeUnit, Review, ReviewStatus, Revision, UnitContent, Withdrawal } from '../../store.ts';
import type { KnowledgeUnitEntity, KnowledgeUnitRevisionEntity } from '../schema/entities.ts';
import type { RecordOf } from '../statement.ts';
import { fromHeld, toHeld, withoutSecrets } from './held-secrets.ts';
import { textHash } from './text-hash.ts';

/** Maps rows of `knowledge_units` and `knowledge_unit_revisions` to records and back, and truncates values for indexed columns. */

export type UnitRow = RecordOf<InferEntity<typeof KnowledgeUnitEntity>>;
export type RevisionRow = RecordOf<InferEntity<typeof KnowledgeUnitRevisionEntity>>;

/** The columns of what a unit says. */
export type ContentColumns = Pick<
  UnitRow,
  'domains' | 'summary' | 'detail' | 'action' | 'languages' | 'frameworks' | 'pattern' | 'extensions'
>;

/**
 * A value as filters compare it: in NFC, and truncated to 500 characters. Today's input limits are far below that, but older servers
 * had none, and a PostgreSQL index entry holds some 2,700 bytes.
 */
export function indexable(value: string): string {
  const composed = normalize(value, 'NFC');
  return composed.length > 500 ? [...composed].slice(0, 500).join('') : composed;
}

export function toUnit(row: UnitRow): KnowledgeUnit {
  const held = toHeld(row);
  const unit = {
    id: row.id,
    version: row.version,
    status: statusOf(row),
    tier: row.tier,
    domains: row.domains,
    insight: { summary: row.summary, detail: row.detail, action: row.action },
    context: { languages: row.languages, frameworks: row.frameworks, pattern: row.pattern },
    evidence: {
      confidence: row.confidence,
      confirmations: row.confirmations,
      firstObservedAt: row.firstObserved,
      lastConfirmedAt: row.lastConfirmed,
    },
    confirmers: row.confirmers,
    ownConfirmations: row.ownConfirmations,
    createdBy: row.createdBy,
    supersededBy: row.supersededBy,
    extensions: row.extensions,
    review: toReview(row),
    withdrawal: toWithdrawal(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
  return held ? withoutSecrets({ ...unit, held }) : unit;
}

/** The status of a unit, of the two columns that have it: a withdrawn unit is `rejected` to releases before withdrawals. */
export const statusOf = ({ status, withdrawnAs }: Pick<UnitRow, 'status' | 'withdrawnAs'>): ReviewStatus =>
  withdrawnAs ?? status;

/** The columns of a status. */
export function fromStatus(status: ReviewStatus): Pick<UnitRow, 'status' | 'withdrawnAs'> {
  return status === 'retired' || status === 'superseded'
    ? { status: 'rejected', withdrawnAs: status }
    : { status, withdrawnAs: null };
}

function toReview(row: UnitRow): Review | null {
  const { status, withdrawnAs, reviewedBy, reviewedAt, decisionNote: note, reviewNote: internalNote } = row;
  return status === 'pending' || reviewedBy === null || reviewedAt === null
    ? null
    : { status: withdrawnAs ? 'approved' : status, reviewedBy, reviewedAt, note, internalNote };
}

function toWithdrawal(row: UnitRow): Withdrawal | null {
  const { withdrawnAs, withdrawnBy, withdrawnAt, withdrawnReason: reason } = row;
  return withdrawnAs === null || withdrawnBy === null || withdrawnAt === null
    ? null
    : { withdrawnBy, withdrawnAt, reason };
}

export function fromUnit(unit: KnowledgeUnit): UnitRow {
  return {
    id: unit.id,
    version: unit.version,
    ...fromStatus(unit.status),
    tier: unit.tier,
    domains: unit.domains,
    summary: unit.insight.summary,
    detail: unit.insight.detail,
    action: unit.insight.action,
    languages: unit.context.languages,
    frameworks: unit.context.frameworks,
    pattern: unit.context.pattern,
    confidence: unit.evidence.confidence,
    confirmations: unit.evidence.confirmations,
    firstObserved: unit.evidence.firstObservedAt,
    lastConfirmed: unit.evidence.lastConfirmedAt,
    // counted when the flags are added
    flagCount: 0,
    confirmers: unit.confirmers,
    ownConfirmations: unit.ownConfirmations,
    textHash: textHash(unit.insight),
    repeatsVersion: null,
    ...fromHeld(unit.held),
    createdBy: unit.createdBy,
    supersededBy: unit.supersededBy,
    extensions: unit.extensions,
    reviewedBy: unit.review?.reviewedBy ?? null,
    reviewedAt: unit.review?.reviewedAt ?? null,
    reviewNote: unit.review?.internalNote ?? null,
    decisionNote: unit.review?.note ?? null,
    withdrawnBy: unit.withdrawal?.withdrawnBy ?? null,
    withdrawnAt: unit.withdrawal?.withdrawnAt ?? null,
    withdrawnReason: unit.withdrawal?.reason ?? null,
    createdAt: unit.createdAt,
    updatedAt: unit.updatedAt,
  };
}

export const toContentColumns = ({ domains, insight, context, extensions }: UnitContent): ContentColumns => ({
  domains,
  summary: insight.summary,
  detail: insight.detail,
  action: insight.action,
  languages: context.languages,
  frameworks: context.frameworks,
  pattern: context.pattern,
  extensions,
});

export const contentOf = (row: ContentColumns): UnitContent => ({
  domains: row.domains,
  insight: { summary: row.summary, detail: row.detail, action: row.action },
  context: { languages: row.languages, frameworks: row.frameworks, pattern: row.pattern },
  extensions: row.extensions,
});

export function toRevision(row: RevisionRow): Revision {
  const { status, decidedBy: reviewedBy, decidedAt: reviewedAt, note, internalNote } = row;
  return {
    id: row.id,
    unitId: row.unitId,
    status,
    baseVersion: row.baseVersion,
    version: row.version,
    content: contentOf(row),
    reason: row.reason,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    review:
      status === 'pending' || reviewedBy === null || reviewedAt === null
        ? null
        : { status, reviewedBy, reviewedAt, note, internalNote },
  };
}

export function fromRevision({ content, review, ...revision }: Revision): RevisionRow {
  return {
    ...revision,
    ...toContentColumns(content),
    decidedBy: review?.reviewedBy ?? null,
    decidedAt: review?.reviewedAt ?? null,
    note: review?.note ?? null,
    internalNote: review?.internalNote ?? null,
  };
}
