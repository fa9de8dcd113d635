import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the HTTP server hands over with each request, and reads back when it logs the answer. */
export interface RequestFacts {
  readonly req: IncomingMessage;
  readonly address: string;
  readonly requestId: string;
  readonly facts: { operation?: string; caller?: string; cost?: number; codes?: string[] };
}

/** What answers the requests of one API. */
export type Door = (req: IncomingMessage, res: ServerResponse, facts: RequestFacts) => unknown;

/** A request body is larger than it may be. */
export class BodyTooLarge extends Error {
  /** Whether a rest of the body was left unread, so that the connection is of no more use. */
  readonly cutShort: boolean;
  constructor(maxBytes: number, cutShort: boolean) {
    super(`The body must be at most ${maxBytes} bytes.`);
    this.cutShort = cutShort;
  }
}

/** The body of a request. Throws `BodyTooLarge`. */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    length += (chunk as Buffer).length;
    // the rest is read and dropped, so that the client gets to see the answer
    if (length <= maxBytes) chunks.push(chunk as Buffer);
    else if (length > maxBytes * 16) break;
  }
  if (length > maxBytes) throw new BodyTooLarge(maxBytes, length > maxBytes * 16);
  return Buffer.concat(chunks);
}
