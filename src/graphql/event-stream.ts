import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlowReaderError } from '../errors.ts';
import { destroyAfter, drained } from '../transport/closing.ts';
import { toGraphQLError } from './errors.ts';

/** For how long a client may leave unread what was sent, before its stream is ended. */
export const slowReaderMs = 15_000;
/** For how long the end of a stream may be left unread. */
const lastWordsMs = 5000;

/** Whether a request takes server-sent events: in the mode of distinct connections of graphql-sse, in which each stream is of one operation. */
export const takesEventStream = ({ method, headers: { accept = '*/*' } }: IncomingMessage): boolean =>
  method !== 'HEAD' && /text\/event-stream|text\/\*|\*\/\*/.test(accept);

/**
 * Sends the events of a response as they come, and no more than the client reads: what it has not read in time ends the stream, with the
 * code `SLOW_READER`. Resolves when the stream has begun.
 */
export function sendEventStream(
  response: Response,
  res: ServerResponse,
  { slowMs = slowReaderMs, lastMs = lastWordsMs }: { readonly slowMs?: number; readonly lastMs?: number } = {},
): void {
  for (const [name, value] of response.headers) res.setHeader(name, value);
  res.removeHeader('content-encoding');
  res.setHeader('cache-control', 'no-store');
  // nginx passes on each event at once
  res.setHeader('x-accel-buffering', 'no');
  // the end of the stream is that of the connection
  res.setHeader('connection', 'close');
  res.writeHead(response.status);
  res.flushHeaders();
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  // what is being read, such as the next ping, is waited for
  res.once('close', () => void reader.cancel().catch(() => {}));
  void pump(reader, res, slowMs, lastMs).catch(() => res.destroy());
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  res: ServerResponse,
  slowMs: number,
  lastMs: number,
) {
  for (;;) {
    const { done, value } = await reader.read();
    if (res.destroyed) return;
    if (done) return void end(res, lastMs);
    if (res.write(value) || (await drained(res, slowMs)) === 'drained') continue;
    if (res.destroyed) return;
    await reader.cancel();
    const { message, extensions } = toGraphQLError(new SlowReaderError());
    res.write(`event: next\ndata: ${JSON.stringify({ errors: [{ message, extensions }] })}\n\n`);
    res.write('event: complete\ndata:\n\n');
    return void end(res, lastMs);
  }
}

function end(res: ServerResponse, lastMs: number) {
  res.end();
  destroyAfter(res, lastMs);
}
