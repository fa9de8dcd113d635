/**
 * `cq-client`, and `cq-server/client`: a GraphQL client over `fetch` for programs and browsers, with ready-made operations.
 *
 * @module
 */
import type { DocumentTypeDecoration } from './typed-document.ts';

export * from './documents.generated.ts';

/** A typed operation: one of this module, such as `SearchDocument`, or one that a code generator made from yours. */
export type TypedDocument<Result, Variables> = { toString(): string } & DocumentTypeDecoration<Result, Variables>;

type VariablesOf<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

export interface ClientOptions {
  /** The base URL of the server, such as `https://cq.example`. */
  readonly url: string;
  /** A token or an API key, sent as bearer token. A function is called before each request. */
  readonly credential?: string | (() => string | null | undefined);
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Client {
  /**
   * Sends one operation and resolves with its data. Errors in the input of a mutation are in `userErrors` of the data; all other
   * errors reject with a `RequestError`, and a network failure with the error of `fetch`.
   */
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): Promise<Result>;
}

/**
 * A top-level GraphQL error, with a stable code of docs/api.md; `retryAfterSeconds` goes with `RATE_LIMITED`, and `outcome` with a
 * `SERVICE_UNAVAILABLE` after which a mutation may or may not have been carried out.
 */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly retryAfterSeconds?: number;
    readonly outcome?: 'unknown';
    readonly requestId?: string;
  };
}

/** The response had no data, or top-level errors. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The HTTP status of the response. */
  readonly status: number;
  readonly errors: readonly ApiError[];
  constructor(status: number, errors: readonly ApiError[]) {
    super(errors.map(({ message }) => message).join('\n') || `the server answered with ${status}`);
    this.status = status;
    this.errors = errors;
  }

  /** The code of the first error, such as `UNAUTHENTICATED`; undefined where the response was not the API's, such as a proxy's. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

/**
 * Creates a client.
 *
 * @example
 * const client = createClient({ url: 'https://cq.example', credential: key });
 * const { search } = await client.request(SearchDocument, { text: 'webhook signature', first: 3 });
 * for (const { score, node } of search.edges) console.log(score, node.insight.summary);
 */
export function createClient({ url, credential, fetch = globalThis.fetch }: ClientOptions): Client {
  const endpoint = `${url.replace(/\/+$/, '')}/graphql`;
  return {
    async request<Result, Variables>(
      document: TypedDocument<Result, Variables>,
      ...[variables]: VariablesOf<Variables>
    ): Promise<Result> {
      const bearer = typeof credential === 'function' ? credential() : credential;
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
        body: JSON.stringify({ query: String(document), variables }),
      });
      const { data, errors } = await read<Result>(response);
      if (errors || data == null) throw new RequestError(response.status, errors ?? []);
      return data;
    },
  };
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly ApiError[];
}

/** Parses a response. One that is not JSON, such as that of a proxy, has neither data nor errors. */
async function read<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return ((await response.json()) ?? {}) as Answer<Result>;
  } catch {
    return {};
  }
}
