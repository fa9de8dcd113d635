import { defineEntity, p } from '@mikro-orm/core';
import type { DeliveredLog, DeliveryStatus, WebhookFormat, WebhookOffReason } from '../../store.ts';
import { UserEntity } from './account-entities.ts';
import { date, text } from './columns.ts';

export const WebhookEntity = defineEntity({
  name: 'Webhook',
  tableName: 'webhooks',
  indexes: [
    { properties: ['createdAt', 'id'], name: 'idx_webhooks_created' },
    { properties: ['offSince', 'createdAt', 'id'], name: 'idx_webhooks_active' },
    { properties: ['userId'], name: 'idx_webhooks_user' },
  ],
  properties: {
    id: text().primary(),
    userId: () =>
      p.manyToOne(UserEntity).mapToPk().fieldName('user_id').deleteRule('cascade').updateRule('no action').index(false),
    name: text(),
    url: text(),
    format: text().$type<WebhookFormat>(),
    document: text(),
    variables: text(),
    secret: text(),
    previousSecret: text().nullable(),
    previousSecretUntil: date().nullable(),
    createdAt: date(),
    activeSince: date(),
    offSince: date().nullable(),
    offReason: text().$type<WebhookOffReason>().nullable(),
    failingSince: date().nullable(),
  },
});

/** What is to be sent, and what was. `log` and `entry_id` are no foreign key: entries may go before. */
export const WebhookDeliveryEntity = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_deliveries',
  indexes: [
    { properties: ['webhookId', 'runAt', 'id'], name: 'idx_webhook_deliveries_due' },
    { properties: ['webhookId', 'createdAt', 'id'], name: 'idx_webhook_deliveries_created' },
  ],
  properties: {
    id: text().primary(),
    webhookId: () =>
      p
        .manyToOne(WebhookEntity)
        .mapToPk()
        .fieldName('webhook_id')
        .deleteRule('cascade')
        .updateRule('no action')
        .index(false)
        .ignoreSchemaChanges('collation'),
    type: text(),
    log: text().$type<DeliveredLog>().nullable(),
    entryId: p.integer().nullable(),
    place: text().nullable(),
    createdAt: date(),
    status: text().$type<DeliveryStatus>(),
    attempts: p.integer(),
    runAt: date().nullable(),
    retryUntil: date(),
    attemptedAt: date().nullable(),
    durationMs: p.integer().nullable(),
    statusCode: p.integer().nullable(),
    error: text().nullable(),
    answer: text().nullable(),
  },
});

/** Up to which place the entries of a log are in the table of deliveries. */
export const WebhookPlaceEntity = defineEntity({
  name: 'WebhookPlace',
  tableName: 'webhook_places',
  properties: {
    log: text().$type<DeliveredLog>().primary(),
    place: text(),
  },
});
