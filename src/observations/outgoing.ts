import { channel } from 'node:diagnostics_channel';

/** `cq:outgoing`: published within a call of another service, before it is sent; a subscriber may add headers, such as `traceparent`. */
export const outgoing = channel('cq:outgoing');

/** What is published on `outgoing`. */
export interface OutgoingCall {
  readonly headers: Record<string, string>;
}

/** The same headers, with those that subscribers add. */
export function outgoingHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!outgoing.hasSubscribers) return headers;
  const call: OutgoingCall = { headers: { ...headers } };
  outgoing.publish(call);
  return call.headers;
}
