import { readJsonBody } from '../transport/json-body.ts';
import { jsonProblem } from '../transport/json-limits.ts';
import type { RequestContext } from '../transport/request.ts';
import { McpHttpError } from './errors.ts';
import { withPlainParams } from './lenient-params.ts';

/** The JSON-RPC message of a request, and its method if it has one. Throws `RequestBodyError` or `McpHttpError`. */
export function readMessage(request: RequestContext): { readonly message: object; readonly method: string | null } {
  const sent = parse(readJsonBody(request));
  checkSize(sent);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw new McpHttpError(400, 'The body must be one JSON-RPC message; batches are not supported.');
  const message = withPlainParams(sent);
  if (message !== sent) checkSize(message);
  const method = 'method' in message && typeof message.method === 'string' ? message.method.slice(0, 100) : null;
  return { message, method };
}

function checkSize(message: unknown): void {
  const problem = jsonProblem(message);
  if (problem) throw new McpHttpError(400, problem);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new McpHttpError(400, 'The body is not valid JSON.');
  }
}
