import { deliveryNodeId, webhookNodeId } from '../domain/ids.ts';
import { requireScope } from '../domain/viewer.ts';
import {
  addTest,
  createWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  sendAgain,
  switchWebhookOff,
  switchWebhookOn,
  updateWebhook,
} from '../domain/webhooks.ts';
import type { Webhook } from '../store/store.ts';
import type { Context } from './context.ts';
import { afterTime, listHash } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { toConnection } from './relay-connections.ts';
import type { Resolvers, WebhookDeliveriesArgs } from './types.generated.ts';
import { mutationPayload } from './user-errors.ts';

/** Resolvers of schema/webhooks.graphql. */
export const webhookResolvers = {
  Query: {
    webhooks: async (_root, { first, after }, { store }) => {
      const list = listHash('webhooks');
      return toConnection({
        page: await store.webhooks.list({ limit: pageSize('first', first, 20), from: afterTime(after, list) }),
        list,
        positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
        from: after,
        totalCount: () => store.webhooks.count(),
      });
    },
  },

  Mutation: {
    createWebhook: (_root, { input }, context) =>
      mutationPayload(['webhook', 'secret'], async () => {
        const { store, secrets, settings } = context;
        const { owner, by } = callerOf(context);
        const made = await createWebhook(store, secrets, settings.webhooks.checks, owner, input, { by });
        settings.webhooks.look();
        return made;
      }),
    updateWebhook: (_root, { input: { id, ...changes } }, context) =>
      mutationPayload(['webhook'], async () => ({
        webhook: await updateWebhook(context.store, context.settings.webhooks.checks, id, changes, callerOf(context)),
      })),
    switchWebhookOn: (_root, { input }, context) =>
      mutationPayload(['webhook'], async () => {
        const webhook = await switchWebhookOn(context.store, input.id, callerOf(context));
        context.settings.webhooks.look();
        return { webhook };
      }),
    switchWebhookOff: (_root, { input }, { store, viewer }) =>
      mutationPayload(['webhook'], async () => ({ webhook: await switchWebhookOff(store, input.id, { by: viewer }) })),
    rotateWebhookSecret: (_root, { input }, { store, secrets, viewer }) =>
      mutationPayload(['webhook', 'secret'], () => rotateWebhookSecret(store, secrets, input.id, { by: viewer })),
    testWebhook: (_root, { input }, { store, viewer, settings, releaseSlot }) =>
      mutationPayload(['delivery'], async () => {
        const test = await addTest(store, input.id, { by: viewer });
        // the receiver may take long
        releaseSlot();
        return { delivery: await settings.webhooks.send(test) };
      }),
    sendWebhookAgain: (_root, { input }, { store, viewer, settings }) =>
      mutationPayload(['delivery'], async () => {
        const delivery = await sendAgain(store, input.id, { by: viewer });
        settings.webhooks.look();
        return { delivery };
      }),
    deleteWebhook: (_root, { input }, { store, viewer }) =>
      mutationPayload(['webhook'], async () => ({ webhook: await deleteWebhook(store, input.id, { by: viewer }) })),
  },

  Webhook: {
    id: ({ id }) => webhookNodeId(id),
    owner: ({ userId }, _args, { loaders }) => loaders.userById.load(userId),
    isActive: ({ offSince }) => offSince === null,
    previousSecretUntil: ({ previousSecretUntil: until }, _args, { store }) =>
      until !== null && until > store.now() ? until : null,
    deliveries: (webhook, args, context) => listDeliveries(webhook, args, context),
  },

  WebhookDelivery: {
    id: ({ id }) => deliveryNodeId(id),
    nextAttemptAt: ({ runAt }) => runAt,
  },
} satisfies Resolvers;

function callerOf({ viewer }: Context) {
  const by = requireScope(viewer, 'ADMIN');
  return { by, owner: by.user };
}

async function listDeliveries({ id }: Webhook, { first, after, status }: WebhookDeliveriesArgs, { store }: Context) {
  const of = status ?? null;
  const list = listHash(['deliveries', id, of]);
  return toConnection({
    page: await store.webhooks.deliveries(id, of, {
      limit: pageSize('first', first, 20),
      from: afterTime(after, list),
    }),
    list,
    positionOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    from: after,
    totalCount: () => store.webhooks.countDeliveries(id, of),
  });
}
