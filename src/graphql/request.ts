import type { GraphQLParams } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import type { RequestFacts } from '../transport/request.ts';

/** A request whose operation another front door may have made; else it is in the request itself. */
export interface GraphQLRequest extends RequestFacts {
  readonly params?: GraphQLParams;
}

/** A request whose sender is known, which is so before its operation is looked at. */
export interface IdentifiedRequest extends GraphQLRequest {
  viewer: Viewer;
}
