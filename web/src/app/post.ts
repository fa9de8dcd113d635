import { type AnyVariables, stringifyDocument, type TypedDocumentNode } from 'urql';
import { addressOf } from './base.ts';

/** What the server takes with the cookie of a session, and nothing without: another site's page cannot send it. */
export const pageHeaders = { 'x-cq-web': '1' } as const;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/**
 * Sends an operation beside the client: signing in, when the client waits for it, and what is to arrive though the page is being left
 * (`keepalive`).
 */
export async function post<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: { readonly keepalive?: boolean } = {},
): Promise<Answer<Data>> {
  const response = await fetch(addressOf('graphql'), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { ...pageHeaders, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: stringifyDocument(document), variables }),
    ...options,
  });
  return response.json();
}
