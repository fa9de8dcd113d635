import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { notify } from '../design/notify.ts';
import { problemOf } from './problem.ts';

interface UserErrorLike {
  readonly message: string;
  readonly path?: readonly string[] | null;
}

type Answer<Result> = { readonly result: Result | null };

/**
 * Runs a mutation whose field is called `result`. Resolves with the result where nothing was refused; else null, with `errors` for the
 * form, and a notice of what stands at no field of it.
 */
export function useAct(fields: readonly string[] = []) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<readonly UserErrorLike[]>([]);

  async function act<Result extends { readonly userErrors: readonly UserErrorLike[] }, Variables extends AnyVariables>(
    document: TypedDocumentNode<Answer<Result>, Variables>,
    variables: Variables,
  ): Promise<Result | null> {
    setBusy(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    setBusy(false);
    if (error) {
      const { sentence, requestId } = problemOf(error);
      notify({ title: 'Not done', detail: requestId ? `${sentence} Request ${requestId}.` : sentence, look: 'bad' });
      return null;
    }
    const result = data?.result ?? null;
    const refused = result?.userErrors ?? [];
    setErrors(refused);
    const elsewhere = refused.find(({ path }) => !fields.some((field) => (path ?? []).join('.').startsWith(field)));
    if (elsewhere) notify({ title: 'Not done', detail: elsewhere.message, look: 'bad' });
    return refused.length > 0 ? null : result;
  }
  return { act, busy, errors, clear: () => setErrors([]) };
}
