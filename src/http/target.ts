import type { IncomingMessage } from 'node:http';

/** Where a request goes: to a path of ours, or nowhere, and why. */
export type Target = { readonly path: string } | { readonly problem: string };

const hostForm = /^(?:\[[\da-f:.]+\]|[^\s/?#@:[\]\\^|<>"`{}]+)(?::\d{0,5})?$/i;
const absoluteForm = /^https?:\/\//i;

/**
 * Reads where a request goes (RFC 9112, sections 3.2 and 3.3). A target in absolute form is made one in origin form, its
 * authority the `Host`. After this, `http://`, the host and the target make a URL.
 */
export function readTarget(req: IncomingMessage): Target {
  const { url = '', headers } = req;
  const problem = hostProblem(req);
  if (problem) return { problem };
  if (absoluteForm.test(url)) {
    const absolute = URL.parse(url);
    const authority = url.replace(absoluteForm, '').split(/[/?#]/)[0] ?? '';
    if (!absolute || !isHost(authority))
      return { problem: `The request target must be a path or a URL, got ${shown(url)}.` };
    headers.host = absolute.host;
    req.url = `${absolute.pathname}${absolute.search}`;
  } else if (!url.startsWith('/') && !(url === '*' && req.method === 'OPTIONS'))
    return { problem: `The request target must be a path or a URL, got ${shown(url)}.` };
  const path = req.url ?? '';
  const end = path.indexOf('?');
  return { path: end < 0 ? path : path.slice(0, end) };
}

function hostProblem({ headers, rawHeaders, httpVersion }: IncomingMessage): string | null {
  const { host } = headers;
  // Node keeps the first of several
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && /^host$/i.test(name)).length;
  if (count > 1) return `There must be one Host header, got ${count}.`;
  if (host === undefined) return httpVersion === '1.0' ? null : 'There must be a Host header, got none.';
  if (isHost(host)) return null;
  return `The Host header must be a host name or an IP address, with a port up to 65535 or without, got ${shown(host)}.`;
}

// nearly all requests of a process name the same one
let lastHost = '';

function isHost(host: string): boolean {
  if (host === lastHost && host !== '') return true;
  const isOne = hostForm.test(host) && URL.canParse(`http://${host}/`);
  if (isOne) lastHost = host;
  return isOne;
}

const shown = (text: string) => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
