import { readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeError } from '../../src/cli/errors.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { serve } from '../../src/main.ts';
import { bounded, other } from '../../src/metrics/bounded.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { requests } from '../../src/observations/request.ts';
import { startServer, type TestServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';
import { callTool, scrape, send, startMeasured } from './scenario.ts';
import { readScrape, seriesOf, sumOf } from './text-format.ts';

describe('a hostile caller', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  let server: TestServer;
  beforeAll(async () => {
    server = await startMeasured();
  });
  afterAll(async () => {
    agent.destroy();
    await server[Symbol.asyncDispose]();
  });

  /** One of each kind of request in which a caller says what something is called. */
  const asks: readonly ((n: string) => Promise<unknown>)[] = [
    (n) => server.send({ query: `query Own${n} { __typename }`, operationName: `Own${n}` }),
    (n) => server.send({ query: `query McpQuery { own${n}: __typename }` }),
    (n) => server.send({ query: '{ __typename }', operationName: `None${n}` }),
    (n) => server.send({ query: `{ nothing${n} }` }),
    (n) => ask('GET', `/own-${n}`),
    (n) => ask('GET', `/api/v1/own-${n}`),
    (n) => ask('GET', `/graphql?query={__typename}&operationName=Own${n}`),
    (n) => ask('POST', `/assets/${n}.js`),
    (n) => ask('PROPFIND', `/graphql/${n}`),
    (n) => ask(`M-SEARCH`, `/${n}/api/v1/health`),
    (n) => ask('GET', `/metrics/${n}`),
    (n) => ask('GET', '/graphql', { host: `own-${n}.example`, 'user-agent': n, 'x-request-id': n }),
    (n) => send(server, { jsonrpc: '2.0', id: n, method: `own/${n}` }),
    (n) => callTool(server, `own_${n}`, { [`own_${n}`]: n }),
    (n) => ask('POST', '/graphql', { 'content-type': 'application/json' }, JSON.stringify({ documentId: `own-${n}` })),
    (n) => ask('POST', '/api/v1/auth/login', { 'content-type': `application/${n}` }, n),
  ];

  const ask = (method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<void> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
        response.resume();
        response.once('end', resolve);
      });
      sent.once('error', reject);
      sent.end(body);
    });

  const all = async (from: number, to: number) => {
    for (let n = from; n < to; n += 20)
      await Promise.all(Array.from({ length: 20 }, (_, more) => asks.map((one) => one(String(n + more)))).flat());
  };

  it('adds no series, whatever thousands of requests are called', async () => {
    await all(0, 20);
    const before = await scrape(server);
    await all(20, 160);
    const after = await scrape(server);
    const asked = sumOf(after, 'cq_requests_total') - sumOf(before, 'cq_requests_total');
    expect(asked).toBeGreaterThan(2000);
    const named = (found: typeof after) =>
      [...found].flatMap(([name, { samples }]) =>
        // how busy the server was says which statements came together, and what had to wait
        /^cq_(statement|sqlite_lock)/.test(name) ? [] : samples.map((one) => JSON.stringify([one.name, one.labels])),
      );
    expect(named(after)).toEqual(named(before));
    expect(seriesOf(after)).toBeLessThan(5000);
    const labels = [...after.values()].flatMap(({ samples }) => samples.map((one) => one.labels));
    expect(JSON.stringify(labels)).not.toMatch(/own[^\w ]|own\w|none\d/i);
  });

  it('finds nothing but the metrics at their own port, which takes nothing', async () => {
    const url = server.metricsUrl ?? '';
    const statuses = await Promise.all(
      [
        fetch(url.replace('/metrics', '/')),
        fetch(url.replace('/metrics', '/graphql')),
        fetch(url, { method: 'POST', body: 'x'.repeat(100_000) }),
        fetch(url, { method: 'HEAD' }),
        fetch(`${url}?x=1`),
        // it has an address of its own
        fetch(`${server.url}/metrics`),
      ].map(async (response) => (await response).status),
    );
    expect(statuses).toEqual([404, 404, 405, 200, 200, 404]);
  });
});

