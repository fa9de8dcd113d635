import type { IncomingMessage } from 'node:http';
import type { Reply } from '../transport/reply.ts';
import type { OwnPages } from './own-pages.ts';
import type { Page, Routes } from './routes.ts';
import { fileReply, type WebFiles } from './web-files.ts';

/** The addresses within the web page, each with all that is below it: the page itself knows what it shows there. */
const views = ['review', 'find', 'units', 'attention', 'dashboard', 'mine', 'connect', 'invitation', 'admin'];

/**
 * The web page, for browsers (`Accept: text/html`): its `index.html` at `/` and at the addresses within it, and its files. `otherwise`
 * answers other clients at `/`.
 */
export function webPages({ index, files }: WebFiles, ownPages: OwnPages, otherwise: Page): Routes['pages'] {
  const page: Page = (req, prefix) => (asksForHtml(req) ? indexReply(index, prefix, ownPages.hostOf(req)) : null);
  return {
    ...Object.fromEntries(views.flatMap((view) => [`/${view}`, `/${view}/`]).map((path) => [path, page])),
    ...Object.fromEntries([...files].map(([path, file]) => [path, (req: IncomingMessage) => fileReply(file, req)])),
    '/': (req, prefix) => page(req, prefix) ?? otherwise(req, prefix),
  };
}

const asksForHtml = ({ headers }: IncomingMessage) => headers.accept?.includes('text/html') === true;

/** Never kept by a browser: it names the files of this very version. */
function indexReply(index: string, prefix: string, host: string | null): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy(host),
  };
  // a prefix has nothing in it that means something in HTML
  return { status: 200, body: index.replace(/(?<==")\.\//g, `${prefix}/`), headers };
}

/**
 * Nothing inline, nothing evaluated, nothing from elsewhere, and no text that becomes HTML or a script (Trusted Types, of which there are none).
 * Not every browser takes WebSockets for part of 'self'.
 */
const contentSecurityPolicy = (host: string | null) => {
  const sockets = host !== null && /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : '';
  return (
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; ` +
    `connect-src 'self'${sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; ` +
    `require-trusted-types-for 'script'; trusted-types 'none'`
  );
};
