import type { GraphQLError } from 'graphql';

let request: Request | null = null;

/** What Yoga takes for the HTTP request of an operation that comes in another way: always the same, of which it looks at nothing but the method. */
export function inProcess(): Request {
  request ??= new Request('http://localhost/graphql', { method: 'POST' });
  return request;
}

/** An error as it is sent: without what is for HTTP. */
export function plainError(error: GraphQLError | ReturnType<GraphQLError['toJSON']>) {
  const { extensions, ...rest } = 'toJSON' in error ? error.toJSON() : error;
  const { http: _, ...shown } = { ...extensions };
  return { ...rest, ...(Object.keys(shown).length > 0 && { extensions: shown }) };
}
