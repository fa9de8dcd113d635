import type { CombinedError } from 'urql';

export type ProblemKind = 'network' | 'busy' | 'signed-out' | 'forbidden' | 'input' | 'bug';

/** What went wrong, as a reader can use it: a sentence, and what to quote where it is the server's fault. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly sentence: string;
  readonly requestId?: string;
}

type Extensions = Record<string, unknown>;

const sentences: Record<Exclude<ProblemKind, 'input'>, string> = {
  network: 'The server cannot be reached. Nothing was changed.',
  busy: 'The server has too much to do right now. Try again in a moment.',
  'signed-out': 'Your session has ended. Sign in again to go on.',
  forbidden: 'Your account may not do this. An administrator can change your role.',
  bug: 'Something went wrong on the server, and it was written down there.',
};

const kinds: Record<string, ProblemKind> = {
  UNAUTHENTICATED: 'signed-out',
  FORBIDDEN: 'forbidden',
  RATE_LIMITED: 'busy',
  SERVICE_UNAVAILABLE: 'busy',
  OVERLOADED: 'busy',
  INTERNAL_SERVER_ERROR: 'bug',
};

/** What the top-level errors of an answer mean to a reader. */
export function problemOf(error: Pick<CombinedError, 'networkError' | 'graphQLErrors' | 'response'>): Problem {
  const [first] = error.graphQLErrors;
  const status = (error.response as { status?: number } | undefined)?.status;
  if (!first) {
    if (status === 503 || status === 429) return { kind: 'busy', sentence: sentences.busy };
    if (status === 401) return { kind: 'signed-out', sentence: sentences['signed-out'] };
    return { kind: 'network', sentence: sentences.network };
  }
  const extensions = (first.extensions ?? {}) as Extensions;
  const kind = kinds[String(extensions.code)] ?? 'input';
  // limits and malformed input: the server's own sentence names the field and the limit
  const sentence = kind === 'input' ? first.message : sentences[kind];
  const requestId = typeof extensions.requestId === 'string' ? extensions.requestId : undefined;
  const wait = extensions.retryAfterSeconds;
  return {
    kind,
    sentence: kind === 'busy' && typeof wait === 'number' ? `Too much was asked. Try again in ${wait} s.` : sentence,
    ...(requestId && { requestId }),
  };
}

interface UserErrorLike {
  readonly message: string;
  readonly path?: readonly string[] | null;
}

/** The message of `userErrors` for a field of a form, by its path in `input`. */
export const problemAt = (errors: readonly UserErrorLike[], ...path: string[]): string | undefined =>
  errors.find((error) => (error.path ?? []).join('.').startsWith(path.join('.')))?.message;

/** The messages that belong to none of the fields. */
export const problemsElsewhere = (errors: readonly UserErrorLike[], fields: readonly string[]): string[] =>
  errors.filter(({ path }) => !fields.some((field) => (path ?? []).join('.').startsWith(field))).map((e) => e.message);
