import type { Webhook, WebhookOffReason, WebhookStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { lockRow } from '../rows-by-id.ts';
import { WebhookEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';
import { createOutbox } from './outbox.ts';

const byId = statement(WebhookEntity, (webhooks, { id }: { id: string }) => webhooks.select('*').where({ id }));

const pages = keysetPages(WebhookEntity, { by: 'createdAt', direction: 'desc' });

const counted = statement(WebhookEntity, (webhooks) => webhooks.count()).withRowsOf<{ count: number }>();

const switchedOn = statement(WebhookEntity, (webhooks) =>
  webhooks.select('*').where({ offSince: null }).orderBy({ createdAt: 'asc', id: 'asc' }),
);

const insertWebhook = statement(WebhookEntity, (webhooks, webhook: Webhook, em) =>
  webhooks.insert(insertValuesOf(WebhookEntity, webhook, em)),
);

const updateWebhook = statement(WebhookEntity, (webhooks, webhook: Webhook, em) => {
  const values = insertValuesOf(WebhookEntity, webhook, em);
  return webhooks.update(values as never).where({ id: webhook.id });
});

const off = statement(
  WebhookEntity,
  (webhooks, { id, offSince, offReason }: { id: string; offSince: Date; offReason: WebhookOffReason }) =>
    webhooks.update({ offSince, offReason }).where({ id, offSince: null }),
);

const deleteWebhook = statement(WebhookEntity, (webhooks, { id }: { id: string }) => webhooks.delete().where({ id }));

export function createWebhooks(db: Database): WebhookStore {
  return {
    find: (id) => byId.first(db.read, { id }),

    list: (page) => readPage(db.read, pages, {}, page),

    count: async () => (await counted.first(db.read, {}))?.count ?? 0,

    active: () => switchedOn.all(db.read, {}),

    insert: (webhook, limit) =>
      db.transaction(async ({ write, dialect }) => {
        await dialect.lockTables(write, ['webhooks']);
        if (((await counted.first(write, {}))?.count ?? 0) >= limit) return false;
        await insertWebhook.run(write, webhook);
        return true;
      }),

    findForChange: (id) => db.transaction(({ write, dialect }) => lockRow(WebhookEntity, write, id, dialect.rowLock)),

    save: (webhook) => db.transaction(async ({ write }) => void (await updateWebhook.run(write, webhook))),

    switchOff: (id, offSince, offReason) =>
      db.transaction(async ({ write }) => {
        const switched = await off.run(write, { id, offSince, offReason });
        return switched > 0 ? byId.first(write, { id }) : null;
      }),

    remove: (id) =>
      db.transaction(async ({ write }) => {
        const webhook = await byId.first(write, { id });
        return (await deleteWebhook.run(write, { id })) > 0 ? webhook : null;
      }),

    ...createOutbox(db),
  };
}
