import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SlowReaderError } from '../errors.ts';
import { drained } from '../transport/closing.ts';
import { ClientDisconnectedError } from '../transport/request.ts';

/** Codes with which a WebSocket is closed; those of graphql-ws beside them. */
export const closeCodes = {
  /** The server stops: connect again, to another process. */
  goingAway: 1001,
  forbidden: 4403,
  /** What was sent is not read. */
  slowReader: 4408,
  tooMany: 4429,
} as const;

export interface FlowLimits {
  readonly slowReaderMs: number;
  readonly bufferedBytes: number;
  readonly closingMs: number;
}

/** How much a WebSocket is sent, by what its client reads. */
export interface SocketFlow {
  /** Sends a message, and resolves when there is room for another one; else as `ready`. */
  send(message: string): Promise<void>;
  /** Resolves when the client has read all but `bufferedBytes` of what was sent. Rejects, and closes the WebSocket, where it has not in time. */
  ready(): Promise<void>;
  /** Reads nothing more from a client that does not read either: each message of it has an answer, which would be kept. */
  holdBack(): void;
  /** Closes it, once. One that does not agree in time is cut off. */
  close(code: number, reason: string): void;
  isClosed(): boolean;
}

export function createSocketFlow(websocket: WebSocket, socket: Duplex, limits: FlowLimits): SocketFlow {
  const { slowReaderMs, bufferedBytes, closingMs } = limits;
  /** What all wait for who have something to send. */
  let room: Promise<boolean> | null = null;
  let isClosed = false;
  websocket.once('close', () => {
    isClosed = true;
  });

  async function hasRoom(): Promise<boolean> {
    if (websocket.bufferedAmount <= bufferedBytes) return true;
    // what is gone needs no room
    room ??= drained(socket, slowReaderMs).then((outcome) => {
      room = null;
      return outcome !== 'late';
    });
    return room;
  }

  async function ready(): Promise<void> {
    if (await hasRoom()) return;
    const error = new SlowReaderError();
    close(closeCodes.slowReader, error.message);
    throw error;
  }

  function close(code: number, reason: string): void {
    if (isClosed) return;
    isClosed = true;
    // a reason has at most 123 bytes
    const text = Buffer.from(reason).subarray(0, 120).toString('utf8');
    websocket.close(code, text.replace(/\ufffd+$/, ''));
    // without reading, its agreement would not be noticed
    websocket.resume();
    const timer = setTimeout(() => websocket.terminate(), closingMs).unref();
    websocket.once('close', () => clearTimeout(timer));
  }

  return {
    ready,
    async send(message) {
      if (isClosed) throw new ClientDisconnectedError();
      // a write that fails closes the WebSocket
      websocket.send(message, () => {});
      await ready();
    },
    holdBack() {
      if (websocket.bufferedAmount <= bufferedBytes || websocket.isPaused || isClosed) return;
      websocket.pause();
      ready().then(
        () => websocket.resume(),
        () => {},
      );
    },
    close,
    isClosed: () => isClosed,
  };
}
