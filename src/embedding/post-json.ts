import { outgoingHeaders } from '../observations/outgoing.ts';
import { EmbeddingError, type Fault } from './embedding-error.ts';

/** Where to post to; `key` is sent as a bearer token. */
export interface Endpoint {
  readonly url: string;
  readonly key: string | null;
  readonly timeoutMs: number;
}

/** Posts JSON to an embedding service and answers its JSON. Throws `EmbeddingError` for any other outcome. */
export async function postJson({ url, key, timeoutMs }: Endpoint, body: object, signal: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: outgoingHeaders({
        'content-type': 'application/json',
        ...(key !== null && { authorization: `Bearer ${key}` }),
      }),
      body: JSON.stringify(body),
      // following a redirect could turn the POST into a GET, or send the key to another host
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (error) {
    if (timeout.aborted) throw new EmbeddingError(`${url} did not answer within ${timeoutMs} ms.`, 'service');
    if (signal.aborted) throw new EmbeddingError(`${url} did not answer before the call was aborted.`, 'service');
    throw new EmbeddingError(`${url} cannot be reached: ${quote(reasonOf(error), key)}.`, 'service');
  }
  if (!response.ok)
    throw new EmbeddingError(
      `${url} answered ${response.status}: ${quote(errorMessageIn(text), key)}`,
      faultOf(response.status),
    );
  try {
    return JSON.parse(text);
  } catch {
    throw new EmbeddingError(`${url} answered something other than JSON: ${quote(text, key)}`, 'setup');
  }
}

function faultOf(status: number): Fault {
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'service';
  return status === 400 || status === 413 || status === 422 ? 'text' : 'setup';
}

/** Why fetch failed: the system's error code, such as ECONNREFUSED, if there is one. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

/** The error message in a response body: `error.message`, `error`, or the plain text. */
function errorMessageIn(text: string): string {
  try {
    const { error } = JSON.parse(text);
    const message: unknown = error?.message ?? error;
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

const maxQuoteLength = 200;

/** The beginning of a service's text, on one line, with the key redacted, since some services repeat it. */
function quote(text: string, key: string | null): string {
  const safe =
    key === null ? text : text.replaceAll(key, '[key]').replaceAll(JSON.stringify(key).slice(1, -1), '[key]');
  const line = safe.replace(/\s+/g, ' ').trim();
  return line.length > maxQuoteLength ? `${line.slice(0, maxQuoteLength)}…` : line || '(nothing)';
}