it('a label has so many values at most', () => {
  const name = bounded(3);
  const names = Array.from({ length: 1000 }, (_, n) => name(`name ${n % 500}`));
  expect(new Set(names)).toEqual(new Set(['name 0', 'name 1', 'name 2', other]));
  expect(name('name 1')).toBe('name 1');
});

it('those who scrape at the same time, and soon after, share one text', async () => {
  const metrics = createMetrics({ build: { version: '1' }, reuseMs: 60_000 });
  const texts = await Promise.all(Array.from({ length: 100 }, () => metrics.scrape()));
  expect(metrics.scrape()).toBe(metrics.scrape());
  expect(await metrics.scrape()).toBe(texts[99]);
  // before there are any parts
  expect(sumOf(readScrape(texts[0] ?? ''), 'cq_started')).toBe(0);
  metrics.stop();
});

describe('a database that does not answer', () => {
  it('leaves out what it is asked for, and nothing else; the scrape is answered in time', async () => {
    await using server = await startMeasured();
    const { store } = server;
    vi.spyOn(store, 'ping').mockRejectedValue(new Error('gone'));
    const asked = vi.spyOn(store.stats, 'statusCounts').mockReturnValue(new Promise(() => {}));
    const begun = performance.now();
    const found = await scrape(server);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const up = Object.fromEntries(
      (found.get('cq_figure_up')?.samples ?? []).map(({ labels, value }) => [labels.figure, value]),
    );
    expect(up).toEqual({ schema: 0, units: 0, embeddings: 1, webhooks: 1, subscriptions: 1, files: 1 });
    expect(found.get('cq_units')?.samples).toEqual([]);
    expect(sumOf(found, 'cq_started')).toBe(1);
    expect(found.get('cq_webhooks')?.samples).toHaveLength(2);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});

describe('a port that is taken', () => {
  it('fails the start before the database is touched, and says which variable to set', async () => {
    using folder = temporaryFolder();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const before = requests.hasSubscribers;
    const config = readConfig({ CQ_DB_PATH: folder.file('cq.db'), CQ_PORT: '0', CQ_METRICS_PORT: String(port) });
    const failure = await serve(config, createLog('silent')).catch((error: unknown) => error);
    holder.close();
    expect(describeError(failure).message).toBe(`port ${port} is in use: stop what uses it, or set CQ_METRICS_PORT.`);
    expect(readdirSync(folder.path)).toEqual([]);
    expect(requests.hasSubscribers).toBe(before);
  });
});

describe('the token', () => {
  const token = 'a token of some length';
  const get = (url: string, authorization?: string, method = 'GET') =>
    fetch(`${url}/metrics`, { method, headers: { ...(authorization !== undefined && { authorization }) } });

  it('is asked for at the port of the server', async () => {
    const secret = token.replaceAll(' ', '-');
    await using server = await startServer({ CQ_METRICS_TOKEN: secret });
    expect(server.metricsUrl).toBeNull();
    for (const given of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(1)}`,
      `Basic ${secret}`,
      secret,
    ])
      expect([given, (await get(server.url, given)).status]).toEqual([given, 401]);
    const refused = await get(server.url);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.text()).not.toContain('cq_');
    const response = await get(server.url, `Bearer ${secret}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(
      sumOf(readScrape(await response.text()), 'cq_requests_total', { door: 'page', code: '401' }),
    ).toBeGreaterThan(0);
    expect((await get(server.url, `bearer ${secret}`, 'HEAD')).status).toBe(200);
    expect((await get(server.url, `Bearer ${secret}`, 'POST')).status).toBe(405);
  });

  it('is asked for at a port of their own too, where there is one', async () => {
    await using server = await startServer({ CQ_METRICS_TOKEN: 'secret', CQ_METRICS_PORT: '0' });
    const url = (server.metricsUrl ?? '').replace('/metrics', '');
    const statuses = [await get(url), await get(url, 'Bearer secret'), await get(server.url, 'Bearer secret')];
    expect(statuses.map(({ status }) => status)).toEqual([401, 200, 404]);
  });

  it('is not asked for where nothing is configured: nothing is served or counted', async () => {
    const before = requests.hasSubscribers;
    await using server = await startServer();
    expect((await get(server.url)).status).toBe(404);
    expect(requests.hasSubscribers).toBe(before);
  });
});
