import { defineEntity, p } from '@mikro-orm/core';

/**
 * The tables. Migrations make them, a test compares them with what the migrations made, and the shared queries take
 * the types of their rows from here. Instants are ISO 8601 text at this level (see `rows.ts`), lists are JSON text in
 * the order they were sent: the tables beside them (`knowledge_unit_domains`, `knowledge_unit_context`) are what
 * queries filter by.
 */
// sorted by code point on both: PostgreSQL's columns say so (collate "C"), SQLite's do so anyway
const text = () => p.text().ignoreSchemaChanges('collation');
const instant = () => p.datetime(3).$type<string>();
const unit = () =>
  p
    .manyToOne(KnowledgeUnitEntity)
    .fieldName('unit_id')
    .deleteRule('cascade')
    .updateRule('no action')
    .index(false)
    .ignoreSchemaChanges('collation');

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
    id: text().primary(),
    version: p.integer(),
    status: text(),
    tier: text(),
    domains: text(),
    summary: text(),
    detail: text(),
    action: text(),
    languages: text(),
    frameworks: text(),
    pattern: text(),
    confidence: p.double().$type<number>(),
    confirmations: p.integer(),
    firstObserved: instant().nullable(),
    lastConfirmed: instant().nullable(),
    createdBy: text(),
    supersededBy: text().nullable(),
    extensions: text().nullable(),
    reviewedBy: text().nullable(),
    reviewedAt: instant().nullable(),
    reviewNote: text().nullable(),
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
    domain: text().primary(),
    status: text(),
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
    kind: text().primary(),
    value: text().primary(),
  },
});

export const KnowledgeUnitFlagEntity = defineEntity({
  name: 'KnowledgeUnitFlag',
  tableName: 'knowledge_unit_flags',
  indexes: [{ properties: ['unit', 'createdAt', 'id'], name: 'idx_flags_unit' }],
  properties: {
    id: text().primary(),
    unit: () => unit(),
    reason: text(),
    detail: text().nullable(),
    duplicateOf: text().nullable(),
    createdBy: text().nullable(),
    createdAt: instant(),
  },
});

/** The audit trail and the activity feed. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'events',
  indexes: [
    { properties: ['actor', 'type', 'unit'], name: 'idx_events_actor' },
    { properties: ['actor', 'id'], name: 'idx_events_last' },
    { properties: ['unit'], name: 'idx_events_unit' },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    type: text(),
    unit: () => unit(),
    actor: text(),
    at: instant(),
  },
});

export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  indexes: [{ properties: ['createdAt'], name: 'idx_idempotency_created' }],
  properties: {
    username: text().primary(),
    key: text().primary(),
    // not a reference: the key is claimed before its unit is there
    unitId: text(),
    createdAt: instant(),
  },
});

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.integer().primary().autoincrement(),
    username: text().unique(),
    passwordHash: text(),
    role: text(),
    createdAt: instant(),
    passwordChangedAt: instant().nullable(),
    credentialsVersion: p.integer().default(1),
  },
});

export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['user', 'createdAt', 'id'], name: 'idx_api_keys_user' }],
  properties: {
    id: text().primary(),
    user: () => p.manyToOne(UserEntity).fieldName('user_id').deleteRule('cascade').updateRule('no action').index(false),
    name: text(),
    labels: text(),
    keyPrefix: text(),
    keyHash: text().unique(),
    ttl: text(),
    expiresAt: instant(),
    createdAt: instant(),
    lastUsedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
});

/** How often something was tried, until `ends_at`; `key` is a digest. Of this moment only: copies leave it out. */
export const SignInAttemptEntity = defineEntity({
  name: 'SignInAttempt',
  tableName: 'sign_in_attempts',
  indexes: [{ properties: ['endsAt'], name: 'idx_sign_in_attempts_end' }],
  properties: {
    key: text().primary(),
    attempts: p.integer(),
    endsAt: instant(),
  },
});

/** Where a person has signed in from; `place` is a digest. */
export const SignInPlaceEntity = defineEntity({
  name: 'SignInPlace',
  tableName: 'sign_in_places',
  properties: {
    user: () =>
      p.manyToOne(UserEntity).primary().fieldName('user_id').deleteRule('cascade').updateRule('no action').index(false),
    place: text().primary(),
    lastUsedAt: instant(),
  },
});

/**
 * How many units there are of a kind, by a key: `status` and `tier` by their values, `confidence` by tenths, `domain`, and the days of
 * those `proposed`, `approved` and `rejected`. Kept by triggers; the sum over all entries counts. Derived: copies leave it out.
 */
export const UnitCountEntity = defineEntity({
  name: 'UnitCount',
  tableName: 'unit_counts',
  indexes: [{ properties: ['kind', 'entry', 'count', 'key'], name: 'idx_unit_counts_top' }],
  properties: {
    kind: text().primary(),
    key: text().primary(),
    entry: p.integer().primary(),
    count: p.integer(),
  },
});

/** What could not be carried over from a database of the Python server, and why. */
export const QuarantineEntity = defineEntity({
  name: 'Quarantine',
  tableName: 'quarantine',
  indexes: [{ properties: ['source', 'sourceId'], name: 'idx_quarantine_source' }],
  properties: {
    id: p.integer().primary().autoincrement(),
    source: text(),
    sourceId: text(),
    content: text(),
    reason: text(),
    at: instant(),
  },
});

export const EmbeddingModelEntity = defineEntity({
  name: 'EmbeddingModel',
  tableName: 'embedding_models',
  uniques: [{ properties: ['provider', 'name', 'dimensions', 'documentPrefix'], name: 'embedding_models_unique' }],
  properties: {
    id: p.integer().primary().autoincrement(),
    provider: text(),
    name: text(),
    dimensions: p.integer(),
    documentPrefix: text(),
    state: text(),
    lastUsedAt: instant().nullable(),
  },
});

/** Vectors to be made. `run_at` is when the next try may start, which claiming a job moves; null when it is parked. */
export const EmbeddingJobEntity = defineEntity({
  name: 'EmbeddingJob',
  tableName: 'embedding_jobs',
  indexes: [{ properties: ['model', 'runAt', 'unit'], name: 'idx_embedding_jobs_due' }],
  properties: {
    unit: () => unit().primary(),
    model: () =>
      p
        .manyToOne(EmbeddingModelEntity)
        .primary()
        .fieldName('model_id')
        .deleteRule('cascade')
        .updateRule('no action')
        .index(false),
    attempts: p.integer(),
    lastError: text().nullable(),
    runAt: instant().nullable(),
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
  SignInAttemptEntity,
  SignInPlaceEntity,
  UnitCountEntity,
  QuarantineEntity,
  EmbeddingModelEntity,
  EmbeddingJobEntity,
] as const;
