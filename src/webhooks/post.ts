import { type LookupAddress, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isReachable, literalIn, notPublic, problemOfUrl, type Reachable } from './reachable.ts';

/** What a receiver has answered. */
export interface Answer {
  readonly status: number;
  /** The first bytes, as text. */
  readonly text: string;
  /** The header `Retry-After`, in seconds; null where there is none, or it is none. */
  readonly retryAfterSeconds: number | null;
}

/** There was no answer; the message is a sentence that says why. */
export class NoAnswerError extends Error {}

/** Resolves a name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface PostOptions {
  readonly reachable: Reachable;
  /** For all of it: resolving, connecting, sending, and the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** That of the system, unless told otherwise. */
  readonly resolve?: Resolve;
}

/** Bytes of the answer that are read: no more than is shown of it. */
export const maxAnswerBytes = 1024;

const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * Posts a body to a URL over a connection of its own, and follows no redirect. The name is resolved once, and the connection goes to an
 * address that was checked: a name that changes between the two (DNS rebinding) leads nowhere else. Throws `NoAnswerError`.
 */
export function post(
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { reachable, timeoutMs, signal, resolve = resolveBySystem }: PostOptions,
): Promise<Answer> {
  const problem = problemOfUrl(target, reachable);
  if (problem !== null) return Promise.reject(new NoAnswerError(`The URL ${problem}`));
  const url = new URL(target);
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((done, fail) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), 'accept-encoding': 'identity' },
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
      ...(literalIn(url) === null && { lookup: checkedLookup(resolve, reachable) }),
    });
    /** Answers with what has come; the status has: that the rest does not is no failure. */
    let end: (() => void) | null = null;
    request.on('error', (error) => (end ? end() : fail(new NoAnswerError(reasonOf(error)))));
    // without a word of what it was, such as after an answer that leads to another protocol
    request.on('close', () => (end ? end() : fail(new NoAnswerError('The receiver closed the connection.'))));
    request.on('upgrade', ({ statusCode = 0 }, socket) => {
      done({ status: statusCode, text: '', retryAfterSeconds: null });
      socket.destroy();
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answered = () => {
        const text = Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8');
        done({ status: response.statusCode ?? 0, text, retryAfterSeconds: secondsIn(response.headers['retry-after']) });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxAnswerBytes) answered();
      });
      response.on('end', answered);
      response.on('error', answered);
      end = answered;
    });
    request.end(body);

    function reasonOf(error: NodeJS.ErrnoException): string {
      if (error instanceof NoAnswerError) return error.message;
      if (timeout.aborted) return `The receiver did not answer within ${timeoutMs} ms.`;
      if (signal.aborted) return 'The server was stopped before the receiver answered.';
      return `The receiver cannot be reached: ${error.code ?? error.message}.`;
    }
  });
}

/** A lookup for a connection, which fails unless all addresses of the name may be sent to: one that may not is no accident. */
const checkedLookup =
  (resolve: Resolve, reachable: Reachable): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const refused = addresses.find(({ address }) => !isReachable(address, reachable));
        const [first] = addresses;
        if (refused)
          callback(new NoAnswerError(`${hostname} leads to ${refused.address}: ${notPublic}`), [], undefined);
        else if (!first) callback(new NoAnswerError(`${hostname} has no address.`), [], undefined);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, [], undefined),
    );
  };

function secondsIn(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null;
}
