/** The stable codes of top-level errors, described in docs/api.md. */
export type ErrorCode =
  | 'ANSWER_TOO_LARGE'
  | 'BAD_CURSOR'
  | 'BAD_USER_INPUT'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'FORBIDDEN'
  | 'INTERNAL_SERVER_ERROR'
  | 'PERSISTED_QUERY_MISMATCH'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'SLOW_READER'
  | 'UNAUTHENTICATED';

/**
 * An error that clients see as it is. Each transport translates it at its edge: `graphql/errors.ts`, `rest/errors.ts`,
 * `mcp/errors.ts`, `cli/errors.ts`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** After how many seconds the same request may succeed; null when that is not known, or it never will. */
  readonly retryAfterSeconds: number | null;
  /** Further fields for programs, such as the limit that was exceeded. */
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

/** Credentials are missing or invalid. */
export class UnauthenticatedError extends AppError {
  constructor(message = 'Sign in, or send an API key, to do this.') {
    super('UNAUTHENTICATED', message);
  }
}

/** The credentials are valid, but lack the scope. */
export class ForbiddenError extends AppError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

/** An argument outside `input` is invalid. The message names the argument, the limit and the value. */
export class BadUserInputError extends AppError {
  constructor(message: string) {
    super('BAD_USER_INPUT', message);
  }
}

/** A rate limit is exceeded: cost points, or failed sign-ins. */
export class RateLimitedError extends AppError {
  constructor(message: string, retryAfterSeconds: number) {
    const details = { retryAfterSeconds };
    super('RATE_LIMITED', `${message} Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds, details });
  }
}

/** Advice in messages about responses that are too large. */
export const askForLess = 'Ask for smaller pages or fewer fields.';
export const mutationCarriedOut = 'A mutation has been carried out.';

/** The response would exceed `CQ_MAX_ANSWER_BYTES`: none of it is sent, but a mutation has been carried out. */
export class AnswerTooLargeError extends AppError {
  constructor(maxBytes: number) {
    const message = `The answer has more than ${maxBytes} bytes and is not sent. ${askForLess} ${mutationCarriedOut}`;
    super('ANSWER_TOO_LARGE', message, { details: { limit: maxBytes } });
  }
}

/** The seconds in `Retry-After` of 503: while this process is overloaded, and while the database or the server is unavailable. */
export const retryAfterSeconds = { overloaded: 1, unavailable: 5 } as const;

/** The database is unreachable, full or locked; the same request may succeed later. */
export class UnavailableError extends AppError {
  /** The database's label, without secrets, where opening it failed; null where it was open already. */
  database: string | null = null;

  constructor(
    cause: unknown,
    message = 'The database cannot be reached or written right now. Try again later.',
    retryAfter: number | null = retryAfterSeconds.unavailable,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: retryAfter, details });
    this.cause = cause;
  }
}

/** The connection was lost between COMMIT and its answer: what the request asked for is either done as a whole, or not at all. */
export class OutcomeUnknownError extends UnavailableError {
  constructor(cause: unknown) {
    super(
      cause,
      'The database did not answer whether this was saved: it may have been. Look before you send it again; a proposal with an idempotency key, or over REST with its id, may be sent again as it is.',
      retryAfterSeconds.unavailable,
      { outcome: 'unknown' },
    );
  }
}

/**
 * The database cannot be used until an operator acts: a wrong password, a file that is no database, missing migrations. Clients
 * learn no details and get no `Retry-After`. `advice` is for the operator: what is wrong and what to do, as a sentence that
 * continues the database's label.
 */
export class UnusableDatabaseError extends UnavailableError {
  readonly advice: string;

  /** `cause` is the driver's error, if there was one. */
  constructor(advice: string, cause?: unknown) {
    super(
      cause ?? new Error(`The database ${advice}`),
      'The database cannot be used as it is set up. The log of the server says why.',
      null,
    );
    this.advice = advice;
  }
}

/** A log that is followed is not the one that it was: the database is another one, was restored, or was set back by a failover. */
export class LogReplacedError extends UnavailableError {
  constructor() {
    super(
      new Error('the database was replaced by another one, or was set back'),
      'The database is not the one that it was. Begin anew, without a place to go on from.',
    );
  }
}

/**
 * The vectors of the database cannot be used any more, since its extension was moved, removed or updated, or rights were revoked. All
 * else goes on: a search by meaning goes on by words.
 */
export class VectorsLostError extends UnavailableError {
  constructor(cause: unknown) {
    super(cause, 'The vectors of the database cannot be used right now. The log of the server says why.');
  }
}

/** A bulkhead of this process is full; the same request may succeed in a moment. */
export class BusyError extends AppError {
  constructor(message: string) {
    super('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: retryAfterSeconds.overloaded });
  }
}

/** A client does not read what it is told: it is told no more, and goes on from its last cursor when it can. */
export class SlowReaderError extends AppError {
  constructor() {
    super('SLOW_READER', 'What was sent was not read in time. Connect again, and go on from the last cursor.');
  }
}

/** What clients see of a bug. The log has its cause, with the request id. */
export const unexpectedErrorMessage = 'Something went wrong on the server; its log says what, under the request id.';

/** A text from a client, cut to 100 characters for a message. */
export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** One validation problem; `path` points into the input. */
export interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * An expected failure of a domain operation, which the caller can act on. GraphQL answers it as `userErrors`, REST by a status,
 * the command line as one line.
 */
export abstract class DomainError extends Error {
  abstract readonly problems: readonly Problem[];
}

/** One or more values are invalid. */
export class InvalidInputError extends DomainError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

/** A domain error with one problem. */
export abstract class SimpleDomainError extends DomainError {
  readonly problems: readonly Problem[];
  constructor(message: string, path: readonly string[]) {
    super(message);
    this.problems = [{ message, path }];
  }
}

/** There is no such object, or the caller may not read it. */
export class NotFoundError extends SimpleDomainError {
  readonly id: string;
  constructor(what: string, id: string, path: readonly string[] = ['id'], hint = '') {
    super(`There is no ${what} with the id ${JSON.stringify(shortened(id))}.${hint && ` ${hint}`}`, path);
    this.id = shortened(id);
  }
}

/** The caller has as many of something as they may have. */
export class LimitReachedError extends SimpleDomainError {
  readonly limit: number;
  constructor(message: string, limit: number) {
    super(message, []);
    this.limit = limit;
  }
}

/** User name or password is wrong. */
export class InvalidCredentialsError extends SimpleDomainError {
  constructor(message = 'The user name or the password is wrong.', path: readonly string[] = []) {
    super(message, path);
  }
}

/** The state of an object does not allow the operation, such as a user name that is taken. */
export class ConflictError extends SimpleDomainError {}

/** A unit with this id was erased: the id is not used again. */
export class ErasedUnitError extends ConflictError {
  constructor(id: string) {
    super(`The unit ${id} was erased, and its id is not used again.`, ['id']);
  }
}

/** What was to be read has more bytes than one that is meant: a file of the configuration, or an answer of another server. */
export class TooLongError extends Error {}
