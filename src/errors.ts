import { GraphQLError } from 'graphql';
import type { KnowledgeUnit } from './store/store.ts';

/** The stable codes of top-level errors; docs/api.md says what each means. */
export type ErrorCode =
  | 'ANSWER_TOO_LARGE'
  | 'BAD_CURSOR'
  | 'BAD_USER_INPUT'
  | 'FORBIDDEN'
  | 'INTERNAL_SERVER_ERROR'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'UNAUTHENTICATED';

/**
 * An error that a client sees as it is. Extends GraphQLError, which the masking of unexpected errors lets through.
 * `http` among the extensions is for the HTTP layer, and clients do not see it.
 */
export class AppError extends GraphQLError {
  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}) {
    super(message, { extensions: { code, ...extensions } });
  }
}

/** Credentials are missing or void. */
export class UnauthenticatedError extends AppError {
  constructor(message = 'Sign in, or send an API key, to do this.') {
    super('UNAUTHENTICATED', message);
  }
}

export class ForbiddenError extends AppError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** An argument outside `input` breaks a rule. The message names the argument, the limit and what was sent. */
export class BadUserInputError extends AppError {
  constructor(message: string) {
    super('BAD_USER_INPUT', message);
  }
}

export class RateLimitedError extends AppError {
  constructor(message: string, retryAfterSeconds: number) {
    const http = { status: 429, headers: { 'Retry-After': String(retryAfterSeconds) } };
    super('RATE_LIMITED', `${message} Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds, http });
  }
}

/** What would be answered is larger than an answer may be; none of it is sent, but whatever was to be done is done. */
export class AnswerTooLargeError extends AppError {
  constructor(maxBytes: number) {
    const message = `The answer has more than ${maxBytes} bytes and is not sent. Ask for smaller pages or fewer fields. A mutation has been carried out.`;
    super('ANSWER_TOO_LARGE', message, { limit: maxBytes, http: { status: 400 } });
  }
}

/** The database is away, full or locked; the same request may succeed later. */
export class UnavailableError extends AppError {
  /** Which database, by the variable that names it and without secrets; null where it was open already. */
  database: string | null = null;

  constructor(
    cause: unknown,
    message = 'The database cannot be reached or written right now. Try again later.',
    headers: Readonly<Record<string, string>> = { 'Retry-After': '5' },
  ) {
    super('SERVICE_UNAVAILABLE', message, { http: { status: 503, headers } });
    this.cause = cause;
  }
}

/**
 * The database cannot be used until an operator acts: a wrong password, a file that is no database, a schema that is behind.
 * Callers learn no more than that, and are not told to try again. `advice` is for the operator: what is wrong and what to do
 * about it, as a sentence that reads on from the database's name.
 */
export class UnusableDatabaseError extends UnavailableError {
  readonly advice: string;

  /** Without `cause`, which is what the driver threw, the advice is all that is known. */
  constructor(advice: string, cause?: unknown) {
    super(
      cause ?? new Error(`The database ${advice}`),
      'The database cannot be used as it is set up. The log of the server says why, for whoever runs it.',
      {},
    );
    this.advice = advice;
  }
}

/** More is asked of this process than it takes on; the same request may succeed in a moment. */
export class BusyError extends AppError {
  constructor(message: string) {
    super('SERVICE_UNAVAILABLE', message, { http: { status: 503, headers: { 'Retry-After': '1' } } });
  }
}

/** A text that somebody sent, short enough to be repeated. */
export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** One broken rule; `path` points into the input. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * A decision that went against the caller, who can act on it. GraphQL answers it as `userErrors`, the command line as
 * one line.
 */
export abstract class Refusal extends Error {
  abstract readonly problems: readonly Problem[];
}

/** One or more values break a rule. */
export class InvalidInput extends Refusal {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

abstract class SimpleRefusal extends Refusal {
  readonly problems: readonly Problem[];
  constructor(message: string, path: readonly string[]) {
    super(message);
    this.problems = [{ message, path }];
  }
}

export class NotFound extends SimpleRefusal {
  readonly id: string;
  constructor(what: string, id: string, path: readonly string[] = ['id']) {
    super(`There is no ${what} with the id ${JSON.stringify(shortened(id))}.`, path);
    this.id = shortened(id);
  }
}

/** Somebody decided first. */
export class AlreadyReviewed extends SimpleRefusal {
  readonly unit: KnowledgeUnit;
  constructor(unit: KnowledgeUnit) {
    super(`${unit.review?.reviewedBy ?? 'Somebody'} has already ${unit.status} this unit.`, ['id']);
    this.unit = unit;
  }
}

/** Another unit says the same. */
export class Duplicate extends SimpleRefusal {
  readonly existing: KnowledgeUnit;
  readonly similarity: number;
  constructor(existing: KnowledgeUnit, similarity: number) {
    const state = existing.status === 'approved' ? 'is approved' : 'waits for review';
    super(`allowDuplicate must be true to propose a text this near (${similarity}) to one that ${state}.`, [
      'allowDuplicate',
    ]);
    this.existing = existing;
    this.similarity = similarity;
  }
}

export class LimitReached extends SimpleRefusal {
  readonly limit: number;
  constructor(message: string, limit: number) {
    super(message, []);
    this.limit = limit;
  }
}

export class InvalidCredentials extends SimpleRefusal {
  constructor(message = 'The user name or the password is wrong.', path: readonly string[] = []) {
    super(message, path);
  }
}

export class Conflict extends SimpleRefusal {}
