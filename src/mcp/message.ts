import { readJsonBody } from '../graphql/body.ts';
import type { RequestFacts } from '../transport/request.ts';
import { NotAllowed } from './faults.ts';

/** The one message of a request, and what it asks for, if it says. Throws `BodyError` and `NotAllowed`. */
export function readMessage(request: RequestFacts): { readonly message: object; readonly method: string | null } {
  const message = parse(readJsonBody(request));
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw new NotAllowed(400, 'The body must be one JSON-RPC message; batches are not taken.');
  const method = 'method' in message && typeof message.method === 'string' ? message.method.slice(0, 100) : null;
  return { message, method };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotAllowed(400, 'The body is not valid JSON.');
  }
}
