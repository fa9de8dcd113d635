import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';

const suite = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js');

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The others are for what this server does not offer, or ask for tools by the names of the suite's own server. */
it.for(['server-initialize', 'ping', 'tools-list', 'prompts-list', 'dns-rebinding-protection'])(
  'passes %s of the official conformance suite',
  async (scenario) => {
    const args = [suite, 'server', '--url', `${server.url}/mcp`, '--scenario', scenario];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [, passed, , failed] = /Passed: (\d+)\/(\d+), (\d+) failed/.exec(stdout) ?? [];
    expect([stdout, Number(passed) > 0, failed]).toEqual([stdout, true, '0']);
  },
);
