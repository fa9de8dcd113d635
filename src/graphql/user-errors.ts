import { AlreadyReviewedError, DuplicateError } from '../domain/errors.ts';
import {
  DomainError,
  InvalidCredentialsError,
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
} from '../errors.ts';
import type { KnowledgeUnit } from '../store/store.ts';
import type { UserErrorCode } from './types.generated.ts';

interface Shared {
  readonly code: UserErrorCode;
  readonly message: string;
  readonly path: string[] | null;
}

/** The concrete user errors, told apart by `__typename`. */
export type AnyUserError = Shared &
  (
    | { readonly __typename: 'InputError' }
    | { readonly __typename: 'NotFoundError'; readonly id: string }
    | { readonly __typename: 'AlreadyReviewedError'; readonly unit: KnowledgeUnit }
    | { readonly __typename: 'DuplicateError'; readonly existing: KnowledgeUnit; readonly similarity: number }
    | { readonly __typename: 'LimitReachedError'; readonly limit: number }
  );

type Nulled<T> = { [K in keyof T]: T[K] | null };

/** Runs a mutation's decision; what it refuses becomes `userErrors`, with everything else of the payload null. */
export async function payload<Result extends object>(
  fields: readonly (keyof Result & string)[],
  decide: () => Promise<Result>,
): Promise<Nulled<Result> & { userErrors: AnyUserError[] }> {
  try {
    return { ...(await decide()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const nothing = Object.fromEntries(fields.map((field) => [field, null])) as Nulled<Result>;
    return { ...nothing, userErrors: userErrors(error) };
  }
}

function userErrors(refusal: DomainError): AnyUserError[] {
  return refusal.problems.map(({ message, path }) => {
    const shared = { message, path: path.length > 0 ? [...path] : null };
    if (refusal instanceof NotFoundError)
      return { __typename: 'NotFoundError', code: 'NOT_FOUND', id: refusal.id, ...shared };
    if (refusal instanceof AlreadyReviewedError)
      return { __typename: 'AlreadyReviewedError', code: 'ALREADY_REVIEWED', unit: refusal.unit, ...shared };
    if (refusal instanceof DuplicateError) {
      const { existing, similarity } = refusal;
      return { __typename: 'DuplicateError', code: 'DUPLICATE', existing, similarity, ...shared };
    }
    if (refusal instanceof LimitReachedError)
      return { __typename: 'LimitReachedError', code: 'LIMIT_REACHED', limit: refusal.limit, ...shared };
    return { __typename: 'InputError', code: inputCode(refusal), ...shared };
  });
}

function inputCode(refusal: DomainError): UserErrorCode {
  if (refusal instanceof InvalidInputError) return 'INVALID_INPUT';
  return refusal instanceof InvalidCredentialsError ? 'INVALID_CREDENTIALS' : 'CONFLICT';
}
