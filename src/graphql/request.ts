import type { GraphQLParams } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import type { RequestContext } from '../transport/request.ts';

/** Yoga's server context: the HTTP request; for an operation executed in process (`execute.ts`) also its `params`. */
export interface GraphQLRequest extends RequestContext {
  readonly params?: GraphQLParams;
}

/** A request after `useAuthentication`, which runs before the operation is parsed. */
export interface IdentifiedRequest extends GraphQLRequest {
  viewer: Viewer;
}
