import {
  createSourceEventStream,
  executeSubscriptionEvent,
  type GraphQLSchema,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { toJsonText } from '../domain/json-text.ts';
import type { Feed } from '../live/feed.ts';
import type { Live } from '../live/live.ts';
import { changesQueue, queueStateOf } from '../live/review-queue.ts';
import type { AuditEntry, LogEntry, LogPlace, Store, UnitEvent, User, Webhook } from '../store/store.ts';
import { DocumentError, type LoggedEntry, type Payload, type Payloads } from '../webhooks/payloads.ts';
import type { Context } from './context.ts';
import { maskError } from './errors.ts';
import { createLoaders } from './loaders.ts';
import { isProblem, type ReadWebhookDocument, type WebhookDocument } from './webhook-documents.ts';

export interface PayloadsOptions {
  readonly schema: GraphQLSchema;
  readonly store: Store;
  readonly read: ReadWebhookDocument;
  /** What contexts have in common. */
  readonly shared: Pick<Context, 'queryVectors' | 'secrets' | 'settings' | 'signInLimit'>;
  readonly live: Live;
}

/** Documents that are kept parsed. */
const maxDocuments = 100;

/**
 * Executes the subscriptions of webhooks for single entries: the resolvers of subscriptions are given feeds in which there is nothing
 * but the entry, so that what a webhook is sent is what its owner would be told.
 */
export function createWebhookPayloads({ schema, store, read, shared, live }: PayloadsOptions): Payloads {
  const documents = new LRUCache<string, WebhookDocument>({ max: maxDocuments });

  function documentOf(webhook: Pick<Webhook, 'document' | 'variables'>): WebhookDocument {
    const key = JSON.stringify([webhook.document, webhook.variables]);
    const known = documents.get(key);
    if (known) return known;
    const document = read(webhook);
    if (isProblem(document)) throw new DocumentError(`${document.field} ${document.rest}`);
    documents.set(key, document);
    return document;
  }

  /** The entry as the subscription tells it, ready to be executed; null where it does not tell it. */
  async function told(webhook: Webhook, owner: User, logged: LoggedEntry): Promise<ValidatedSubscriptionArgs | null> {
    const { document, variables } = documentOf(webhook);
    const contextValue: Context = {
      ...shared,
      store,
      viewer: { kind: 'person', user: owner },
      loaders: createLoaders(store, owner.username),
      live: { ...live, ...feedsOf(store, logged) },
      since: performance.now(),
      releaseSlot: () => {},
      signal: new AbortController().signal,
      web: null,
      address: '',
      userAgent: undefined,
      budget: null,
    };
    const args = validateSubscriptionArgs({ schema, document, variableValues: variables, contextValue });
    if (!('schema' in args)) throw new DocumentError(args.map(({ message }) => message).join(' '));
    const source = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in source)) {
      const cause = source.errors?.[0];
      if (cause?.originalError && maskError(cause).extensions.code === 'INTERNAL_SERVER_ERROR')
        throw cause.originalError;
      throw new DocumentError(cause?.message);
    }
    for await (const rootValue of source) return { ...args, rootValue };
    return null;
  }

  return {
    typeOf: (webhook) => {
      const { field, log } = documentOf(webhook);
      return { type: field, log };
    },

    isTold: async (webhook, owner, logged) => (await told(webhook, owner, logged)) !== null,

    async payloadOf(webhook, owner, { log, id, place }): Promise<Payload | null> {
      const { field, log: own } = documentOf(webhook);
      const of = JSON.parse(place) as LogPlace;
      const logged = own === log ? await find(store, log, id, of) : null;
      const args = logged && (await told(webhook, owner, logged));
      if (!args || !logged) return null;
      const { data, errors } = await executeSubscriptionEvent(args);
      const json = toJsonText({ data, ...(errors && { errors: errors.map(maskError) }) });
      return { type: field, at: logged.entry.entry.at, json };
    },
  };
}

/** An entry by its number; null where it is gone. */
async function find(store: Store, log: LoggedEntry['log'], id: number, place: LogPlace): Promise<LoggedEntry | null> {
  const at = { transaction: place.transaction, id, place };
  if (log === 'audit_log') {
    const entry = await store.audit.find(id);
    return entry && { log, entry: { ...at, entry } };
  }
  const [entry] = await store.events.findMany([id]);
  return entry ? { log, entry: { ...at, entry } } : null;
}

/** Feeds in which there is nothing but one entry. */
function feedsOf(store: Store, { log, entry }: LoggedEntry): Pick<Live, 'events' | 'audit' | 'queue'> {
  const [event, audited] =
    log === 'events' ? [entry as LogEntry<UnitEvent>, null] : [null, entry as LogEntry<AuditEntry>];
  const changed = event !== null && changesQueue(event.entry);
  return {
    events: feedOf(event),
    audit: feedOf(audited),
    queue: { follow: () => once(changed ? () => queueStateOf(store) : null) },
  };
}

const feedOf = <Entry>(entry: LogEntry<Entry> | null): Feed<Entry> => ({
  place: null,
  follow: () => once(entry === null ? null : async () => entry),
  stop: async () => {},
});

async function* once<T>(item: (() => Promise<T>) | null): AsyncGenerator<T, undefined> {
  if (item !== null) yield await item();
}
