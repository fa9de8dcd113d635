import type { z } from 'zod';
import type { Authority } from '../domain/authenticate.ts';
import type { Passwords } from '../domain/passwords.ts';
import type { SignInLimit } from '../domain/sign-in-limit.ts';
import type { TrustPolicy } from '../domain/trust.ts';
import type { Scope, Viewer } from '../domain/viewer.ts';

/** What the handlers of all routes share. */
export interface RestContext extends Authority {
  readonly signInLimit: SignInLimit;
  readonly passwords: Passwords;
  readonly trust: TrustPolicy;
  /** Wakes the embedding worker, after a unit was proposed. */
  readonly embedSoon: () => void;
}

export interface RestRequest<Query, Body> extends RestContext {
  readonly viewer: Viewer;
  /** The caller's network address. */
  readonly address: string;
  /** What the caller's program says that it is. */
  readonly userAgent: string | undefined;
  /** As in `RequestContext`. */
  readonly baseUrl: string;
  /** As in `RequestContext`. */
  readonly releaseSlot: () => void;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** The value of the path parameter; empty where the path has none. */
  readonly id: string;
  readonly query: Query;
  readonly body: Body;
}

/**
 * Who may call a route. `anyone`: credentials are not read. `reader`: everyone, unless `CQ_PUBLIC_READ=off`, then callers with a
 * token or an API key. `person`: with a token. `agent`: with an API key.
 */
export type CallerKind = 'anyone' | 'reader' | 'person' | 'agent';

/**
 * A route: method, path, schemas and handler. The OpenAPI document is generated from it.
 *
 * @example
 * route({ method: 'GET', path: `${base}/health`, operation: 'getHealth', summary: '…', caller: 'anyone', status: 200,
 *   response: health, handle: () => ({ status: 'ok' as const }) });
 */
export interface Route<Query = unknown, Body = unknown, Response = unknown> {
  readonly method: 'GET' | 'POST';
  /** May have one path parameter: `/users/{id}`. */
  readonly path: string;
  /** Its name in the access log, and its `operationId`. */
  readonly operation: string;
  readonly summary: string;
  readonly caller: CallerKind;
  /** The scope that a `person` or an `agent` needs. */
  readonly scope?: Scope;
  /** Query parameters: texts, or lists of texts for repeatable ones. */
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** True if the body holds a secret, which errors must not repeat. */
  readonly secret?: boolean;
  readonly status: 200 | 201;
  readonly response: z.ZodType<Response>;
  /** What a 404 says was not found; for routes with a path parameter. */
  readonly missing?: string;
  /** Statuses of errors for the OpenAPI document, beside those that follow from the other fields. */
  readonly errorStatuses?: readonly number[];
  /**
   * Cost in points of the caller's cost limit; a route without it is free. The weights of GraphQL are in schema/*.graphql: a
   * search for `@cost` and for `cost:` in src/rest finds all.
   */
  cost?(query: Query): number;
  /** Spends the points that an address has for signing in, and not those of the caller. */
  readonly purpose?: 'signIn';
  handle(request: RestRequest<Query, Body>): Response | Promise<Response>;
}

/** Checks the types of a route and forgets them, for lists of routes of different types. */
export function route<Response, Query = undefined, Body = undefined>(definition: Route<Query, Body, Response>): Route {
  return definition as unknown as Route;
}

/** The path that all routes but discovery begin with. */
export const base = '/api/v1';

/** The routes at a path, one for each method, with the value of the path parameter. */
export function routesAt(routes: readonly Route[], path: string): { route: Route; id: string }[] {
  const segments = path.split('/');
  return routes.flatMap((route) => {
    const pattern = route.path.split('/');
    if (pattern.length !== segments.length) return [];
    const matches = pattern.every((part, at) => (part.startsWith('{') ? segments[at] !== '' : part === segments[at]));
    return matches ? [{ route, id: decode(segments[pattern.findIndex((part) => part.startsWith('{'))] ?? '') }] : [];
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
