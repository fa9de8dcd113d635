import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startProcess, temporaryFolder } from '../process.ts';

it('the log has the trace, and a collector that does not answer holds up neither requests nor the end', async () => {
  using folder = temporaryFolder();
  let posts = 0;
  const silent = createServer((request) => {
    posts++;
    request.resume();
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const server = await startProcess({
    ...{ CQ_DB_PATH: folder.file('cq.db'), CQ_LOG_FORMAT: 'json', OTEL_BSP_SCHEDULE_DELAY: '10' },
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  });
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{ "query": "{ serverInfo { version } }" }',
  });
  expect(response.status).toBe(200);
  const [, traceId, spanId] = response.headers.get('traceresponse')?.split('-') ?? [];
  await expect.poll(() => posts).toBeGreaterThan(0);
  const before = performance.now();
  const { code, stdout } = await server.stop();
  expect(code).toBe(0);
  expect(performance.now() - before).toBeLessThan(10_000);
  const line = stdout.split('\n').find((text) => text.includes('"/graphql"')) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({ msg: 'request', traceId, spanId });
});
