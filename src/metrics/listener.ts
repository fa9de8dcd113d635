import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.ts';
import { destroyAfter } from '../transport/closing.ts';
import { type Reply, sendReply } from '../transport/reply.ts';
import type { MetricsPage } from './page.ts';

/** Time for a request to arrive, and for its answer to be read; how long an idle connection stays, longer than the pause between two scrapes. */
const [requestMs, answerMs, keepAliveMs] = [10_000, 10_000, 65_000];
/** Connections at once: a Prometheus has one. */
const maxConnections = 50;

/** What an operator changes where this cannot listen. */
const variables = { port: 'CQ_METRICS_PORT', host: 'CQ_METRICS_HOST' };

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

export interface MetricsListenerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly page: MetricsPage;
  readonly log: Log;
}

/** Serves `/metrics` at an address of its own, and nothing else. Rejects when it cannot listen. */
export async function listenForMetrics({ host, port, page, log }: MetricsListenerOptions): Promise<MetricsListener> {
  const server = createServer({
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: requestMs,
  });
  server.maxConnections = maxConnections;
  server.keepAliveTimeout = keepAliveMs;
  server.on('request', (req, res) => {
    res.setHeader('x-content-type-options', 'nosniff');
    answer(req, page).then(
      (reply) => {
        sendReply(req, res, reply);
        if (!res.writableFinished) destroyAfter(res, answerMs);
      },
      (error: unknown) => {
        log.error({ err: error, path: '/metrics' }, 'unexpected error');
        if (!res.headersSent) sendReply(req, res, plain(500, 'The metrics could not be written; the log says why.'));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(Object.assign(error, { variables })));
    server.listen(port, host, resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${own}/metrics`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(req: IncomingMessage, page: MetricsPage): Promise<Reply> {
  const [path] = (req.url ?? '').split('?');
  if (path !== '/metrics') return plain(404, 'There is nothing here but /metrics.');
  if (req.method !== 'GET' && req.method !== 'HEAD')
    return plain(405, 'Metrics are read by GET.', { allow: 'GET, HEAD' });
  return page(req);
}

const plain = (status: number, message: string, headers: Record<string, string> = {}): Reply => ({
  status,
  body: `${message}\n`,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
});
