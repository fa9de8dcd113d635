import { channel, type Timed } from './observed.ts';
import type { Door } from './request.ts';

/**
 * A GraphQL operation, from its parameters to its result: over HTTP, over a WebSocket, and of a tool of MCP. Of a subscription it
 * is over when the stream of answers is there; the answer to each event is one more, with `isEvent`.
 */
export interface OperationObservation extends Timed {
  readonly door: Door;
  readonly isEvent: boolean;
  /** Of the request, or of the handshake of the WebSocket. */
  readonly requestId: string;
  /** The trace that the client says it is a part of, by `extensions.traceparent` over a WebSocket, where each operation has no headers. */
  readonly traceparent: unknown;
  /** Null where it has none, and until the document is parsed. The client's choice: bounded only where `isKnown`. */
  name: string | null;
  /** Null until the document is parsed. */
  kind: 'query' | 'mutation' | 'subscription' | null;
  /** The SHA-256 of the document in hexadecimal; null until that is parsed. */
  hash: string | null;
  /** Whether the document is one of the server's own (web page, tools of MCP, client) or of `CQ_TRUSTED_DOCUMENTS`: there are few. */
  isKnown: boolean;
  /** In points; 0 until it is known. */
  cost: number;
  /** The codes of the errors in the result, each once. */
  codes: readonly string[];
}

/** `cq:operation` */
export const operations = channel<OperationObservation>('cq:operation');
