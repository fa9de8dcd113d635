import { defineEntity, p } from '@mikro-orm/core';
import type { ApiKeyAccess, AuditEntry, UserRole } from '../../store.ts';
import { date, list, text, xid } from './columns.ts';

const user = () =>
  p.manyToOne(UserEntity).mapToPk().fieldName('user_id').deleteRule('cascade').updateRule('no action').index(false);

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.integer().primary().autoincrement(),
    username: text().unique(),
    passwordHash: text(),
    role: text().$type<UserRole>(),
    createdAt: date(),
    passwordChangedAt: date().nullable(),
    credentialsVersion: p.integer().default(1),
    suspendedAt: date().nullable(),
    suspendedBy: text().nullable(),
    suspensionReason: text().nullable(),
    closedAt: date().nullable(),
    closedBy: text().nullable(),
    lastUsedAt: date().nullable(),
  },
});

/** What the names of users look like, as digests; a name has one or two. */
export const NameSkeletonEntity = defineEntity({
  name: 'NameSkeleton',
  tableName: 'name_skeletons',
  properties: {
    skeleton: text().primary(),
    userId: () => user(),
  },
});

export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  indexes: [{ properties: ['userId', 'createdAt', 'id'], name: 'idx_api_keys_user' }],
  properties: {
    id: text().primary(),
    userId: () => user(),
    name: text(),
    labels: list(),
    prefix: text().fieldName('key_prefix'),
    hash: text().fieldName('key_hash').unique(),
    pepper: text().nullable(),
    ttl: text(),
    expiresAt: date(),
    createdAt: date(),
    lastUsedAt: date().nullable(),
    revokedAt: date().nullable(),
    access: text().$type<ApiKeyAccess>().default('write'),
    domains: list().nullable(),
  },
});

/** One for each token that was given for a password. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  indexes: [
    { properties: ['userId', 'createdAt', 'id'], name: 'idx_sessions_user' },
    { properties: ['expiresAt'], name: 'idx_sessions_expiry' },
  ],
  properties: {
    id: text().primary(),
    userId: () => user(),
    credentialsVersion: p.integer(),
    createdAt: date(),
    lastUsedAt: date(),
    expiresAt: date(),
    address: text().nullable(),
    userAgent: text().nullable(),
  },
});

/** Pending ones only. */
export const InvitationEntity = defineEntity({
  name: 'Invitation',
  tableName: 'invitations',
  indexes: [
    { properties: ['createdAt', 'id'], name: 'idx_invitations_created' },
    { properties: ['userId'], name: 'idx_invitations_user' },
  ],
  properties: {
    id: text().primary(),
    userId: () => user().nullable(),
    tokenHash: text(),
    role: text().$type<UserRole>(),
    username: text().nullable(),
    createdAt: date(),
    expiresAt: date(),
  },
});

/** Attempts under a key in a window that ends at `ends_at`; `key` is a digest. Short-lived, so that copies leave it out. */
export const SignInAttemptEntity = defineEntity({
  name: 'SignInAttempt',
  tableName: 'sign_in_attempts',
  indexes: [{ properties: ['endsAt'], name: 'idx_sign_in_attempts_end' }],
  properties: {
    key: text().primary(),
    attempts: p.integer(),
    endsAt: date(),
  },
});

/** Places that a user has signed in from; `place` is a digest of the address. */
export const SignInPlaceEntity = defineEntity({
  name: 'SignInPlace',
  tableName: 'sign_in_places',
  properties: {
    userId: () => user().primary(),
    place: text().primary(),
    lastUsedAt: date(),
  },
});

/**
 * The audit log. `target` is a global id, and no foreign key: entries outlive what they are about. They hold no names. Those that
 * count repeats have a `repeatKey`, of which each is there once.
 */
export const AuditEntryEntity = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_log',
  indexes: [
    { properties: ['at', 'id'], name: 'idx_audit_log_at' },
    { properties: ['actorId', 'at', 'id'], name: 'idx_audit_log_actor' },
    { properties: ['target', 'at', 'id'], name: 'idx_audit_log_target' },
    { properties: ['action', 'at', 'id'], name: 'idx_audit_log_action' },
    {
      name: 'idx_audit_log_order',
      expression: 'create index idx_audit_log_order on audit_log (xid, id) where xid > 0',
    },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    at: date(),
    action: text(),
    actorKind: text().$type<AuditEntry['actorKind']>(),
    actorId: p.integer().nullable(),
    keyId: text().nullable(),
    target: text().nullable(),
    address: text().nullable(),
    details: text().nullable(),
    count: p.integer(),
    lastAt: date(),
    repeatKey: text().nullable().unique(),
    xid: xid(),
  },
});

/** The settings of the last start, those that are secret as fingerprints. */
export const LastSettingEntity = defineEntity({
  name: 'LastSetting',
  tableName: 'last_settings',
  properties: {
    name: text().primary(),
    value: text(),
  },
});
