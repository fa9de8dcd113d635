import {
  AlreadyReviewedError,
  DuplicateError,
  HeldError,
  SecretsFoundError,
  StaleVersionError,
  SuggestionDecidedError,
  WrongStatusError,
} from '../domain/errors.ts';
import { SelfReviewError } from '../domain/trust.ts';
import {
  DomainError,
  InvalidCredentialsError,
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
} from '../errors.ts';
import type { AnyUserError } from './resolver-types.ts';
import type { Resolvers, UserErrorCode } from './types.generated.ts';

/** Resolver of the interface `UserError` in schema/base.graphql. */
export const userErrorResolvers = {
  UserError: { __resolveType: (error) => error.__typename },
} satisfies Resolvers;

type Nulled<T> = { [K in keyof T]: T[K] | null };

/**
 * Runs a mutation and makes its payload. A `DomainError` becomes `userErrors`, with null for the other `fields` of the payload;
 * every other error is thrown on and becomes a top-level error.
 */
export async function mutationPayload<Result extends object>(
  fields: readonly (keyof Result & string)[],
  mutate: () => Promise<Result>,
): Promise<Nulled<Result> & { userErrors: AnyUserError[] }> {
  try {
    return { ...(await mutate()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const nothing = Object.fromEntries(fields.map((field) => [field, null])) as Nulled<Result>;
    return { ...nothing, userErrors: toUserErrors(error) };
  }
}

/** What the payload of a mutation says of a domain error. */
export function toUserErrors(error: DomainError): (AnyUserError & { readonly code: UserErrorCode })[] {
  return error.problems.map(({ message, path }, index) => {
    const shared = { message, path: path.length > 0 ? [...path] : null };
    if (error instanceof NotFoundError)
      return { __typename: 'NotFoundError', code: 'NOT_FOUND', id: error.id, ...shared };
    if (error instanceof AlreadyReviewedError)
      return { __typename: 'AlreadyReviewedError', code: 'ALREADY_REVIEWED', unit: error.unit, ...shared };
    if (error instanceof WrongStatusError)
      return { __typename: 'WrongStatusError', code: 'CONFLICT', unit: error.unit, ...shared };
    if (error instanceof StaleVersionError) {
      const { unit } = error;
      return { __typename: 'StaleVersionError', code: 'STALE_VERSION', unit, currentVersion: unit.version, ...shared };
    }
    if (error instanceof SuggestionDecidedError) {
      const { suggestion } = error;
      return { __typename: 'SuggestionDecidedError', code: 'ALREADY_REVIEWED', suggestion, ...shared };
    }
    if (error instanceof DuplicateError) {
      const { existing, similarity, basis } = error;
      return { __typename: 'DuplicateError', code: 'DUPLICATE', existing, similarity, basis, ...shared };
    }
    if (error instanceof SecretsFoundError)
      return { __typename: 'SecretError', code: 'SECRET_FOUND', kind: error.findings[index]?.kind ?? '', ...shared };
    if (error instanceof LimitReachedError)
      return { __typename: 'LimitReachedError', code: 'LIMIT_REACHED', limit: error.limit, ...shared };
    return { __typename: 'InputError', code: inputCode(error), ...shared };
  });
}

function inputCode(error: DomainError) {
  if (error instanceof InvalidInputError) return 'INVALID_INPUT';
  if (error instanceof HeldError) return 'HELD';
  if (error instanceof SelfReviewError) return 'SELF_REVIEW';
  return error instanceof InvalidCredentialsError ? 'INVALID_CREDENTIALS' : 'CONFLICT';
}
