import type { IncomingMessage } from 'node:http';

/** Where a client reaches this server, as links and redirects need it. */
export interface PublicPath {
  /** The path below which a reverse proxy serves this server, such as `/cq`; empty where there is none. */
  readonly prefix: string;
  /** What a path of this server is added to: `https://host/cq` where `CQ_PUBLIC_URL` is set, else the prefix alone. */
  readonly baseUrl: string;
}

export interface PublicPathOptions {
  /** `CQ_PUBLIC_URL`, without a slash at the end. */
  readonly publicUrl: string | null;
  /** `CQ_TRUST_PROXY`. */
  readonly trustProxy: number;
}

/** Segments without anything that would need to be escaped in a header, in JSON or in HTML; none of dots alone. */
const prefixForm = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/;
const maxPrefixLength = 200;

/**
 * Creates a function that tells where the client of a request reaches this server: below the path of `CQ_PUBLIC_URL`, or below
 * the `X-Forwarded-Prefix` of as many trusted proxies, of which each may have added its own. Without trusted proxies the header
 * is the client's own claim and ignored, and so is one that is no plain path.
 */
export function publicPath({ publicUrl, trustProxy }: PublicPathOptions): (req: IncomingMessage) => PublicPath {
  const url = publicUrl === null ? null : new URL(publicUrl);
  const configured: PublicPath = {
    prefix: (url?.pathname ?? '').replace(/\/{2,}/g, '/').replace(/\/$/, ''),
    baseUrl: publicUrl ?? '',
  };
  if (trustProxy === 0) return () => configured;
  return ({ headers }) => {
    const given = [headers['x-forwarded-prefix'] ?? []].flat().join(',').split(',').slice(-trustProxy);
    const prefix = given.map((part) => part.trim().replace(/\/$/, '')).join('');
    if (prefix.length > maxPrefixLength || !prefixForm.test(prefix)) return configured;
    return { prefix, baseUrl: `${url?.origin ?? ''}${prefix}` };
  };
}

/** Slashes at the end of a path that is more than slashes. */
const endSlashes = /(?<=[^/])\/+$/;

/**
 * The path of a route, from the path of a request: without the prefix, where the proxy passes it on and does not strip it, and
 * without a slash at its end. Where both readings are routes, as below a prefix like `/api`, the one without the prefix counts,
 * unless that is the root.
 */
export function routePath(path: string, prefix: string, isRoute: (path: string) => boolean): string {
  const isBelow = prefix !== '' && (path === prefix || path.startsWith(`${prefix}/`));
  const inner = isBelow ? path.slice(prefix.length) || '/' : path;
  for (const candidate of inner === '/' ? [path, inner] : [inner, path]) {
    const bare = candidate.replace(endSlashes, '');
    if (isRoute(bare)) return bare;
    if (isRoute(candidate)) return candidate;
  }
  return inner;
}
