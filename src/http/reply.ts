import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer of one of our own pages. */
export type Reply =
  | { readonly status: number; readonly json: object; readonly headers?: OutgoingHttpHeaders }
  | { readonly status: number; readonly body: string | Buffer; readonly headers: OutgoingHttpHeaders };

export function send(req: IncomingMessage, res: ServerResponse, reply: Reply): void {
  const body = 'json' in reply ? `${JSON.stringify(reply.json)}\n` : reply.body;
  const type = 'json' in reply ? { 'content-type': 'application/json; charset=utf-8' } : {};
  res.writeHead(reply.status, { ...type, 'content-length': Buffer.byteLength(body), ...reply.headers });
  res.end(req.method === 'HEAD' || reply.status === 304 ? undefined : body);
  // a body that nobody reads must not hold up the connection
  req.resume();
}
