import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the HTTP server hands over with each request, and reads back when it logs the answer. */
export interface RequestFacts {
  readonly req: IncomingMessage;
  readonly address: string;
  readonly requestId: string;
  /** Aborted when the client has gone before its answer was sent: whatever is left to do need not be done. */
  readonly signal: AbortSignal;
  /** Lets this process begin another request: what is left of this one waits in a bounded queue of its own. */
  readonly stepAside: () => void;
  /** The body, which has arrived as a whole. Throws `BodyTooLarge`. */
  readonly body: () => Buffer;
  readonly facts: { operation?: string; caller?: string; cost?: number; codes?: string[] };
}

/** What answers the requests of one API. */
export interface RequestHandler {
  handle(req: IncomingMessage, res: ServerResponse, facts: RequestFacts): unknown;
  /** The body, in the form of this API, of an answer to a request that is not handled, or whose handling failed. */
  refusal(refusal: Refusal): object;
}

/** Why a request is answered by the HTTP server itself. */
export interface Refusal {
  readonly code: 'BAD_USER_INPUT' | 'SERVICE_UNAVAILABLE' | 'INTERNAL_SERVER_ERROR';
  /** For the client: it holds nothing of an error's own text. */
  readonly message: string;
  readonly requestId: string;
}

/** The reason of an aborted `RequestFacts.signal`. */
export class ClientGone extends Error {
  constructor() {
    super('the client has gone');
  }
}

/** A request body is larger than it may be. */
export class BodyTooLarge extends Error {
  /** Whether a rest of the body was left unread, so that the connection is of no more use. */
  readonly cutShort: boolean;
  constructor(maxBytes: number, cutShort: boolean) {
    super(`The body must be at most ${maxBytes} bytes.`);
    this.cutShort = cutShort;
  }
}
