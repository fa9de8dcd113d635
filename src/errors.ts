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
 * An error that callers see as it is. Each API translates it at its edge: `graphql/errors.ts`, `rest/refusals.ts`,
 * `mcp/faults.ts`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** After how many seconds the same request may succeed; null when that is not known, or it never will. */
  readonly retryAfterSeconds: number | null;
  /** What a program may want to know of it, such as the limit that was passed. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    { retryAfterSeconds = null, details = {} }: Partial<Pick<AppError, 'retryAfterSeconds' | 'details'>> = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.details = details;
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
    const details = { retryAfterSeconds };
    super('RATE_LIMITED', `${message} Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds, details });
  }
}

/** What would be answered is larger than an answer may be; none of it is sent, but whatever was to be done is done. */
export class AnswerTooLargeError extends AppError {
  constructor(maxBytes: number) {
    const message = `The answer has more than ${maxBytes} bytes and is not sent. Ask for smaller pages or fewer fields. A mutation has been carried out.`;
    super('ANSWER_TOO_LARGE', message, { details: { limit: maxBytes } });
  }
}

/** The database is away, full or locked; the same request may succeed later. */
export class UnavailableError extends AppError {
  /** Which database, by the variable that names it and without secrets; null where it was open already. */
  database: string | null = null;

  constructor(
    cause: unknown,
    message = 'The database cannot be reached or written right now. Try again later.',
    retryAfterSeconds: number | null = 5,
  ) {
    super('SERVICE_UNAVAILABLE', message, { retryAfterSeconds });
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
      null,
    );
    this.advice = advice;
  }
}

/** More is asked of this process than it takes on; the same request may succeed in a moment. */
export class BusyError extends AppError {
  constructor(message: string) {
    super('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: 1 });
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
export abstract class DomainError extends Error {
  abstract readonly problems: readonly Problem[];
}

/** One or more values break a rule. */
export class InvalidInputError extends DomainError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

export abstract class SimpleDomainError extends DomainError {
  readonly problems: readonly Problem[];
  constructor(message: string, path: readonly string[]) {
    super(message);
    this.problems = [{ message, path }];
  }
}

export class NotFoundError extends SimpleDomainError {
  readonly id: string;
  constructor(what: string, id: string, path: readonly string[] = ['id']) {
    super(`There is no ${what} with the id ${JSON.stringify(shortened(id))}.`, path);
    this.id = shortened(id);
  }
}

export class LimitReachedError extends SimpleDomainError {
  readonly limit: number;
  constructor(message: string, limit: number) {
    super(message, []);
    this.limit = limit;
  }
}

export class InvalidCredentialsError extends SimpleDomainError {
  constructor(message = 'The user name or the password is wrong.', path: readonly string[] = []) {
    super(message, path);
  }
}

export class ConflictError extends SimpleDomainError {}
