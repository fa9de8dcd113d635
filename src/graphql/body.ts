import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { parseExactly } from '../domain/json-text.ts';
import type { ErrorCode } from '../errors.ts';
import { BodyTooLarge, type RequestFacts } from '../transport/request.ts';

/** Why a request is refused before there is an operation. */
export class BodyError extends Error {
  readonly status: number;
  /** Whether a rest of the body was left unread, so that the connection is of no more use. */
  readonly cutShort: boolean;
  constructor(status: number, message: string, cutShort = false) {
    super(message);
    this.status = status;
    this.cutShort = cutShort;
  }
}

/** A request, as far as reading what it asks for goes. */
type WithBody = Pick<RequestFacts, 'req' | 'body'>;

/**
 * Reads operations from the URL of a GET and from request bodies: `application/json`, and nothing else. Form posts, which a foreign page could
 * send in a visitor's name, are thereby refused. Yoga's own reader costs a multiple of this one's time.
 */
export function useJsonBody(): Plugin<object, WithBody & { params?: GraphQLParams }> {
  return {
    onRequestParse({ request, url, serverContext, setRequestParser, fetchAPI }) {
      if (request.method !== 'POST' && request.method !== 'GET') return;
      setRequestParser(async () => {
        if (serverContext.params) return serverContext.params;
        try {
          return request.method === 'GET' ? readUrl(url.searchParams) : readParams(serverContext);
        } catch (error) {
          if (!(error instanceof BodyError)) throw error;
          const code: ErrorCode = 'BAD_USER_INPUT';
          const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code } }] });
          const headers = {
            'content-type': 'application/json; charset=utf-8',
            ...(error.cutShort && { connection: 'close' }),
          };
          return new fetchAPI.Response(body, { status: error.status, headers });
        }
      });
    },
  };
}

function readParams(request: WithBody): GraphQLParams {
  const params = parse(readJsonBody(request));
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw new BodyError(400, 'The body must be a JSON object with a query.');
  return params as GraphQLParams;
}

/** The text of a JSON body. Throws `BodyError`. */
export function readJsonBody({ req, body }: WithBody): string {
  const type = req.headers['content-type'];
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new BodyError(415, `The content type must be application/json, got ${type ?? 'none'}.`);
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw new BodyError(415, `The charset must be utf-8, got ${charset}.`);
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new BodyError(415, `The content encoding must be identity, got ${encoding}.`);
  return readText(body);
}

function readUrl(search: URLSearchParams): GraphQLParams {
  const json = (name: string) => {
    const text = search.get(name);
    return text ? parse(text, name) : undefined;
  };
  return {
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: json('variables') as GraphQLParams['variables'],
    extensions: json('extensions') as GraphQLParams['extensions'],
  };
}

function readText(body: () => Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body());
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new BodyError(413, error.message, error.cutShort);
    if (!(error instanceof TypeError)) throw error;
    throw new BodyError(400, 'The body is not valid UTF-8.');
  }
}

function parse(text: string, what = 'The body'): unknown {
  try {
    // only extensions promise to keep numbers as they were written, and that reader is slower; an escape may hide the word
    return text.includes('extensions') || text.includes('\\u') ? parseExactly(text) : JSON.parse(text);
  } catch {
    throw new BodyError(400, `${what} is not valid JSON.`);
  }
}
