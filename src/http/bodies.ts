import type { IncomingMessage } from 'node:http';
import { BodyTooLarge } from '../transport/request.ts';

export interface BodyLimits {
  /** Of one body. */
  readonly maxBytes: number;
  /** Of all bodies in memory, whether they are read, wait or are worked on. */
  readonly maxTotalBytes: number;
  /** How many may be on their way at once. */
  readonly maxReading: number;
}

/** The body of one request in memory. */
export interface Body {
  readonly content: Buffer | BodyTooLarge;
  /** To be called once, when nobody needs it any more. */
  release(): void;
}

export interface Bodies {
  /**
   * Reads the body of a request: it is `shed` when there is no room for it, and `gone` when the connection is closed before
   * its end.
   */
  read(req: IncomingMessage): Promise<Body | 'shed' | 'gone'>;
}

interface Reading {
  /** Gives up, so that there is room for others. */
  evict(): void;
}

const empty = Buffer.alloc(0);
const none: Body = { content: empty, release: () => {} };

/**
 * Reads bodies into memory, of all requests together into no more than `maxTotalBytes`. Where these are full, the body that
 * has been on its way for longest is given up: that of a client which sends slowly, and never that of one which is done.
 */
export function createBodies({ maxBytes, maxTotalBytes, maxReading }: BodyLimits): Bodies {
  let total = 0;
  // in the order in which they began
  const reading = new Set<Reading>();

  function evictOldest() {
    const [oldest] = reading;
    oldest?.evict();
  }

  function receive(req: IncomingMessage): Promise<Body | 'shed' | 'gone'> {
    return new Promise((resolve) => {
      let buffer: Buffer = empty;
      // of what is kept, and of what has come
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
      const finish = (content: Buffer | BodyTooLarge) => {
        stop();
        if (content instanceof BodyTooLarge) release();
        resolve({ content, release });
      };
      const giveUp = (outcome: 'shed' | 'gone') => {
        stop();
        release();
        resolve(outcome);
      };
      const one: Reading = { evict: () => giveUp('shed') };
      const add = (chunk: Buffer) => {
        received += chunk.length;
        // the rest is read and dropped, so that the client gets to see the answer
        if (received > maxBytes) release();
        if (received > maxBytes * 16) return finish(new BodyTooLarge(maxBytes, true));
        if (received > maxBytes) return;
        // one buffer: a list of chunks would take a multiple of what they hold, where a client sends byte by byte
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
      const end = () => finish(received > maxBytes ? new BodyTooLarge(maxBytes, false) : buffer.subarray(0, length));
      const close = () => giveUp('gone');
      if (reading.size >= maxReading) evictOldest();
      reading.add(one);
      // errors of a request are those of a connection that is gone
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
