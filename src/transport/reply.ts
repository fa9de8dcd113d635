import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A complete HTTP response, before it is written. */
export interface Reply {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: OutgoingHttpHeaders;
}

/** Writes a reply with its `Content-Length`; without the body for HEAD and for 304. */
export function sendReply(req: IncomingMessage, res: ServerResponse, { status, body, headers }: Reply): void {
  res.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
  res.end(req.method === 'HEAD' || status === 304 ? undefined : body);
  // reads and drops an unread request body, so that the connection can be used again
  req.resume();
}
