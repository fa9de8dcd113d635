import type { IncomingMessage } from 'node:http';

/**
 * Whether a client asks for a WebSocket; where there is none, it would wait for a handshake. Every other protocol in `Upgrade`, such as
 * `h2c`, is an offer that a server may ignore.
 */
export const asksForWebSocket = ({ method, headers: { upgrade = '' } }: IncomingMessage): boolean =>
  method === 'GET' && upgrade.split(',').some((protocol) => /^websocket(?:\/|$)/i.test(protocol.trim()));

/** The headers of a 426, which has to name a protocol that is spoken here. */
export const upgradeHeaders = { upgrade: 'HTTP/1.1', connection: 'upgrade, close' };

export const noWebSocket =
  'There is no WebSocket here: they are at /graphql. Every operation can be sent as a request of its own, too.';
