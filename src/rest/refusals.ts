import type { z } from 'zod';
import { AlreadyReviewedError } from '../domain/errors.ts';
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
  type Problem,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts';
import { BodyTooLarge } from '../transport/request.ts';
import type { Route } from './route.ts';

/** What is wrong with one value, in the form that cq clients know. */
export interface Detail {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
  readonly ctx?: object;
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is refused, and how the answer says so. */
export class RestError extends Error {
  readonly status: number;
  readonly detail: string | readonly Detail[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, detail: string | readonly Detail[], headers: Readonly<Record<string, string>> = {}) {
    super(typeof detail === 'string' ? detail : detail.map(({ msg }) => msg).join(' '));
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

export const unauthenticated = (detail: string) => new RestError(401, detail, { 'www-authenticate': 'Bearer' });

/** The answer to a request of a route that ended in an error; null when the error is a bug. */
export function refusal(error: unknown, { missing, refusals }: Route): Reply | null {
  if (error instanceof RestError) return reply(error.status, error.detail, error.headers);
  if (error instanceof BodyTooLarge) return reply(413, error.message, error.cutShort ? { connection: 'close' } : {});
  if (error instanceof AnswerTooLargeError) return reply(400, error.message);
  if (error instanceof UnauthenticatedError) return reply(401, error.message);
  if (error instanceof ForbiddenError) return reply(403, error.message);
  if (error instanceof UnavailableError || error instanceof BusyError)
    return reply(503, error.message, retryAfter(error));
  // with 429 cq clients lose the unit that they wanted to send, with 503 they keep it
  if (error instanceof RateLimitedError)
    return reply(refusals?.includes(429) ? 429 : 503, error.message, retryAfter(error));
  if (error instanceof InvalidCredentialsError) return reply(401, 'Invalid username or password');
  if (error instanceof InvalidInputError) return reply(422, error.problems.map(problemDetail));
  if (error instanceof NotFoundError && error.problems[0]?.path[0] !== 'id')
    return reply(422, error.problems.map(problemDetail));
  if (error instanceof NotFoundError) return reply(404, `${missing} not found`);
  if (error instanceof AlreadyReviewedError) return reply(409, `Knowledge unit already ${error.unit.status}`);
  if (error instanceof LimitReachedError || error instanceof ConflictError)
    return reply(409, error.message.replace(/\.$/, ''));
  return null;
}

const reply = (status: number, detail: unknown, headers = {}): Reply => ({ status, json: { detail }, headers });

const retryAfter = ({ retryAfterSeconds }: AppError): Record<string, string> =>
  retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };

/** The domain's names that are others on the wire. */
const wireNames: Readonly<Record<string, string>> = { duplicateOfId: 'duplicate_of' };

/** A broken rule of the domain, which begins with the path to the value; cq's begin with the name alone. */
function problemDetail({ path, message }: Problem): Detail {
  const loc = path.map((part) => (/^\d+$/.test(part) ? Number(part) : (wireNames[part] ?? part)));
  const name = loc.findLast((part) => typeof part === 'string') ?? '';
  const said = message.startsWith(`${path.join('.')} `) ? `${name}${message.slice(path.join('.').length)}` : message;
  return { type: 'value_error', loc: ['body', ...loc], msg: `Value error, ${said.replace(/\.$/, '')}` };
}

/** The details of what does not fit a schema. With `echo`, short values are repeated. */
export function schemaDetails({ issues }: z.ZodError, where: 'body' | 'query', echo: boolean): Detail[] {
  return issues.map((issue) => {
    const loc = [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
    const { type, msg, ctx } = read(issue);
    const { input = where === 'query' ? null : undefined } = issue;
    return { type, loc, msg, ...(input !== undefined && echo && isShort(input) && { input }), ...(ctx && { ctx }) };
  });
}

/** A plain value, or a list of texts, that is not too much to repeat. */
const isShort = (input: unknown): boolean =>
  Array.isArray(input)
    ? input.every((item) => typeof item === 'string') && isShort(input.join())
    : input === null || (['string', 'number', 'boolean'].includes(typeof input) && String(input).length <= 200);

const wrongTypes: Readonly<Record<string, readonly [string, string]>> = {
  string: ['string_type', 'Input should be a valid string'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'],
};

/** One issue in the words of the validator that cq clients have met so far. */
function read(issue: z.core.$ZodIssue): Pick<Detail, 'type' | 'msg' | 'ctx'> {
  const { input } = issue;
  if (input === undefined) return { type: 'missing', msg: 'Field required' };
  switch (issue.code) {
    case 'invalid_type': {
      const [type, msg] = wrongTypes[issue.expected] ?? ['value_error', issue.message];
      return { type, msg };
    }
    case 'too_small':
    case 'too_big': {
      const short = issue.code === 'too_small';
      const bound = Number(short ? issue.minimum : issue.maximum);
      const actual_length = Array.isArray(input) ? input.length : 0;
      const msg = `List should have at ${short ? 'least' : 'most'} ${items(bound)} after validation, not ${actual_length}`;
      const ctx = { field_type: 'List', [short ? 'min_length' : 'max_length']: bound, actual_length };
      return { type: short ? 'too_short' : 'too_long', msg, ctx };
    }
    case 'invalid_value': {
      const quoted = issue.values.map((value) => `'${String(value)}'`);
      const expected = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
      return { type: 'enum', msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'custom':
      return { type: 'value_error', msg: issue.message, ...issue.params };
    default:
      return { type: 'value_error', msg: issue.message };
  }
}

const items = (count: number) => `${count} item${count === 1 ? '' : 's'}`;
