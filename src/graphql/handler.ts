import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../transport/request.ts';
import { sendEventStream, takesEventStream } from './event-stream.ts';
import { answerPlain, readPlain } from './plain-request.ts';
import type { Stream } from './request.ts';
import type { createGraphQLServer } from './server.ts';

/** A stream is read as it is sent: nobody asks for an event before the last one has left. */
const ownStream: Stream = { isOwn: true, ready: async () => {} };

const isEventStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('text/event-stream') === true;

/**
 * The request handler of `/graphql`. Errors of resolvers are in its responses; any other error, such as one of a plugin, rejects,
 * and the HTTP server logs and answers it.
 */
export function createGraphQLRequestHandler(graphql: ReturnType<typeof createGraphQLServer>): RequestHandler {
  return {
    door: 'graphql',

    async handle(req, res, context) {
      const stream = takesEventStream(req) ? ownStream : null;
      const request = { ...context, stream };
      const params = readPlain(req, request);
      if (params) {
        const { status, headers, body } = await answerPlain(graphql, params, request);
        if (!res.destroyed) send(req, res, status, headers, body);
        return;
      }
      // HEAD is GET without a body, which Node leaves out
      const asked = req.method === 'HEAD' ? Object.create(req, { method: { value: 'GET' } }) : req;
      const response = await graphql.handleNodeRequestAndResponse(asked, res, request);
      // a subscription has ended with the request's signal, and nobody reads its stream, which would go on with pings
      if (res.destroyed) return void (await cancel(response));
      if (isEventStream(response)) {
        sendEventStream(response, res);
        return 'streaming';
      }
      const body = await response.text();
      if (!res.destroyed) send(req, res, response.status, response.headers, body);
    },
    methodsAt: () => ['GET', 'HEAD', 'POST'],
    errorBody: ({ code, message, requestId }) => ({ errors: [{ message, extensions: { code, requestId } }] }),
  };
}

function send(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  headers: Iterable<readonly [name: string, value: string]>,
  body: string,
): void {
  for (const [name, value] of headers) res.setHeader(name, value);
  res.setHeader('content-length', Buffer.byteLength(body));
  res.writeHead(status);
  res.end(body);
  // drops an unread request body, so that the connection can be used again
  req.resume();
}

async function cancel({ body }: Response): Promise<void> {
  try {
    await body?.cancel();
  } catch {
    // Yoga's stream has not begun yet: there is nothing to end
  }
}
