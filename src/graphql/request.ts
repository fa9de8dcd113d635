import type { Viewer } from '../domain/viewer.ts';
import type { OperationObservation } from '../observations/operation.ts';
import type { Door } from '../observations/request.ts';
import type { RequestContext } from '../transport/request.ts';

/** Yoga's server context: the HTTP request; for an operation executed in process (`execute.ts`) also its `viewer`. */
export interface GraphQLRequest extends RequestContext {
  readonly viewer?: Viewer;
  /** The connection that answers go on over, for a subscription; null where there is none. */
  readonly stream?: Stream | null;
  /** How it came in; `graphql` where it does not say. */
  readonly door?: Door;
  /** What is told of the operation to those who observe it. */
  operationObservation?: OperationObservation | null;
}

/** How the answers of a subscription reach the client: by an SSE stream of their own, or over a WebSocket with others. */
export interface Stream {
  /** Whether it is to be counted as a connection: a WebSocket was counted when it was opened. */
  readonly isOwn: boolean;
  /** Resolves when the client has read most of what was sent; rejects where it does not for too long. */
  ready(): Promise<void>;
}

/** A request after `useAuthentication`, which runs before the operation is parsed. */
export interface IdentifiedRequest extends GraphQLRequest {
  viewer: Viewer;
}
