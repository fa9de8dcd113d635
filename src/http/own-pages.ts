import type { IncomingMessage } from 'node:http';

export interface OwnPagesOptions {
  /** `CQ_PUBLIC_URL`. */
  readonly publicUrl: string | null;
  /** `CQ_TRUST_PROXY`. */
  readonly trustProxy: number;
}

type Request = Pick<IncomingMessage, 'headers'>;

/** Tells requests of this server's own pages from those of other sites, as browsers mark them. */
export interface OwnPages {
  /** Why a request does not come from a page of this server; null where it does. */
  problemOf(req: Request): string | null;
  /** The same of a WebSocket's handshake, in which `Origin` is what browsers always send. */
  problemOfSocket(req: Request): string | null;
  /** Whether the page was loaded over https, as far as it is known. */
  isSecure(req: Request): boolean;
  /** The host, with its port, by which the client reaches this server; null where there is none in the request. */
  hostOf(req: Request): string | null;
}

/**
 * A browser says by `Sec-Fetch-Site` whether a request is of the same origin, and no script can set that header. Over plain http it
 * leaves it out: then `Origin` has to be that of `CQ_PUBLIC_URL`, or have the host that the request is sent to. Only where a
 * trusted proxy names the scheme can that be compared too; that of the page decides whether it may keep a secure cookie.
 */
export function createOwnPages({ publicUrl, trustProxy }: OwnPagesOptions): OwnPages {
  const configured = publicUrl === null ? null : new URL(publicUrl);

  /** What the outermost trusted proxy says, or the only one that says anything. */
  function forwarded({ headers }: Request, name: string): string | undefined {
    if (trustProxy === 0) return undefined;
    const values = [headers[name] ?? []].flat().join(',').split(',');
    return (values.at(-trustProxy) ?? values[0])?.trim().toLowerCase() || undefined;
  }

  const hostOf = (req: Request) => forwarded(req, 'x-forwarded-host') ?? req.headers.host ?? null;

  function isOwn(origin: string, req: Request): boolean {
    const page = URL.parse(origin);
    if (!page) return false;
    if (page.host === configured?.host) return page.origin === configured.origin;
    const scheme = forwarded(req, 'x-forwarded-proto');
    if (scheme !== undefined && page.protocol !== `${scheme}:`) return false;
    // without the port that is the scheme's own
    return page.host !== '' && page.host === URL.parse(`${page.protocol}//${hostOf(req)}`)?.host;
  }

  function problemOfSocket(req: Request): string | null {
    const { origin } = req.headers;
    if (origin !== undefined && isOwn(origin, req)) return null;
    return (
      `It must come from a page of this server, ${configured?.origin ?? hostOf(req)}, got the origin ` +
      `${origin?.slice(0, 200) ?? 'none'}. Behind a proxy, set CQ_PUBLIC_URL, or let the proxy pass on Host.`
    );
  }

  return {
    problemOf(req) {
      const site = req.headers['sec-fetch-site'];
      if (site === undefined) return problemOfSocket(req);
      if (site === 'same-origin') return null;
      return `It must come from a page of this server, and the browser says that it is ${String(site).slice(0, 20)}.`;
    },
    problemOfSocket,
    isSecure(req) {
      const { origin } = req.headers;
      if (origin !== undefined && origin !== 'null') return origin.startsWith('https:');
      return (forwarded(req, 'x-forwarded-proto') ?? configured?.protocol)?.startsWith('https') === true;
    },
    hostOf,
  };
}
