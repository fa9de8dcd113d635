import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, type RequestBodyError } from '../transport/request.ts';
import { decompress } from './content-encoding.ts';

export interface BodyLimits {
  /** The largest body: `CQ_MAX_BODY_BYTES`. */
  readonly maxBytes: number;
  /** All bodies in memory together: those being received, those of waiting requests and of running ones. */
  readonly maxTotalBytes: number;
  /** How many bodies may be received at once. */
  readonly maxReading: number;
}

/** A request body in memory. */
export interface BufferedBody {
  /**
   * The content, decompressed; or why it cannot be read. To be called once, with a concurrency slot: what it has decompressed
   * counts as its share of `maxTotalBytes`.
   */
  read(): Promise<Buffer | RequestBodyError>;
  /** Frees its share of `maxTotalBytes`; to be called once. */
  release(): void;
}

export interface BodyReader {
  /** Receives the body of a request. `shed`: there is no room for it. `gone`: the connection was closed before its end. */
  read(req: IncomingMessage): Promise<BufferedBody | 'shed' | 'gone'>;
}

interface Reading {
  /** Sheds this request, to make room for others. */
  evict(): void;
}

const empty = Buffer.alloc(0);
const none: BufferedBody = { read: async () => empty, release: () => {} };

/**
 * Buffers request bodies, all of them together in at most `maxTotalBytes`. When these are full, the body that has been arriving
 * for the longest is evicted: that of a slow client, never a body that is complete.
 */
export function createBodyReader({ maxBytes, maxTotalBytes, maxReading }: BodyLimits): BodyReader {
  let total = 0;
  // in the order in which they began: the first is the oldest
  const reading = new Set<Reading>();

  function evictOldest() {
    const [oldest] = reading;
    oldest?.evict();
  }

  function receive(req: IncomingMessage): Promise<BufferedBody | 'shed' | 'gone'> {
    return new Promise((resolve) => {
      let buffer: Buffer = empty;
      // bytes kept in the buffer, and bytes received
      let [length, received] = [0, 0];
      const hold = (next: Buffer) => {
        total += next.length - buffer.length;
        buffer = next;
      };
      const release = () => hold(empty);
      const stop = () => {
        reading.delete(one);
        req.off('data', add).off('end', end).off('close', close);
      };
      const finish = (content: Buffer | BodyTooLargeError) => {
        stop();
        if (content instanceof BodyTooLargeError) release();
        resolve({ read: () => read(content), release });
      };
      const read = async (content: Buffer | BodyTooLargeError) => {
        const encoding = req.headers['content-encoding'];
        if (content instanceof BodyTooLargeError || encoding === undefined) return content;
        const decompressed = await decompress(content, encoding, maxBytes);
        if (Buffer.isBuffer(decompressed)) hold(decompressed);
        return decompressed;
      };
      const giveUp = (outcome: 'shed' | 'gone') => {
        stop();
        release();
        resolve(outcome);
      };
      const one: Reading = { evict: () => giveUp('shed') };
      const add = (chunk: Buffer) => {
        received += chunk.length;
        // read and drop the rest, since many clients read the response only after they have sent the body
        if (received > maxBytes) release();
        if (received > maxBytes * 16) return finish(new BodyTooLargeError(maxBytes, true));
        if (received > maxBytes) return;
        // one growing buffer: a list of chunks takes many times its content where a client sends byte by byte
        if (length === 0) hold(chunk);
        else {
          if (received > buffer.length) {
            const larger = Buffer.allocUnsafeSlow(Math.min(maxBytes, Math.max(received, buffer.length * 2, 1024)));
            buffer.copy(larger, 0, 0, length);
            hold(larger);
          }
          chunk.copy(buffer, length);
        }
        length = received;
        while (total > maxTotalBytes && reading.size > 0) evictOldest();
      };
      const end = () =>
        finish(received > maxBytes ? new BodyTooLargeError(maxBytes, false) : buffer.subarray(0, length));
      const close = () => giveUp('gone');
      if (reading.size >= maxReading) evictOldest();
      reading.add(one);
      // an error of the request means a closed connection, and 'close' follows
      req
        .on('data', add)
        .once('end', end)
        .once('close', close)
        .on('error', () => {});
    });
  }

  return {
    read(req) {
      const { 'content-length': length, 'transfer-encoding': encoding } = req.headers;
      const isEmpty = encoding === undefined && (length === undefined || length === '0');
      return isEmpty ? Promise.resolve(none) : receive(req);
    },
  };
}
