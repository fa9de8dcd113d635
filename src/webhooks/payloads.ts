import type { AuditEntry, DeliveredLog, LogEntry, UnitEvent, User, Webhook } from '../store/store.ts';

/** The result of a subscription for one entry of a log. */
export interface Payload {
  /** The field of the subscription. */
  readonly type: string;
  /** When the entry was written. */
  readonly at: Date;
  /** The result as JSON: `{"data": …}`, with `errors` if there are any. */
  readonly json: string;
}

/** An entry of a log. */
export interface LoggedEntry {
  readonly log: DeliveredLog;
  readonly entry: LogEntry<UnitEvent | AuditEntry>;
}

/** An entry by its number, with the place behind it as JSON. */
export interface EntryNumber {
  readonly log: DeliveredLog;
  readonly id: number;
  readonly place: string;
}

/** Executes the subscriptions of webhooks, which `graphql/` knows how to. All throw `DocumentError`. */
export interface Payloads {
  /** The field of a webhook's subscription, and the log that it is about. */
  typeOf(webhook: Webhook): { readonly type: string; readonly log: DeliveredLog };
  /** Whether a webhook is sent an entry, as far as its subscription and the rights of its owner say. */
  isTold(webhook: Webhook, owner: User, entry: LoggedEntry): Promise<boolean>;
  /** What a webhook is sent of an entry, with the rights that its owner has now; null where it is not told, or the entry is gone. */
  payloadOf(webhook: Webhook, owner: User, entry: EntryNumber): Promise<Payload | null>;
}

/** The subscription of a webhook does not fit the schema. */
export class DocumentError extends Error {}
