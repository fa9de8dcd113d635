import type { IncomingHttpHeaders } from 'node:http';
import { channel, type Timed } from './observed.ts';

/** How a caller comes in. `page`: the web page, GraphiQL, the schema; `probe`: `/livez` and `/readyz`; `other`: where there is nothing. */
export type Door = 'graphql' | 'websocket' | 'rest' | 'mcp' | 'page' | 'probe' | 'other';

/**
 * A request, from its arrival until its response is sent or cut off; of a WebSocket, the handshake alone. Published for requests that are
 * refused or shed too.
 */
export interface RequestObservation extends Timed {
  readonly door: Door;
  readonly method: string;
  /** As it was sent: not bounded, and not to be a label. */
  readonly path: string;
  /** The path as it is in the routing table (`/api/v1/users/{id}`): bounded. Null where there is nothing. */
  route: string | null;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** What the access log says of it; a subscriber may add to it. `operation` is what the client sent: not bounded, but for REST and MCP. */
  readonly fields: {
    readonly operation?: string;
    readonly cost?: number;
    /** Codes of errors, such as `RATE_LIMITED`. */
    readonly codes?: readonly string[];
    traceId?: string;
    spanId?: string;
  };
  /** The status of the response; 0 until it is known, and where the client was gone before there was one. */
  status: number;
  /** Whether the response went on until somebody ended it (server-sent events). */
  isStream: boolean;
  /** Whether the connection was closed before the response had been sent. */
  isCutOff: boolean;
  /** Sets a header of the response, at `start`; null where there are none to set. */
  readonly setHeader: ((name: string, value: string) => unknown) | null;
}

/** `cq:request` */
export const requests = channel<RequestObservation>('cq:request');
