import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Reply } from '../transport/reply.ts';
import type { Metrics } from './metrics.ts';

/** Answers a request for metrics. */
export type MetricsPage = (req: IncomingMessage) => Promise<Reply>;

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** The page of metrics, for whoever bears the token; for all where that is null. */
export function createMetricsPage(metrics: Metrics, token: string | null): MetricsPage {
  const expected = token === null ? null : digestOf(token);
  return async ({ headers }) => {
    if (expected !== null && !bears(headers.authorization, expected))
      return {
        status: 401,
        body: 'Send the token of CQ_METRICS_TOKEN as "Authorization: Bearer TOKEN".\n',
        headers: { ...text, 'www-authenticate': 'Bearer', 'cache-control': 'no-store' },
      };
    return {
      status: 200,
      body: await metrics.scrape(),
      headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
    };
  };
}

/** In a time that says nothing about the token: digests are compared, which have one length. */
function bears(header: string | undefined, expected: Buffer): boolean {
  const [, given] = /^Bearer +(\S+) *$/i.exec(header ?? '') ?? [];
  return given !== undefined && timingSafeEqual(digestOf(given), expected);
}

const digestOf = (token: string) => createHash('sha256').update(token).digest();
