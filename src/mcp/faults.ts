import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import { BodyError } from '../graphql/body.ts';
import type { Refusal } from '../transport/request.ts';

/** A request that is refused before there is a message to answer. */
export class NotAllowed extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** What a client gets to see of an error outside of any message; null for a bug. */
export function faultOf(error: unknown): Response | null {
  if (error instanceof NotAllowed) return fault(error.status, error.message, error.headers);
  if (error instanceof BodyError)
    return fault(error.status, error.message, error.cutShort ? { connection: 'close' } : {});
  if (error instanceof UnauthenticatedError) return fault(401, error.message, { 'www-authenticate': 'Bearer' });
  if (error instanceof UnavailableError) {
    const { message, retryAfterSeconds } = error;
    return fault(503, message, retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) });
  }
  return null;
}

const codes: Readonly<Record<number, number>> = { 400: -32_600, 503: -32_603 };

const codesOfRefusals: Readonly<Record<Refusal['code'], number>> = {
  BAD_USER_INPUT: -32_600,
  SERVICE_UNAVAILABLE: -32_603,
  INTERNAL_SERVER_ERROR: -32_603,
};

/** What the HTTP server answers by itself, as an error of JSON-RPC. */
export const refusal = ({ code, message, requestId }: Refusal) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code: codesOfRefusals[code], message, data: { code, requestId } },
});

function fault(status: number, message: string, headers: Readonly<Record<string, string>>): Response {
  const error = { code: codes[status] ?? -32_000, message };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status, headers });
}
