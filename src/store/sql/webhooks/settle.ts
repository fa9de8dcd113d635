import { sql } from 'kysely';
import type { DeliveryOutcome, WebhookDelivery } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { WebhookDeliveryEntity, WebhookEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

/** How long before an attempt an erasure may have begun that ended after it. */
const aroundMs = 60_000;

interface Of {
  readonly id: string;
}

const find = statement(WebhookEntity, (webhooks, { id }: Of) => webhooks.select('*').where({ id }));

const noteFailure = statement(WebhookEntity, (webhooks, { id, at }: Of & { readonly at: Date }) =>
  webhooks.update({ failingSince: at }).where({ id, failingSince: null }),
);

const noteSuccess = statement(WebhookEntity, (webhooks, { id }: Of) =>
  webhooks.update({ failingSince: null }).where({ id, failingSince: { $ne: null } }),
);

const endAttempt = statement(
  WebhookDeliveryEntity,
  (deliveries, given: DeliveryOutcome & Of & { readonly attempts: number }) => {
    const { id, attempts, status, runAt, attemptedAt, durationMs, statusCode, error, answer } = given;
    return deliveries
      .update({ status, runAt, attemptedAt, durationMs, statusCode, error, answer })
      .where({ id, attempts, status: 'waiting' });
  },
);

/** See `WebhookOutbox.settle`. The webhook is written first, as by who deletes it. */
export async function settle(
  tx: Database,
  { id, webhookId, attempts }: Pick<WebhookDelivery, 'id' | 'webhookId' | 'attempts'>,
  outcome: DeliveryOutcome,
): Promise<Date | null> {
  const { write } = tx;
  const of = { id: webhookId };
  if (outcome.status === 'delivered') await noteSuccess.run(write, of);
  else if (outcome.statusCode !== null || outcome.error !== null)
    await noteFailure.run(write, { ...of, at: outcome.attemptedAt });
  await endAttempt.run(write, { ...(await storable(tx, outcome)), id, attempts });
  return (await find.first(write, of))?.failingSince ?? null;
}

/** The outcome without an answer that may repeat what was erased meanwhile, and without what PostgreSQL's text cannot hold. */
async function storable({ write }: Database, outcome: DeliveryOutcome): Promise<DeliveryOutcome> {
  const [error, answer] = [textOf(outcome.error), textOf(outcome.answer)];
  if (answer === null) return { ...outcome, error };
  const since = toColumn(new Date(outcome.attemptedAt.getTime() - aroundMs));
  const { rows } = await sql`
    select 1 from erased_units where erased_at >= ${since}
     union all select 1 from erased_users where erased_at >= ${since} limit 1`.execute(write);
  return { ...outcome, error, answer: rows.length > 0 ? null : answer };
}

const textOf = (text: string | null) => text?.toWellFormed().replaceAll('\0', '\ufffd') ?? null;
