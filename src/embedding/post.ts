import { EmbeddingError, type Fault } from './failure.ts';

export interface Endpoint {
  readonly url: string;
  readonly key: string | null;
  readonly timeoutMs: number;
}

/** Sends JSON and answers with the JSON that comes back. Throws `EmbeddingError` for everything else. */
export async function post({ url, key, timeoutMs }: Endpoint, body: object, signal: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      // a redirect would turn the request into a GET, or take the key elsewhere
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (error) {
    if (timeout.aborted) throw new EmbeddingError(`${url} did not answer within ${timeoutMs} ms.`, 'service');
    if (signal.aborted) throw new EmbeddingError(`${url} did not answer before the call was given up.`, 'service');
    throw new EmbeddingError(`${url} cannot be reached: ${quote(reasonOf(error), key)}.`, 'service');
  }
  if (!response.ok)
    throw new EmbeddingError(
      `${url} answered ${response.status}: ${quote(complaintIn(text), key)}`,
      toErrorResponse(response.status),
    );
  try {
    return JSON.parse(text);
  } catch {
    throw new EmbeddingError(`${url} answered something else than JSON: ${quote(text, key)}`, 'setup');
  }
}

function toErrorResponse(status: number): Fault {
  if (status >= 500 || status === 408 || status === 425 || status === 429) return 'service';
  return status === 400 || status === 413 || status === 422 ? 'text' : 'setup';
}

/** Why fetch failed: the code of the system, such as ECONNREFUSED, where there is one. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

/** What an error's body says; services write it as `error.message`, as `error`, or as plain text. */
function complaintIn(text: string): string {
  try {
    const { error } = JSON.parse(text);
    const complaint: unknown = error?.message ?? error;
    return typeof complaint === 'string' ? complaint : text;
  } catch {
    return text;
  }
}

const quoteLength = 200;

/** The beginning of what a service said, on one line, without the key, which some repeat. */
function quote(text: string, key: string | null): string {
  const safe =
    key === null ? text : text.replaceAll(key, '[key]').replaceAll(JSON.stringify(key).slice(1, -1), '[key]');
  const line = safe.replace(/\s+/g, ' ').trim();
  return line.length > quoteLength ? `${line.slice(0, quoteLength)}…` : line || '(nothing)';
}
