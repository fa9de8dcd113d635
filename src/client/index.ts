import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

export * from './documents.generated.ts';

/** An operation whose types are known: one of this package, or what your own code generator makes of yours. */
export type TypedDocument<Result, Variables> = { toString(): string } & DocumentTypeDecoration<Result, Variables>;

type VariablesOf<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

export interface ClientOptions {
  /** Where the server is, such as `https://cq.example`. */
  readonly url: string;
  /** A token or an API key; a function is asked before each request. */
  readonly credential?: string | (() => string | null | undefined);
  /** Sends the requests; `fetch` unless told otherwise. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Client {
  /**
   * Runs one operation and answers with its data. What the caller's input is to blame for is in `userErrors` of the data;
   * everything else rejects with a `RequestError`.
   */
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...variables: VariablesOf<Variables>
  ): Promise<Result>;
}

/** A top-level error, with the stable code that docs/api.md lists. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string; readonly retryAfterSeconds?: number; readonly requestId?: string };
}

/** The server did not do what it was asked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Of the answer. */
  readonly status: number;
  readonly errors: readonly ApiError[];
  constructor(status: number, errors: readonly ApiError[]) {
    super(errors.map(({ message }) => message).join('\n') || `the server answered with ${status}`);
    this.status = status;
    this.errors = errors;
  }

  /** Of the first error, such as `UNAUTHENTICATED`; undefined where the answer was not the API's. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

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

/** An answer that is not the API's, of a proxy say, has neither data nor errors. */
async function read<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return ((await response.json()) ?? {}) as Answer<Result>;
  } catch {
    return {};
  }
}
