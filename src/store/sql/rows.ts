import type { Selectable } from 'kysely';
import type {
  ApiKey,
  EventType,
  Flag,
  FlagReason,
  KnowledgeUnit,
  Review,
  ReviewStatus,
  Tier,
  UnitEvent,
  User,
  UserRole,
} from '../store.ts';
import type { Tables } from './database.ts';

/** Rows and records: the one place where they turn into each other. */

export type UnitRow = Selectable<Tables['knowledge_units']>;
export type FlagRow = Selectable<Tables['knowledge_unit_flags']>;
export type EventRow = Selectable<Tables['events']>;
export type UserRow = Selectable<Tables['users']>;
export type ApiKeyRow = Selectable<Tables['api_keys']>;

/** An instant for a column. Both databases take this form. */
export const toColumn = (date: Date): string => date.toISOString();
/** An instant from a column, in either database's form. */
export const toDate = (column: string): Date => new Date(column);

/**
 * A value as it is filtered by: its first 500 characters. No limit of today comes near, but older servers had none, and
 * PostgreSQL indexes no more than some 2,700 bytes.
 */
export const indexable = (value: string): string => (value.length > 500 ? [...value].slice(0, 500).join('') : value);

export const toDateOrNull = (column: string | null): Date | null => (column === null ? null : toDate(column));
const toColumnOrNull = (date: Date | null): string | null => (date === null ? null : toColumn(date));

export function toUnit(row: UnitRow): KnowledgeUnit {
  return {
    id: row.id,
    version: row.version,
    status: row.status as ReviewStatus,
    tier: row.tier as Tier,
    domains: JSON.parse(row.domains),
    insight: { summary: row.summary, detail: row.detail, action: row.action },
    context: {
      languages: JSON.parse(row.languages),
      frameworks: JSON.parse(row.frameworks),
      pattern: row.pattern,
    },
    evidence: {
      confidence: row.confidence,
      confirmations: row.confirmations,
      firstObservedAt: toDateOrNull(row.first_observed),
      lastConfirmedAt: toDateOrNull(row.last_confirmed),
    },
    createdBy: row.created_by,
    supersededBy: row.superseded_by,
    extensions: row.extensions,
    review: toReview(row),
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
  };
}

function toReview(row: UnitRow): Review | null {
  if (row.status === 'pending' || row.reviewed_by === null || row.reviewed_at === null) return null;
  return {
    status: row.status as Review['status'],
    reviewedBy: row.reviewed_by,
    reviewedAt: toDate(row.reviewed_at),
    note: row.review_note,
  };
}

export function fromUnit(unit: KnowledgeUnit): UnitRow {
  return {
    id: unit.id,
    version: unit.version,
    status: unit.status,
    tier: unit.tier,
    domains: JSON.stringify(unit.domains),
    summary: unit.insight.summary,
    detail: unit.insight.detail,
    action: unit.insight.action,
    languages: JSON.stringify(unit.context.languages),
    frameworks: JSON.stringify(unit.context.frameworks),
    pattern: unit.context.pattern,
    confidence: unit.evidence.confidence,
    confirmations: unit.evidence.confirmations,
    first_observed: toColumnOrNull(unit.evidence.firstObservedAt),
    last_confirmed: toColumnOrNull(unit.evidence.lastConfirmedAt),
    created_by: unit.createdBy,
    superseded_by: unit.supersededBy,
    extensions: unit.extensions,
    reviewed_by: unit.review?.reviewedBy ?? null,
    reviewed_at: toColumnOrNull(unit.review?.reviewedAt ?? null),
    review_note: unit.review?.note ?? null,
    created_at: toColumn(unit.createdAt),
    updated_at: toColumn(unit.updatedAt),
  };
}

export function toFlag(row: FlagRow): Flag {
  return {
    id: row.id,
    unitId: row.unit_id,
    reason: row.reason as FlagReason,
    detail: row.detail,
    duplicateOf: row.duplicate_of,
    createdBy: row.created_by,
    createdAt: toDate(row.created_at),
  };
}

export function fromFlag(flag: Flag): FlagRow {
  return {
    id: flag.id,
    unit_id: flag.unitId,
    reason: flag.reason,
    detail: flag.detail,
    duplicate_of: flag.duplicateOf,
    created_by: flag.createdBy,
    created_at: toColumn(flag.createdAt),
  };
}

export function toEvent(row: EventRow): UnitEvent {
  return { id: row.id, type: row.type as EventType, unitId: row.unit_id, actor: row.actor, at: toDate(row.at) };
}

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.password_hash,
    role: row.role as UserRole,
    createdAt: toDate(row.created_at),
    passwordChangedAt: toDateOrNull(row.password_changed_at),
    credentialsVersion: row.credentials_version,
  };
}

export function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    labels: JSON.parse(row.labels),
    prefix: row.key_prefix,
    hash: row.key_hash,
    ttl: row.ttl,
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    lastUsedAt: toDateOrNull(row.last_used_at),
    revokedAt: toDateOrNull(row.revoked_at),
  };
}

export function fromApiKey(key: ApiKey): ApiKeyRow {
  return {
    id: key.id,
    user_id: key.userId,
    name: key.name,
    labels: JSON.stringify(key.labels),
    key_prefix: key.prefix,
    key_hash: key.hash,
    ttl: key.ttl,
    created_at: toColumn(key.createdAt),
    expires_at: toColumn(key.expiresAt),
    last_used_at: toColumnOrNull(key.lastUsedAt),
    revoked_at: toColumnOrNull(key.revokedAt),
  };
}
