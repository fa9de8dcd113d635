import type { Clock } from '../background/clock.ts';
import { deliveryNodeId, webhookNodeId } from '../domain/ids.ts';
import type { Secrets } from '../domain/secrets.ts';
import { mayOwn, signingSecrets, switchOffFor } from '../domain/webhooks.ts';
import type { Log } from '../log.ts';
import { observed } from '../observations/observed.ts';
import { outgoingHeaders } from '../observations/outgoing.ts';
import { type WebhookObservation, webhookAttempts } from '../observations/webhook.ts';
import type { DeliveryOutcome, Store, Webhook, WebhookDelivery, WebhookOffReason } from '../store/store.ts';
import { bodyOf, testBody } from './bodies.ts';
import { DocumentError, type Payloads } from './payloads.ts';
import { type Answer, NoAnswerError, post, type Resolve } from './post.ts';
import type { Reachable } from './reachable.ts';
import { pauseAfter } from './retries.ts';
import { signed } from './signature.ts';

/** How long a receiver may take, from its name to the end of its answer. */
export const timeoutMs = 15_000;
/** For how long nobody else attempts what is being sent: until it has timed out, and time to write that down. */
export const lockMs = 60_000;
/** How long every attempt must have failed before a webhook is switched off. */
const failingMs = 3 * 86_400_000;
/** An attempt is made this long after the last retry was due, as of a server that was down: then it is too late. */
const graceMs = 3_600_000;

export interface AttemptOptions {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly payloads: Payloads;
  readonly reachable: Reachable;
  readonly version: string;
  /** The URL of the page of a unit; null where the server knows none. */
  readonly pageOf: (unitId: string) => string | null;
  readonly log: Log;
  readonly clock: Clock;
  readonly resolve?: Resolve;
}

/** Makes one attempt at a delivery that was claimed, and writes down how it ended. Throws only where the database fails. */
export type Attempt = (delivery: WebhookDelivery, signal: AbortSignal) => Promise<void>;

export function createAttempt(options: AttemptOptions): Attempt {
  const { store, secrets, payloads, reachable, version, log, clock, resolve } = options;

  return (delivery, signal) => {
    if (!webhookAttempts.hasSubscribers) return attempt(delivery, signal, null);
    const message: WebhookObservation = {
      ...{ since: performance.now(), ms: 0, outcome: null, status: null, attempt: delivery.attempts },
      ...{ webhook: webhookNodeId(delivery.webhookId), delivery: deliveryNodeId(delivery.id) },
    };
    return observed(webhookAttempts, message, () => attempt(delivery, signal, message));
  };

  async function attempt(
    delivery: WebhookDelivery,
    signal: AbortSignal,
    observation: WebhookObservation | null,
  ): Promise<void> {
    const webhook = await store.webhooks.find(delivery.webhookId);
    // deleted meanwhile, and this with it
    if (!webhook) return;
    const attemptedAt = clock.now();
    const settle = (outcome: Ending) => {
      const { status, statusCode = null } = outcome;
      if (observation) Object.assign(observation, { outcome: status, status: statusCode });
      return store.webhooks.settle(delivery, { ...nothing, attemptedAt, ...outcome });
    };
    const body = await bodyFor(webhook, delivery);
    if (body === 'skip') return void (await settle({ status: 'skipped' }));
    if (typeof body === 'object') {
      // it waits until somebody has looked at the webhook
      await settle({ status: 'waiting', runAt: attemptedAt });
      return switchOff(webhook, body.off);
    }
    if (delivery.attempts > 1 && attemptedAt.getTime() > delivery.retryUntil.getTime() + graceMs)
      return void (await settle({ status: 'failed', error: 'There was no attempt in time.' }));
    const keys = signingSecrets(secrets, webhook, attemptedAt);
    const lost = 'The secret of this webhook was encrypted with another CQ_API_KEY_PEPPER: give it a new one.';
    const outcome = keys === null ? lost : await send(webhook, delivery, body, keys, signal);
    const durationMs = clock.now().getTime() - attemptedAt.getTime();
    if (signal.aborted && typeof outcome === 'string')
      return void (await settle({ status: 'waiting', runAt: clock.now() }));
    const failingSince = await settle({ durationMs, ...verdict(delivery, outcome) });
    const status = typeof outcome === 'string' ? null : outcome.status;
    log.debug(
      { webhook: webhookNodeId(webhook.id), delivery: deliveryNodeId(delivery.id), status },
      'webhook attempted',
    );
    if (status === 410) return switchOff(webhook, 'gone');
    if (failingSince !== null && clock.now().getTime() - failingSince.getTime() >= failingMs)
      await switchOff(webhook, 'failing');
  }

  /** The body; or that there is nothing to send, or why the webhook is to be switched off. */
  async function bodyFor(
    webhook: Webhook,
    delivery: WebhookDelivery,
  ): Promise<string | 'skip' | { readonly off: WebhookOffReason }> {
    const { log: of, entryId, place } = delivery;
    if (of === null || entryId === null || place === null) return testBody(webhook, delivery);
    const [owner] = await store.users.findMany([webhook.userId]);
    if (!mayOwn(owner)) return { off: 'owner' };
    try {
      const payload = await payloads.payloadOf(webhook, owner, { log: of, id: entryId, place });
      return payload === null ? 'skip' : bodyOf(webhook, payload, options.pageOf);
    } catch (error) {
      if (error instanceof DocumentError) return { off: 'document' };
      throw error;
    }
  }

  /** The answer, or why there was none. */
  async function send(
    { url }: Webhook,
    { id }: WebhookDelivery,
    body: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Answer | string> {
    const headers = outgoingHeaders({
      'content-type': 'application/json',
      'user-agent': `cq-server/${version}`,
      ...signed(deliveryNodeId(id), clock.now(), body, keys),
    });
    try {
      return await post(url, headers, body, { reachable, timeoutMs, signal, ...(resolve && { resolve }) });
    } catch (error) {
      if (error instanceof NoAnswerError) return error.message;
      throw error;
    }
  }

  function verdict({ attempts, retryUntil }: WebhookDelivery, outcome: Answer | string): Ending {
    const answer = typeof outcome === 'string' ? null : outcome;
    const told = { statusCode: answer?.status ?? null, answer: answer?.text ?? null };
    if (answer && answer.status >= 200 && answer.status < 300) return { ...told, status: 'delivered' };
    const error = answer ? errorOf(answer.status) : (outcome as string);
    const next = new Date(clock.now().getTime() + pauseAfter(attempts, clock, answer?.retryAfterSeconds));
    if (next > retryUntil || answer?.status === 410) return { ...told, status: 'failed', error };
    return { ...told, status: 'waiting', runAt: next, error };
  }

  async function switchOff({ id }: Webhook, reason: WebhookOffReason): Promise<void> {
    if (!(await switchOffFor(store, id, reason, clock.now()))) return;
    log.warn({ webhook: webhookNodeId(id), reason }, 'a webhook was switched off; see: cq-server webhook list');
  }
}

/** How an attempt ended; what is left out is null. */
type Ending = Pick<DeliveryOutcome, 'status'> & Partial<DeliveryOutcome>;

const nothing: Omit<DeliveryOutcome, 'status' | 'attemptedAt'> = {
  ...{ runAt: null, durationMs: null, statusCode: null, error: null, answer: null },
};

function errorOf(status: number): string {
  if (status >= 300 && status < 400)
    return `The receiver answered ${status}: redirects are not followed, write the URL that it leads to.`;
  return `The receiver answered ${status}.`;
}
