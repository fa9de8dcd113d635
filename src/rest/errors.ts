import { AlreadyReviewedError, DuplicateError } from '../domain/errors.ts';
import { SelfReviewError } from '../domain/trust.ts';
import {
  AnswerTooLargeError,
  type AppError,
  BusyError,
  ConflictError,
  ForbiddenError,
  InvalidCredentialsError,
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts';
import { jsonReply } from '../transport/json-reply.ts';
import type { Reply } from '../transport/reply.ts';
import { RequestBodyError } from '../transport/request.ts';
import type { Route } from './route.ts';
import { problemDetail, type ValidationDetail } from './validation-details.ts';
import { wireStatus } from './wire-format.ts';

/** An error that only the REST API has, with its HTTP status. */
export class RestError extends Error {
  readonly status: number;
  readonly detail: string | readonly ValidationDetail[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    detail: string | readonly ValidationDetail[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join(' '));
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

export const unauthenticated = (detail: string) => new RestError(401, detail, { 'www-authenticate': 'Bearer' });

/** Translates an error of a route into a response, `{"detail": …}`; null when the error is a bug. */
export function errorReply(error: unknown, { missing, errorStatuses }: Route): Reply | null {
  if (error instanceof RestError) return reply(error.status, error.detail, error.headers);
  if (error instanceof RequestBodyError) return reply(error.status, error.message, error.headers);
  if (error instanceof AnswerTooLargeError) return reply(400, error.message);
  if (error instanceof UnauthenticatedError) return reply(401, error.message);
  if (error instanceof ForbiddenError) return reply(403, error.message);
  if (error instanceof UnavailableError || error instanceof BusyError)
    return reply(503, error.message, retryAfter(error));
  // cq clients drop a unit that is refused with 429, and send it again later after 503
  if (error instanceof RateLimitedError)
    return reply(errorStatuses?.includes(429) ? 429 : 503, error.message, retryAfter(error));
  if (error instanceof InvalidCredentialsError) return reply(401, 'Invalid username or password');
  if (error instanceof InvalidInputError) return reply(422, error.problems.map(problemDetail));
  if (error instanceof NotFoundError && error.problems[0]?.path[0] !== 'id')
    return reply(422, error.problems.map(problemDetail));
  if (error instanceof NotFoundError) return reply(404, `${missing} not found`);
  if (error instanceof SelfReviewError) return reply(403, error.message);
  if (error instanceof AlreadyReviewedError && error.unit.status === 'retired')
    return reply(404, `${missing} not found`);
  if (error instanceof AlreadyReviewedError)
    return reply(409, `Knowledge unit already ${wireStatus(error.unit.status)}`);
  // no route checks for duplicates today (`rest/knowledge.ts`)
  if (error instanceof DuplicateError || error instanceof LimitReachedError || error instanceof ConflictError)
    return reply(409, error.message.replace(/\.$/, ''));
  return null;
}

const reply = (status: number, detail: unknown, headers: Readonly<Record<string, string>> = {}) =>
  jsonReply(status, { detail }, headers);

const retryAfter = ({ retryAfterSeconds }: AppError): Record<string, string> =>
  retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
