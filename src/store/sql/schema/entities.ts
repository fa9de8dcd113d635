import { defineEntity, p } from '@mikro-orm/core';
import type {
  EmbeddingModel,
  FlagReason,
  ProposalStatus,
  RepeatBasis,
  ReviewStatus,
  SuggestionStatus,
  Tier,
  WithdrawnStatus,
} from '../../store.ts';
import {
  ApiKeyEntity,
  AuditEntryEntity,
  InvitationEntity,
  LastSettingEntity,
  NameSkeletonEntity,
  SessionEntity,
  SignInAttemptEntity,
  SignInPlaceEntity,
  UserEntity,
} from './account-entities.ts';
import { date, list, text, xid } from './columns.ts';
import { WebhookDeliveryEntity, WebhookEntity, WebhookPlaceEntity } from './webhook-entities.ts';

/**
 * The tables as MikroORM entities. Migrations create them, a test compares the two, and statements (`statement.ts`) are built
 * over them. References are foreign keys. Lists are JSON text in the sender's order; queries filter by the tables
 * `knowledge_unit_domains` and `knowledge_unit_context`.
 */
const unit = (column = 'unit_id') =>
  p
    .manyToOne(KnowledgeUnitEntity)
    .mapToPk()
    .fieldName(column)
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
    { properties: ['status', 'flagCount', 'id'], name: 'idx_units_status_flags' },
    { properties: ['status', 'confirmers', 'id'], name: 'idx_units_status_confirmers' },
    {
      name: 'idx_units_status_confirmed',
      expression:
        'create index idx_units_status_confirmed on knowledge_units (status, coalesce(last_confirmed, created_at), id)',
    },
    // a covering index for what keyword search needs of each hit
    { properties: ['id', 'status', 'confidence'], name: 'idx_units_words' },
    { properties: ['createdAt'], name: 'idx_units_created' },
    {
      name: 'idx_units_decided',
      expression:
        'create index idx_units_decided on knowledge_units (reviewed_at, status, id) where reviewed_at is not null',
    },
    {
      name: 'idx_units_withdrawn',
      expression:
        'create index idx_units_withdrawn on knowledge_units (withdrawn_as, created_at, id) where withdrawn_as is not null',
    },
    {
      name: 'idx_units_held',
      expression:
        'create index idx_units_held on knowledge_units (status, created_at, id) where held_secrets is not null and secrets_released_by is null',
    },
    {
      name: 'idx_units_withdrawn_at',
      expression:
        'create index idx_units_withdrawn_at on knowledge_units (withdrawn_at, id) where withdrawn_at is not null',
    },
    { properties: ['textHash'], name: 'idx_units_text_hash' },
    {
      name: 'idx_units_repeats',
      expression:
        "create index idx_units_repeats on knowledge_units (status, id) where status = 'approved' and (repeats_version is null or repeats_version <> version)",
    },
    // of a part of the name, see `proposedBy` in knowledge/unit-filter.ts
    {
      name: 'idx_units_proposer',
      expression:
        'create index idx_units_proposer on knowledge_units (substr(created_by, 1, 500), created_at, id, status)',
    },
    {
      name: 'idx_units_proposer_updated',
      expression:
        'create index idx_units_proposer_updated on knowledge_units (substr(created_by, 1, 500), updated_at, id)',
    },
  ],
  properties: {
    id: text().primary(),
    version: p.integer(),
    // a withdrawn unit is `rejected` here, as releases before withdrawals read it: see `rows.ts`
    status: text().$type<ProposalStatus>(),
    withdrawnAs: text().$type<WithdrawnStatus>().nullable(),
    withdrawnBy: text().nullable(),
    withdrawnAt: date().nullable(),
    withdrawnReason: text().nullable(),
    tier: text().$type<Tier>(),
    domains: list(),
    summary: text(),
    detail: text(),
    action: text(),
    languages: list(),
    frameworks: list(),
    pattern: text(),
    confidence: p.double().$type<number>(),
    confirmations: p.integer(),
    confirmers: p.integer().default(0),
    ownConfirmations: p.integer().default(0),
    textHash: text().nullable(),
    /** The version in which units that say the same were looked for; null where that is to be done again. */
    repeatsVersion: p.integer().nullable(),
    heldSecrets: text().nullable(),
    secretsReleasedBy: text().nullable(),
    firstObserved: date().nullable(),
    lastConfirmed: date().nullable(),
    /** A trigger counts (see migration 29). */
    flagCount: p.integer().default(0),
    createdBy: text(),
    supersededBy: text().nullable(),
    extensions: text().nullable(),
    reviewedBy: text().nullable(),
    reviewedAt: date().nullable(),
    /** For reviewers only. */
    reviewNote: text().nullable(),
    /** For the proposer too. */
    decisionNote: text().nullable(),
    createdAt: date(),
    updatedAt: date(),
  },
});

