import { Webhook as Signer } from 'standardwebhooks';

/** The headers of the Standard Webhooks specification: id, time and signatures of a body, one signature for each secret. */
export const signed = (id: string, at: Date, body: string, secrets: readonly string[]): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
});
