import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Reply } from '../transport/reply.ts';
import { graphiqlGuard } from './graphiql-guard.ts';

/** The query that the page shows, which is always trusted (`CQ_TRUSTED_DOCUMENTS`). */
export const example = `# Welcome. Ctrl-Enter runs the query; the book on the left is the documentation.
query Search {
  search(text: "webhook signature", first: 3) {
    edges {
      score
      node {
        id
        domains
        insight { summary detail action }
        evidence { confidence confirmations }
      }
    }
  }
}
`;

// scripts and workers are inline, and the page may send requests to this server only
const contentSecurityPolicy =
  "default-src 'self'; script-src 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'unsafe-inline'; " +
  "img-src 'self' data:; font-src data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `GET /graphql` with `Accept: text/html`: the GraphiQL page, from the package itself. Null leaves other requests to the API. */
export function graphiqlPage(): (req: IncomingMessage) => Promise<Reply | null> {
  let page: Promise<{ plain: Buffer; zipped: Buffer }> | undefined;
  return async (req) => {
    if (!req.headers.accept?.includes('text/html')) return null;
    // nine megabytes, so rendered at the first request
    page ??= renderPage();
    const { plain, zipped } = await page;
    const zip = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-cache',
      ...(zip && { 'content-encoding': 'gzip' }),
    };
    return { status: 200, body: zip ? zipped : plain, headers };
  };
}

/** The element that GraphiQL renders into; its own script follows it. */
const root = '<div id="root"></div>';

async function renderPage() {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  // without an endpoint it sends its requests to the page's own path, whatever prefix that has
  const rendered = renderGraphiQL({ title: 'cq', defaultQuery: example });
  const [before, after, ...more] = rendered.split(root);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('the page of GraphiQL has changed');
  const html = `${before}${root}\n<script id="cq-guard">${graphiqlGuard()}</script>${after}`;
  const plain = Buffer.from(html);
  return { plain, zipped: await promisify(gzip)(plain) };
}