/**
 * The domains of a unit, with all that ranking by domain needs, so that one covering index answers it without reading the
 * units. `status`, `confidence` and `domain_count` are denormalised: they change in the transaction that changes the unit.
 */
export const KnowledgeUnitDomainEntity = defineEntity({
  name: 'KnowledgeUnitDomain',
  tableName: 'knowledge_unit_domains',
  // unique so that SQLite prefers it where it knows all columns
  uniques: [{ properties: ['domain', 'status', 'domainCount', 'confidence', 'unitId'], name: 'idx_domains_best' }],
  properties: {
    unitId: () => unit().primary(),
    domain: text().primary(),
    status: text().$type<ReviewStatus>(),
    confidence: p.double().$type<number>(),
    domainCount: p.integer(),
  },
});

/** A unit's languages and frameworks as sent, and its pattern in lower case; `kind` says which. */
export const KnowledgeUnitContextEntity = defineEntity({
  name: 'KnowledgeUnitContext',
  tableName: 'knowledge_unit_context',
  indexes: [{ properties: ['kind', 'value', 'unitId'], name: 'idx_context_value' }],
  properties: {
    unitId: () => unit().primary(),
    kind: text().primary(),
    value: text().primary(),
  },
});

export const KnowledgeUnitFlagEntity = defineEntity({
  name: 'KnowledgeUnitFlag',
  tableName: 'knowledge_unit_flags',
  indexes: [{ properties: ['unitId', 'createdAt', 'id'], name: 'idx_flags_unit' }],
  properties: {
    id: text().primary(),
    unitId: () => unit(),
    reason: text().$type<FlagReason>(),
    detail: text().nullable(),
    duplicateOf: text().nullable(),
    createdBy: text().nullable(),
    createdAt: date(),
  },
});

/** What units said in each version, and suggestions; see `Revision`. */
export const KnowledgeUnitRevisionEntity = defineEntity({
  name: 'KnowledgeUnitRevision',
  tableName: 'knowledge_unit_revisions',
  uniques: [{ properties: ['unitId', 'version'], name: 'revisions_version_unique' }],
  indexes: [
    { properties: ['unitId', 'status', 'createdAt', 'id'], name: 'idx_revisions_unit' },
    { properties: ['status', 'createdAt', 'id'], name: 'idx_revisions_status' },
    { properties: ['createdBy', 'status', 'createdAt', 'id'], name: 'idx_revisions_author' },
    {
      name: 'idx_revisions_decided',
      expression:
        'create index idx_revisions_decided on knowledge_unit_revisions (decided_at, id) where decided_at is not null',
    },
  ],
  properties: {
    id: text().primary(),
    unitId: () => unit(),
    status: text().$type<SuggestionStatus>(),
    baseVersion: p.integer().nullable(),
    version: p.integer().nullable(),
    domains: list(),
    summary: text(),
    detail: text(),
    action: text(),
    languages: list(),
    frameworks: list(),
    pattern: text(),
    extensions: text().nullable(),
    reason: text().nullable(),
    createdBy: text(),
    createdAt: date(),
    decidedBy: text().nullable(),
    decidedAt: date().nullable(),
    note: text().nullable(),
    internalNote: text().nullable(),
  },
});

