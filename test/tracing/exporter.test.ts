import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { TracingConfig } from '../../src/config/tracing.ts';
import type { Log } from '../../src/log.ts';
import { begun, ended } from '../../src/observations/observed.ts';
import { type RequestObservation, requests } from '../../src/observations/request.ts';
import { startTracing } from '../../src/tracing/start-tracing.ts';

/** A collector that does what it is told, and counts what it is sent. */
async function collector(answer: (response: ServerResponse, request: IncomingMessage, count: number) => void) {
  const bodies: Buffer[] = [];
  const types: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    types.push(request.headers['content-type']);
    answer(response, request, bodies.push(Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/v1/traces`, bodies, types, close };
}

function startTo(url: string, changes: Partial<TracingConfig> = {}) {
  const said: string[] = [];
  const say = (level: string) => (fields: object | string, message?: string) =>
    said.push(`${level} ${message ?? fields} ${(fields as { reason?: string }).reason ?? ''}`.trim());
  const log = { warn: say('warn'), info: say('info'), error: say('error'), debug() {} } as unknown as Log;
  const tracing = startTracing(
    {
      ...{ url, headers: {}, protocol: 'http/json', timeoutMs: 300, delayMs: 5, resource: { 'service.name': 'x' } },
      ...{ sampler: { ratio: 1, followsCaller: true }, ...changes },
    },
    { version: '1', log },
  );
  return { tracing, said };
}

function request(headers: Record<string, string> = {}, path = '/graphql'): RequestObservation {
  const message: RequestObservation = {
    ...{ since: performance.now(), ms: 0, status: 200, isStream: false, isCutOff: false, door: 'graphql' as const },
    ...{ method: 'POST', path, route: '/graphql', requestId: 'r', headers, fields: {}, setHeader: null },
  };
  begun(requests, message, () => {});
  ended(requests, message);
  return message;
}

const until = (passes: () => boolean) => expect.poll(passes, { interval: 5 }).toBe(true);
const spansIn = (body: Buffer) => JSON.parse(String(body)).resourceSpans[0].scopeSpans[0].spans as object[];

it('a collector that is gone is warned of once, and what is sent again once it is back', async () => {
  const there = await collector((response) => response.end());
  await there.close();
  const { tracing, said } = startTo(there.url);
  request();
  await until(() => said.length === 1);
  request();
  await tracing.stop();
  expect(said).toEqual(['warn traces cannot be sent, and are dropped ECONNREFUSED']);
});

it('one that is busy is asked again', async () => {
  const busy = await collector((response, _, count) => response.writeHead(count === 1 ? 503 : 200).end());
  const { tracing, said } = startTo(busy.url, { timeoutMs: 5000 });
  request();
  await until(() => busy.bodies.length === 2);
  await tracing.stop();
  expect(spansIn(busy.bodies[1] as Buffer)).toHaveLength(1);
  expect(said).toEqual([]);
});

it.each([
  ['never answers', () => {}, 'the collector did not answer in time'],
  [
    'begins an answer that never ends',
    (response: ServerResponse) => void response.writeHead(500).write('x'),
    'the collector answered 500',
  ],
  ['refuses', (response: ServerResponse) => void response.writeHead(401).end('no'), 'the collector answered 401'],
  [
    'leads elsewhere',
    (response: ServerResponse) => void response.writeHead(307, { location: '/other' }).end(),
    'the collector answered 307',
  ],
])('one that %s costs no more than its time', async (_, answer, reason) => {
  const other = await collector(answer);
  const { tracing, said } = startTo(other.url);
  request();
  await until(() => said.length === 1);
  expect(said).toEqual([`warn traces cannot be sent, and are dropped ${reason}`]);
  await tracing.stop();
  expect(other.bodies).toHaveLength(1);
});

it('one that answers without end is not read', async () => {
  let written = 0;
  const endless = await collector((response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const { tracing, said } = startTo(endless.url);
  request();
  await until(() => endless.bodies.length === 1);
  await tracing.stop();
  const before = written;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(written).toBe(before);
  expect(written).toBeLessThan(50_000_000);
  expect(said).toEqual([]);
});

it('a collector that takes its time keeps no more than a queue, and a stop waits no longer than 2 s', async () => {
  const slow = await collector(() => {});
  const { tracing, said } = startTo(slow.url, { timeoutMs: 600_000 });
  for (let n = 0; n < 20_000; n++) request();
  await until(() => slow.bodies.length === 1);
  const before = performance.now();
  await tracing.stop();
  expect(performance.now() - before).toBeLessThan(4000);
  const sent = slow.bodies.reduce((sum, body) => sum + spansIn(body).length, 0);
  expect(sent).toBeLessThanOrEqual(2048 + 512);
  expect(said[0]).toMatch(/^warn/);
  // nobody listens any more
  expect(requests.hasSubscribers).toBe(false);
});

it('protobuf has what JSON has', async () => {
  const own = await collector((response) => response.end());
  const { tracing } = startTo(own.url, { protocol: 'http/protobuf' });
  const { fields } = request();
  await until(() => own.bodies.length === 1);
  await tracing.stop();
  expect(own.types).toEqual(['application/x-protobuf']);
  const [body] = own.bodies as [Buffer];
  expect(body.includes(Buffer.from('POST /graphql'))).toBe(true);
  expect(body.includes(Buffer.from(fields.traceId ?? '?', 'hex'))).toBe(true);
});

it('callers have no more traced than the part that is, whatever id and flag they send', async () => {
  const own = await collector((response) => response.end());
  const { tracing } = startTo(own.url, { sampler: { ratio: 0.1, followsCaller: true } });
  // an id of zeros, which a sampler that goes by ids takes always
  for (let n = 1; n <= 1000; n++) {
    const traceparent = `00-${n.toString(16).padStart(32, '0')}-00f067aa0ba902b7-01`;
    request({ traceparent, tracestate: 'a=1' });
  }
  await tracing.stop();
  const sent = own.bodies.reduce((sum, body) => sum + spansIn(body).length, 0);
  expect(sent).toBeGreaterThan(30);
  expect(sent).toBeLessThan(250);
});

it('a sampler that is off sends nothing, and answers still say which trace it is', async () => {
  const own = await collector((response) => response.end());
  const { tracing } = startTo(own.url, { sampler: { ratio: 0, followsCaller: false } });
  const { fields } = request({ traceparent: `00-${'a'.repeat(32)}-00f067aa0ba902b7-01` });
  await tracing.stop();
  expect(fields.traceId).toBe('a'.repeat(32));
  expect(own.bodies).toEqual([]);
});
