import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createMcpHandler,
  type JSONRPCRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Execute, ExecutionContext } from '../../src/graphql/execute.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { createLog } from '../../src/log.ts';
import { modern } from '../../src/mcp/plain-request.ts';
import { createMcpServer, type McpServerOptions } from '../../src/mcp/server.ts';
import { createStandingServer } from '../../src/mcp/standing-server.ts';
import { readTools } from '../../src/mcp/tools.ts';

type Era = 'legacy' | 'modern';

const envelope = {
  'io.modelcontextprotocol/protocolVersion': modern.revision,
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

const requestOf = (era: Era, method: string, params: object = {}, id: string | number = 1): JSONRPCRequest => ({
  jsonrpc: '2.0',
  id,
  method,
  params: { ...params, ...(era === 'modern' && { _meta: envelope }) },
});

const callOf = (era: Era, name: string, args: object = {}, id: string | number = 1) =>
  requestOf(era, 'tools/call', { name, arguments: args }, id);

const schema = buildSchema(readTypeDefs());
const optionsWith = (execute: Execute): McpServerOptions => ({
  tools: readTools(schema, execute),
  version: '1.0.0',
  log: createLog('silent'),
});

function standing(era: Era, execute: Execute) {
  const options = optionsWith(execute);
  const versions = era === 'modern' && { supportedProtocolVersions: [modern.revision] };
  return createStandingServer(
    (callerOf) => createMcpServer({ ...options, ...versions }, callerOf),
    era === 'modern' ? modern : null,
    (error) => {
      throw error;
    },
  );
}

const caller = (requestId: string) => ({ requestId, logFields: {} }) as ExecutionContext;

/** An operation whose answer names its caller. */
const namingCaller: Execute = async (_params, { requestId }) => ({ data: { stats: null, viewer: requestId } });

/** What the SDK's own HTTP handlers answer, with a server for this request alone. */
async function answeredBySdk(era: Era, request: JSONRPCRequest, execute: Execute): Promise<string> {
  const server = createMcpServer(optionsWith(execute), () => caller('own'));
  const { name = '' } = (request.params ?? {}) as { readonly name?: string };
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(era === 'modern' && {
      'mcp-protocol-version': modern.revision,
      'mcp-method': request.method,
      'mcp-name': name,
    }),
  };
  const sent = new Request('http://localhost/mcp', { method: 'POST', headers, body: JSON.stringify(request) });
  if (era === 'modern') return (await createMcpHandler(() => server, { legacy: 'reject' }).fetch(sent)).text();
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  return (await transport.handleRequest(sent)).text();
}

describe.for<Era>(['legacy', 'modern'])('a standing server of the %s protocol', (era) => {
  it.for([
    callOf(era, 'status'),
    callOf(era, 'query', { domains: 5 }, 'é"'),
    callOf(era, 'confirm', {}, 0),
    callOf(era, 'nope'),
    requestOf(era, 'tools/list'),
    requestOf(era, 'prompts/list', { cursor: 'x' }),
    requestOf(era, 'prompts/get', { name: 'consult', arguments: { task: 'x' } }),
    requestOf(era, 'prompts/get', { name: 'consult' }),
    requestOf(era, 'prompts/get', { name: 'nope' }),
  ])('answers %j as a server for one request does, to the byte', async (request) => {
    const answer = await standing(era, namingCaller).answer(request, caller('own'));
    expect(JSON.stringify(answer)).toBe(await answeredBySdk(era, request, namingCaller));
  });

  it('answers each of many callers at once with what is its own, whose ids are the same', async () => {
    const order: (() => void)[] = [];
    const server = standing(era, async (params, request) => {
      await new Promise<void>((resolve) => order.push(resolve));
      return namingCaller(params, request);
    });
    const names = Array.from({ length: 50 }, (_one, place) => `caller ${place}`);
    const answers = names.map((name, place) => server.answer(callOf(era, 'status', {}, place % 3), caller(name)));
    await expect.poll(() => order.length).toBe(names.length);
    // the last first
    for (const goOn of order.reverse()) {
      goOn();
      await nextTurn();
    }
    for (const [place, answer] of (await Promise.all(answers)).entries())
      expect(answer).toMatchObject({ id: place % 3, result: { structuredContent: { viewer: names[place] } } });
  });

  it('answers the others when the operation of one fails', async () => {
    const server = standing(era, async (params, request) => {
      if (request.requestId === 'bad') throw new Error('a fault');
      return namingCaller(params, request);
    });
    const [bad, good] = await Promise.all(
      ['bad', 'good'].map((name) => server.answer(callOf(era, 'status'), caller(name))),
    );
    expect(bad).toMatchObject({ result: { isError: true, structuredContent: { errors: [{ requestId: 'bad' }] } } });
    expect(JSON.stringify(bad)).not.toContain('a fault');
    expect(good).toMatchObject({ result: { structuredContent: { viewer: 'good' } } });
  });

  it('keeps nothing of a request that is answered', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = standing(era, async (params, request) => {
      if (request.requestId.endsWith('0')) throw new Error('a fault');
      return namingCaller(params, request);
    });
    const callers: WeakRef<ExecutionContext>[] = [];
    const ask = async (place: number) => {
      const one = caller(`caller ${place}`);
      callers.push(new WeakRef(one));
      await server.answer(callOf(era, place % 2 === 0 ? 'status' : 'nope'), one);
    };
    await Promise.all(Array.from({ length: 100 }, (_one, place) => ask(place)));
    await expect
      .poll(() => {
        collect();
        return callers.filter((one) => one.deref() !== undefined).length;
      })
      .toBe(0);
    // and it is still there for the next one
    expect(await server.answer(callOf(era, 'status'), caller('next'))).toMatchObject({ id: 1 });
  });
});

it('leaves to the SDK what is refused before anything is carried out', async () => {
  const executed: unknown[] = [];
  const execute: Execute = async (params) => {
    executed.push(params);
    return { data: {} };
  };
  // without an envelope
  expect(await standing('modern', execute).answer(callOf('legacy', 'status'), caller('one'))).toBeNull();
  // a method that the protocol of 2026 has no more
  expect(await standing('modern', execute).answer(requestOf('modern', 'ping'), caller('one'))).toBeNull();
  expect(executed).toEqual([]);
});