/** See `NearRepeatStore`; a pair that was dismissed stays until one of the units has another version. */
export const NearRepeatEntity = defineEntity({
  name: 'NearRepeat',
  tableName: 'near_repeats',
  indexes: [
    { properties: ['unitId'], name: 'idx_near_repeats_unit' },
    { properties: ['otherId'], name: 'idx_near_repeats_other' },
    {
      name: 'idx_near_repeats_best',
      expression: 'create index idx_near_repeats_best on near_repeats (similarity, id) where dismissed_at is null',
    },
  ],
  properties: {
    id: text().primary(),
    unitId: () => unit(),
    unitVersion: p.integer(),
    otherId: () => unit('other_id'),
    otherVersion: p.integer(),
    basis: text().$type<RepeatBasis>(),
    similarity: p.double().$type<number>(),
    foundAt: date(),
    /** A user's id. */
    dismissedBy: p.integer().nullable(),
    dismissedAt: date().nullable(),
  },
});

/** Who has confirmed a unit, and when last. Before the events, so that copies of those find it (see migration 25). */
export const UnitConfirmerEntity = defineEntity({
  name: 'UnitConfirmer',
  tableName: 'unit_confirmers',
  properties: {
    unitId: () => unit().primary(),
    username: text().primary(),
    lastAt: date(),
  },
});

/**
 * How often a unit was given as an answer, and when last: at the first instant of 1970 where it was not. Triggers add a row for each unit. Before the units, so
 * that copies of those find it (see migration 29).
 */
export const UnitUsageEntity = defineEntity({
  name: 'UnitUsage',
  tableName: 'unit_usage',
  indexes: [
    { properties: ['lastAnsweredAt', 'unitId'], name: 'idx_usage_last' },
    { properties: ['answers', 'unitId'], name: 'idx_usage_answers' },
    {
      name: 'idx_usage_requested',
      expression:
        'create index idx_usage_requested on unit_usage (last_requested_at, unit_id) where last_requested_at is not null',
    },
  ],
  properties: {
    unitId: text().primary(),
    answers: p.integer().default(0),
    lastAnsweredAt: date(),
    /** Of a superseded unit. */
    requests: p.integer().default(0),
    lastRequestedAt: date().nullable(),
  },
});

/** The log of units and the activity feed. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'events',
  indexes: [
    {
      name: 'idx_events_actor',
      expression:
        "create index idx_events_actor on events (actor, type, unit_id) where type = 'confirmed' or type = 'flagged'",
    },
    { properties: ['actor', 'id'], name: 'idx_events_last' },
    { properties: ['unitId', 'id'], name: 'idx_events_unit_order' },
    { name: 'idx_events_order', expression: 'create index idx_events_order on events (xid, id) where xid > 0' },
    {
      name: 'idx_events_of_unit',
      expression: 'create index idx_events_of_unit on events (unit_id, xid, id) where xid > 0',
    },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    // the words that every release has; `kind` where there is a better one
    type: text(),
    kind: text().nullable(),
    unitId: () => unit(),
    unitVersion: p.integer().nullable(),
    actor: text(),
    at: date(),
    note: text().nullable(),
    xid: xid(),
  },
});

/** The logs that are followed; see the migration `0034-log-order`. */
export const LogEpochEntity = defineEntity({
  name: 'LogEpoch',
  tableName: 'log_epochs',
  properties: {
    log: text().primary(),
    epoch: text(),
    firstId: p.integer(),
  },
});

export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  indexes: [{ properties: ['createdAt'], name: 'idx_idempotency_created' }],
  properties: {
    username: text().primary(),
    key: text().primary(),
    // not a foreign key: the key is inserted before its unit
    unitId: text(),
    createdAt: date(),
  },
});

/** See `Erasure`; `attemptAt` is when cleaning up may be tried next. */
const erasure = () => ({
  id: text().primary(),
  erasedAt: date(),
  erasedBy: p.integer().nullable(),
  reason: text(),
  attemptAt: date().nullable(),
  waitsFor: text().nullable(),
  doneAt: date().nullable(),
});

/** Before the units, which a trigger compares with it. */
export const ErasedUnitEntity = defineEntity({
  name: 'ErasedUnit',
  tableName: 'erased_units',
  indexes: [
    { properties: ['erasedAt', 'id'], name: 'idx_erased_units_at' },
    { properties: ['attemptAt'], name: 'idx_erased_units_attempt' },
  ],
  properties: { ...erasure(), document: p.integer().nullable() },
});

