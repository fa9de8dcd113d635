import { deliveryNodeId, webhookNodeId } from '../domain/ids.ts';
import type { Webhook, WebhookDelivery } from '../store/store.ts';
import { type Message, messageOf, slackBody, teamsBody } from './messages.ts';
import type { Payload } from './payloads.ts';

/** The body of a delivery, in the format of its webhook. `pageOf` gives the URL of a unit's page; null where the server knows none. */
export function bodyOf({ format }: Webhook, payload: Payload, pageOf: (unitId: string) => string | null): string {
  const { type, at, json } = payload;
  if (format !== 'standard') return messageBody(format, messageOf(JSON.parse(json), pageOf));
  // the result as it was written, so that numbers stay what they are
  return `${JSON.stringify({ type, timestamp: at.toISOString() }).slice(0, -1)},${json.slice(1)}`;
}

/** The body of a test. */
export function testBody({ id, name, format }: Webhook, delivery: WebhookDelivery): string {
  if (format !== 'standard')
    return messageBody(format, { title: 'This is a test', lines: [`The webhook “${name}” works.`], link: null });
  const data = { webhook: { id: webhookNodeId(id), name }, delivery: { id: deliveryNodeId(delivery.id) } };
  return JSON.stringify({ type: 'test', timestamp: delivery.createdAt.toISOString(), data });
}

const messageBody = (format: 'slack' | 'teams', message: Message) =>
  JSON.stringify(format === 'slack' ? slackBody(message) : teamsBody(message));
