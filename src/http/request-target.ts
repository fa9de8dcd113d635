import type { IncomingMessage } from 'node:http';
import { shortened } from '../errors.ts';

/** The path of a request, and why its target or its `Host` header is malformed; null where they are well-formed. */
export interface RequestTarget {
  readonly path: string;
  readonly problem: string | null;
}

const hostForm = /^(?:\[[\da-f:.]+\]|[^\s/?#@:[\]\\^|<>"`{}]+)(?::\d{0,5})?$/i;
const absoluteForm = /^https?:\/\//i;

/**
 * Reads and normalises the request target (RFC 9112, sections 3.2 and 3.3). Rewrites the absolute form to the origin form: the
 * authority becomes the `Host` header and the rest `req.url`. Where there is no problem, `http://${host}${req.url}` is a URL.
 */
export function readRequestTarget(req: IncomingMessage): RequestTarget {
  const problem = hostProblem(req) ?? normalise(req);
  const { url = '/' } = req;
  const end = url.indexOf('?');
  return { path: end < 0 ? url : url.slice(0, end), problem };
}

function normalise(req: IncomingMessage): string | null {
  const { url = '', headers } = req;
  const problem = `The request target must be a path or a URL, got ${shown(url)}.`;
  if (!absoluteForm.test(url)) return url.startsWith('/') || (url === '*' && req.method === 'OPTIONS') ? null : problem;
  const absolute = URL.parse(url);
  const authority = url.replace(absoluteForm, '').split(/[/?#]/)[0] ?? '';
  if (!absolute || !isHost(authority)) return problem;
  headers.host = absolute.host;
  req.url = `${absolute.pathname}${absolute.search}`;
  return null;
}

function hostProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  const { host } = headers;
  // of several Host headers Node keeps the first
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && /^host$/i.test(name)).length;
  if (count > 1) return `There must be one Host header, got ${count}.`;
  if (host === undefined) return httpVersion === '1.0' ? null : 'There must be a Host header, got none.';
  if (isHost(host)) return null;
  return `The Host header must be a host name or an IP address, with a port up to 65535 or without, got ${shown(host)}.`;
}

// cached, since nearly all requests of a process have the same Host
let lastHost = '';

function isHost(host: string): boolean {
  if (host === lastHost && host !== '') return true;
  const isOne = hostForm.test(host) && URL.canParse(`http://${host}/`);
  if (isOne) lastHost = host;
  return isOne;
}

const shown = (text: string) => JSON.stringify(shortened(text));
