import type { TypedDocumentString } from './gql/graphql.js';

export interface Session {
  readonly url: string;
  /** A token or an API key. */
  readonly credential?: string;
}

/** Runs an operation and answers with its data; throws what the server says went wrong. */
export async function execute<Result, Variables>(
  { url, credential }: Session,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(credential && { authorization: `Bearer ${credential}` }) },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Result; errors?: { message: string }[] };
  if (errors || !data) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return data;
}
