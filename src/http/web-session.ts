import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSession } from '../transport/request.ts';
import type { OwnPages } from './own-pages.ts';

/** The header of the web page's requests. A page of another origin can only send it after a CORS preflight, and never with cookies. */
export const webHeader = 'x-cq-web';
const cookieName = 'cq_session';

/**
 * The session of the web page, where a request says that it is the page's (`webHeader`); null for every other request, whose cookies
 * are not looked at. `prefix` is the path below which the page reaches this server.
 */
export function webSession(
  pages: OwnPages,
  req: IncomingMessage,
  res: ServerResponse,
  prefix: string,
): WebSession | null {
  if (req.headers[webHeader] === undefined) return null;
  const problem = pages.problemOf(req);
  const attributes = `Path=${prefix}/; HttpOnly; SameSite=Strict${pages.isSecure(req) ? '; Secure' : ''}`;
  const setCookie = (value: string, seconds: number) =>
    res.setHeader('set-cookie', `${cookieName}=${value}; Max-Age=${seconds}; ${attributes}`);
  return {
    problem,
    token: problem === null ? tokenOf(req) : null,
    keep: ({ text, expiresAt }) => setCookie(text, Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000))),
    forget: () => setCookie('', 0),
  };
}

/**
 * The same of a WebSocket, whose handshake has no headers of the page: its payload of `connection_init` says that it is the page's, by
 * `{ "x-cq-web": "1" }`. Null where it does not: the cookie is not looked at then.
 */
export function webSessionOfSocket(
  pages: OwnPages,
  handshake: IncomingMessage,
  connectionInit: Readonly<Record<string, unknown>> | null | undefined,
): Pick<WebSession, 'problem' | 'token'> | null {
  if (typeof connectionInit?.[webHeader] !== 'string') return null;
  const problem = pages.problemOfSocket(handshake);
  return { problem, token: problem === null ? tokenOf(handshake) : null };
}

/** The token in the cookie. Of several, which were set for several paths, browsers send that of the longest path first. */
function tokenOf({ headers }: IncomingMessage): string | null {
  const pairs = headers.cookie?.split(';').map((pair) => pair.trim()) ?? [];
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) || null;
}