/** See migration 31; `username` is null when no other row has the name any more. */
export const ErasedUserEntity = defineEntity({
  name: 'ErasedUser',
  tableName: 'erased_users',
  indexes: [
    { properties: ['erasedAt', 'id'], name: 'idx_erased_users_at' },
    { properties: ['attemptAt'], name: 'idx_erased_users_attempt' },
    { properties: ['digest'], name: 'idx_erased_users_digest' },
  ],
  properties: {
    ...erasure(),
    placeholder: text(),
    username: text().nullable(),
    secret: text(),
    digest: text(),
  },
});

/** See `Backup`. Copies take it along: what was copied is in those too. */
export const BackupEntity = defineEntity({
  name: 'Backup',
  tableName: 'backups',
  indexes: [{ properties: ['madeAt', 'id'], name: 'idx_backups_made' }],
  properties: {
    id: p.integer().primary().autoincrement(),
    place: text(),
    madeAt: date(),
  },
});

/**
 * Counts of units by kind and key: `status`, `tier`, `confidence` in tenths, `domain`, and the days on which they were
 * `proposed`, `approved` or `rejected`. Triggers maintain it; a count is the sum over all entries. Derived, so that copies
 * leave it out.
 */
export const UnitCountEntity = defineEntity({
  name: 'UnitCount',
  tableName: 'unit_counts',
  indexes: [
    {
      name: 'idx_unit_counts_top',
      expression: "create index idx_unit_counts_top on unit_counts (kind, entry, count, key) where kind = 'domain'",
    },
  ],
  properties: {
    kind: text().primary(),
    key: text().primary(),
    entry: p.integer().primary(),
    count: p.integer(),
  },
});

/** Rows of a Python server's database that could not be migrated, each with the reason. */
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
    at: date(),
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
    state: text().$type<EmbeddingModel['state']>(),
    lastUsedAt: date().nullable(),
    meanCosine: p.double().$type<number>().nullable(),
    meanCosineUnits: p.integer().nullable(),
  },
});

/**
 * The queue of vectors to make. `run_at` is when the next attempt may start (claiming a job moves it); null when it is parked.
 */
export const EmbeddingJobEntity = defineEntity({
  name: 'EmbeddingJob',
  tableName: 'embedding_jobs',
  indexes: [{ properties: ['modelId', 'runAt', 'unitId'], name: 'idx_embedding_jobs_due' }],
  properties: {
    unitId: () => unit().primary(),
    modelId: () =>
      p
        .manyToOne(EmbeddingModelEntity)
        .mapToPk()
        .primary()
        .fieldName('model_id')
        .deleteRule('cascade')
        .updateRule('no action')
        .index(false),
    attempts: p.integer(),
    lastError: text().nullable(),
    runAt: date().nullable(),
  },
});

export {
  ApiKeyEntity,
  AuditEntryEntity,
  InvitationEntity,
  LastSettingEntity,
  NameSkeletonEntity,
  SessionEntity,
  SignInAttemptEntity,
  SignInPlaceEntity,
  UserEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
  WebhookPlaceEntity,
};

export const entities = [
  UnitUsageEntity,
  ErasedUnitEntity,
  ErasedUserEntity,
  BackupEntity,
  KnowledgeUnitEntity,
  KnowledgeUnitDomainEntity,
  KnowledgeUnitContextEntity,
  KnowledgeUnitFlagEntity,
  KnowledgeUnitRevisionEntity,
  NearRepeatEntity,
  UnitConfirmerEntity,
  EventEntity,
  LogEpochEntity,
  IdempotencyKeyEntity,
  UserEntity,
  NameSkeletonEntity,
  ApiKeyEntity,
  SessionEntity,
  SignInAttemptEntity,
  SignInPlaceEntity,
  InvitationEntity,
  AuditEntryEntity,
  LastSettingEntity,
  UnitCountEntity,
  QuarantineEntity,
  EmbeddingModelEntity,
  EmbeddingJobEntity,
  WebhookEntity,
  WebhookDeliveryEntity,
  WebhookPlaceEntity,
] as const;
