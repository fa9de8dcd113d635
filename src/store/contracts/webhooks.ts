import type {
  DeliveredLog,
  DeliveryOutcome,
  DeliveryStatus,
  Page,
  PageRequest,
  Position,
  Webhook,
  WebhookDelivery,
  WebhookOffReason,
} from '../records.ts';

/** The webhooks. That of an account that is deleted goes with it. */
export interface WebhookRegistry {
  find(id: string): Promise<Webhook | null>;
  /** Newest first. */
  list(page: PageRequest<Position<Date>>): Promise<Page<Webhook>>;
  count(): Promise<number>;
  /** Those that are on. */
  active(): Promise<Webhook[]>;
  /** Adds one; false where there are `limit` already, for any number of concurrent calls. */
  insert(webhook: Webhook, limit: number): Promise<boolean>;
  /** One that nobody else changes until the transaction ends. */
  findForChange(id: string): Promise<Webhook | null>;
  /** Writes all of one that is there. */
  save(webhook: Webhook): Promise<void>;
  /** Switches it off and answers it; null where it is off already, or gone. Of concurrent callers one gets it. */
  switchOff(id: string, at: Date, reason: WebhookOffReason): Promise<Webhook | null>;
  /** Deletes it with its deliveries; answers it, null where there is none. */
  remove(id: string): Promise<Webhook | null>;
}

/** What is added to the outbox. */
export type NewDelivery = Pick<
  WebhookDelivery,
  'id' | 'webhookId' | 'type' | 'log' | 'entryId' | 'place' | 'createdAt' | 'runAt' | 'retryUntil'
>;

/** The transactional outbox: one delivery for each webhook and entry of a log, claimed by one process at a time. */
export interface WebhookOutbox {
  /** Up to which place the entries of a log are in the outbox; null where it has never been read. */
  placeIn(log: DeliveredLog): Promise<string | null>;
  /**
   * Moves the place in a log from `from` to `to`, and adds the deliveries of the entries between, in one transaction. False, and no
   * change, where the place is another one already: another process was first. Leaves out those of webhooks that are gone.
   */
  advance(log: DeliveredLog, from: string | null, to: string, deliveries: readonly NewDelivery[]): Promise<boolean>;
  /** Adds a delivery that belongs to no log. */
  add(delivery: NewDelivery): Promise<void>;
  /** How many deliveries of these webhooks wait, by webhook; of those that have none there is no number. */
  waiting(webhookIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The webhooks that are on and have a delivery that is due. */
  due(now: Date): Promise<string[]>;
  /**
   * Claims up to `limit` due deliveries of a webhook, the oldest first: for `lockMs` no other process gets them (a visibility timeout).
   * Increments their attempts.
   */
  claim(webhookId: string, limit: number, now: Date, lockMs: number): Promise<WebhookDelivery[]>;
  /** The same for one that is known, whether or not it is due; null where it does not wait. */
  claimOne(id: string, now: Date, lockMs: number): Promise<WebhookDelivery | null>;
  /**
   * Ends an attempt, and notes at the webhook whether it fails, where there is an error or a status code; answers since when it does. Does
   * nothing to a delivery that is at another attempt: this one took so long that another process has claimed it. Of an
   * attempt that began around an erasure no answer is kept.
   */
  settle(
    delivery: Pick<WebhookDelivery, 'id' | 'webhookId' | 'attempts'>,
    outcome: DeliveryOutcome,
  ): Promise<Date | null>;
  findDelivery(id: string): Promise<WebhookDelivery | null>;
  /** Those of a webhook, of one status or of all, newest first. */
  deliveries(
    webhookId: string,
    status: DeliveryStatus | null,
    page: PageRequest<Position<Date>>,
  ): Promise<Page<WebhookDelivery>>;
  countDeliveries(webhookId: string, status: DeliveryStatus | null): Promise<number>;
  /** Makes a delivery that does not wait due at `at`, with attempts reset to 0; answers it, null where there is none, or it waits. */
  sendAgain(id: string, at: Date, retryUntil: Date): Promise<WebhookDelivery | null>;
  /**
   * Deletes up to `limit` deliveries that do not wait: those made before `before`, and of each webhook all but the last `keep`. Answers
   * how many. One process at a time: 0 to others.
   */
  prune(before: Date, keep: number, limit: number): Promise<number>;
}

/** Webhooks and what is delivered to them. Always read from the database that is written to. */
export interface WebhookStore extends WebhookRegistry, WebhookOutbox {}
