import type { z } from 'zod';
import type { Secrets } from '../domain/jwt.ts';
import type { SignInLimit } from '../domain/rate-limit.ts';
import type { Scope, Viewer } from '../domain/viewer.ts';
import type { Store } from '../store/store.ts';

/** What every route works with. */
export interface RestContext {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly signInLimit: SignInLimit;
  /** Has new units embedded at once. */
  readonly embedSoon: () => void;
}

export interface RestRequest<Query, Body> extends RestContext {
  readonly viewer: Viewer;
  /** The caller's network address. */
  readonly address: string;
  /** As in `RequestFacts`. */
  readonly stepAside: () => void;
  readonly signal: AbortSignal;
  /** What the path names in braces; empty where it names nothing. */
  readonly id: string;
  readonly query: Query;
  readonly body: Body;
}

/**
 * Whose request it must be. `anyone`: nobody looks. `reader`: anyone, unless reading needs credentials here. `person`: a
 * token. `agent`: an API key.
 */
export type CallerKind = 'anyone' | 'reader' | 'person' | 'agent';

/** One method of one path: what it takes and answers, and how. The document of the API is made from the same. */
export interface Route<Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: 'GET' | 'POST';
  /** With at most one segment in braces. */
  readonly path: string;
  /** Its name in the log and in the document. */
  readonly operation: string;
  readonly summary: string;
  readonly caller: CallerKind;
  /** What a `person` or an `agent` must be allowed. */
  readonly scope?: Scope;
  /** Of an object whose fields are texts, or lists of texts for parameters that may be repeated. */
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Whether errors must not repeat what was sent, since it holds a secret. */
  readonly secret?: boolean;
  readonly status: 200 | 201;
  readonly answer: z.ZodType<Answer>;
  /** What of `id` there may be none. */
  readonly missing?: string;
  /** Statuses of refusals that the rest does not tell. */
  readonly refusals?: readonly number[];
  /** Cost points that a request takes of the caller's budget; none where there is no such function. */
  cost?(query: Query): number;
  /** Which budget that is, where it is not the usual one. */
  readonly purpose?: 'signIn';
  handle(request: RestRequest<Query, Body>): Answer | Promise<Answer>;
}

/** A route among others, which take something else. */
export function route<Answer, Query = undefined, Body = undefined>(definition: Route<Query, Body, Answer>): Route {
  return definition as unknown as Route;
}

export const base = '/api/v1';

/** Routes whose path is this one, each with what stands where it has braces. */
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
