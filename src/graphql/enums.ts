import { attentionReasons } from '../domain/attention.ts';
import type { ErasureBackup } from '../domain/backups.ts';
import { contentFields } from '../domain/content.ts';
import type { UnitOrder } from '../store/store.ts';

/** Enum values inside the server are the Store's, in lower case; the schema has them in upper case. These resolvers translate. */
export type EmbeddingModelState = 'building' | 'active';
export type AuditActorKind = 'anonymous' | 'person' | 'agent' | 'operator' | 'server';
export type ErasureStatus = 'pending' | 'done';
export type ErasureBackupKind = ErasureBackup['kind'];
export type MatchMode = 'any' | 'all';
export type OrderDirection = 'asc' | 'desc';
export type KnowledgeUnitOrderField = Exclude<UnitOrder['field'], 'lastRequestedAt'>;

const upperCased = <Value extends string>(...values: Value[]) =>
  Object.fromEntries(values.map((value) => [value.toUpperCase(), value])) as Record<Uppercase<Value>, Value>;

export const enumResolvers = {
  ReviewStatus: upperCased('pending', 'approved', 'rejected', 'retired', 'superseded'),
  BulkDecision: upperCased('approve', 'reject', 'retire'),
  SuggestionStatus: upperCased('pending', 'approved', 'rejected'),
  ContentField: upperCased(...contentFields),
  Tier: upperCased('local', 'private', 'public'),
  FlagReason: upperCased('stale', 'incorrect', 'duplicate'),
  ActivityType: upperCased(
    'proposed',
    'confirmed',
    'flagged',
    'approved',
    'rejected',
    'amended',
    'revised',
    'suggested',
    'suggestion_rejected',
    'suggestion_reopened',
    'retired',
    'reinstated',
    'reopened',
    'superseded',
    'merged',
  ),
  ApiKeyAccess: upperCased('read', 'write'),
  UserRole: upperCased('member', 'reviewer', 'admin'),
  AuditActorKind: upperCased('anonymous', 'person', 'agent', 'operator', 'server'),
  SearchMode: upperCased('keyword', 'semantic', 'hybrid'),
  DuplicateBasis: upperCased('text', 'words', 'meaning'),
  EmbeddingModelState: upperCased('building', 'active'),
  AttentionReason: upperCased(...attentionReasons),
  ErasureStatus: upperCased('pending', 'done'),
  ErasureBackupKind: upperCased('backup', 'adoption'),
  WebhookFormat: upperCased('standard', 'slack', 'teams'),
  WebhookOffReason: upperCased('switched', 'failing', 'gone', 'owner', 'document', 'backlog'),
  WebhookDeliveryStatus: upperCased('waiting', 'delivered', 'failed', 'skipped'),
  MatchMode: upperCased('any', 'all'),
  OrderDirection: upperCased('asc', 'desc'),
  KnowledgeUnitOrderField: {
    CREATED_AT: 'createdAt',
    UPDATED_AT: 'updatedAt',
    CONFIDENCE: 'confidence',
    CONFIRMATIONS: 'confirmations',
    LAST_CONFIRMED_AT: 'lastConfirmedAt',
    ANSWERS: 'answers',
    LAST_ANSWERED_AT: 'lastAnsweredAt',
    FLAGS: 'flags',
    CONFIRMERS: 'confirmers',
  },
} as const;
