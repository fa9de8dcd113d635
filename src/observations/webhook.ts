import { channel, type Timed } from './observed.ts';

/** One attempt at a delivery, from its claim until it is written down how it ended. */
export interface WebhookObservation extends Timed {
  /** Node ids. */
  readonly webhook: string;
  readonly delivery: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** How it ended; null where it was not attempted after all, since the webhook is gone, or the database failed. */
  outcome: 'delivered' | 'waiting' | 'failed' | 'skipped' | null;
  /** The status that the receiver answered; null without an answer. */
  status: number | null;
}

/** `cq:webhook` */
export const webhookAttempts = channel<WebhookObservation>('cq:webhook');
