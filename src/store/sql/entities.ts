import { defineEntity, p } from '@mikro-orm/core';

/**
 * The tables. Migrations make them, a test compares them with what the migrations made, and the shared queries take
 * the types of their rows from here. Instants are ISO 8601 text at this level (see `rows.ts`), lists are JSON text in
 * the order they were sent: the tables beside them (`knowledge_unit_domains`, `knowledge_unit_context`) are what
 * queries filter by.
 */
const instant = () => p.datetime(3).$type<string>();
const unit = () =>
  p.manyToOne(KnowledgeUnitEntity).fieldName('unit_id').deleteRule('cascade').updateRule('no action').index(false);

export const KnowledgeUnitEntity = defineEntity({
  name: 'KnowledgeUnit',
  tableName: 'knowledge_units',
  indexes: [
    { properties: ['status', 'createdAt', 'id'], name: 'idx_units_status_created' },
    { properties: ['status', 'updatedAt', 'id'], name: 'idx_units_status_updated' },
    { properties: ['status', 'confidence', 'id'], name: 'idx_units_status_confidence' },
    { properties: ['status', 'confirmations', 'id'], name: 'idx_units_status_confirmations' },
    { properties: ['status', 'tier'], name: 'idx_units_status_tier' },
    // what a search by words asks of each unit it finds, without reading the unit
    { properties: ['id', 'status', 'confidence'], name: 'idx_units_words' },
    { properties: ['createdAt'], name: 'idx_units_created' },
    { properties: ['reviewedAt', 'status'], name: 'idx_units_reviewed' },
  ],
  properties: {
    id: p.text().primary(),
    version: p.integer(),
    status: p.text(),
    tier: p.text(),
    domains: p.text(),
    summary: p.text(),
    detail: p.text(),
    action: p.text(),
    languages: p.text(),
    frameworks: p.text(),
    pattern: p.text(),
    confidence: p.double().$type<number>(),
    confirmations: p.integer(),
    firstObserved: instant().nullable(),
    lastConfirmed: instant().nullable(),
    createdBy: p.text(),
    supersededBy: p.text().nullable(),
    extensions: p.text().nullable(),
    reviewedBy: p.text().nullable(),
    reviewedAt: instant().nullable(),
    reviewNote: p.text().nullable(),
    createdAt: instant(),
    updatedAt: instant(),
  },
});

/**
 * A unit under each of its domains, with all that ranking by domain needs, so that one index answers the question
 * without touching the units. `status`, `confidence` and `domain_count` follow the unit's in the same transaction.
 */
export const KnowledgeUnitDomainEntity = defineEntity({
  name: 'KnowledgeUnitDomain',
  tableName: 'knowledge_unit_domains',
  indexes: [{ properties: ['domain', 'status', 'unit', 'confidence', 'domainCount'], name: 'idx_domains_ranking' }],
  properties: {
    unit: () => unit().primary(),
    domain: p.text().primary(),
    status: p.text(),
    confidence: p.double().$type<number>(),
    domainCount: p.integer(),
  },
});

/** A unit's languages and frameworks as sent, and its pattern in lower case; `kind` says which. */
export const KnowledgeUnitContextEntity = defineEntity({
  name: 'KnowledgeUnitContext',
  tableName: 'knowledge_unit_context',
  indexes: [{ properties: ['kind', 'value', 'unit'], name: 'idx_context_value' }],
  properties: {
    unit: () => unit().primary(),
    kind: p.text().primary(),
    value: p.text().primary(),
  },
});

export const KnowledgeUnitFlagEntity = defineEntity({
  name: 'KnowledgeUnitFlag',
  tableName: 'knowledge_unit_flags',
  indexes: [{ properties: ['unit', 'createdAt', 'id'], name: 'idx_flags_unit' }],
  properties: {
    id: p.text().primary(),
    unit: () => unit(),
    reason: p.text(),
    detail: p.text().nullable(),
    duplicateOf: p.text().nullable(),
    createdBy: p.text().nullable(),
    createdAt: instant(),
  },
});

/** The audit trail and the activity feed. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'events',
  indexes: [
    { properties: ['actor', 'type', 'unit'], name: 'idx_events_actor' },
    { properties: ['unit'], name: 'idx_events_unit' },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    type: p.text(),
    unit: () => unit(),
    actor: p.text(),
    at: instant(),
  },
});

export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  indexes: [{ properties: ['createdAt'], name: 'idx_idempotency_created' }],
  properties: {
    username: p.text().primary(),
    key: p.text().primary(),
    // not a reference: the key is claimed before its unit is there
    unitId: p.text(),
    createdAt: instant(),
  },
});

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.integer().primary().autoincrement(),
    username: p.text().unique(),
    passwordHash: p.text(),
    role: p.text(),
    createdAt: instant(),
    passwordChangedAt: instant().nullable(),
  },
});

export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['user', 'createdAt', 'id'], name: 'idx_api_keys_user' }],
  properties: {
    id: p.text().primary(),
    user: () => p.manyToOne(UserEntity).fieldName('user_id').deleteRule('cascade').updateRule('no action').index(false),
    name: p.text(),
    labels: p.text(),
    keyPrefix: p.text(),
    keyHash: p.text().unique(),
    ttl: p.text(),
    expiresAt: instant(),
    createdAt: instant(),
    lastUsedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
});

export const entities = [
  KnowledgeUnitEntity,
  KnowledgeUnitDomainEntity,
  KnowledgeUnitContextEntity,
  KnowledgeUnitFlagEntity,
  EventEntity,
  IdempotencyKeyEntity,
  UserEntity,
  ApiKeyEntity,
] as const;
