import { McpServer } from '@modelcontextprotocol/server';
import type { Log } from '../log.ts';
import type { RequestFacts } from '../transport/request.ts';
import { addPrompts, instructions } from './prompts.ts';
import { failed } from './result.ts';
import type { Tool } from './tools.ts';

/** What answers one request: the tools, acting for whoever sent it, and the prompts. */
export function createMcpServer(tools: readonly Tool[], facts: RequestFacts, version: string, log: Log): McpServer {
  // both lists are the same for as long as the server runs, so there is nothing to subscribe to
  const capabilities = { tools: { listChanged: false }, prompts: { listChanged: false } };
  const server = new McpServer({ name: 'cq', version }, { instructions, capabilities });
  for (const { name, description, input, annotations, run } of tools)
    server.registerTool(name, { description, inputSchema: input, annotations }, async (args) => {
      try {
        return await run(args, facts);
      } catch (error) {
        // the SDK would show its message to the client
        log.error({ requestId: facts.requestId, err: error }, 'unexpected error');
        const message = 'Something went wrong on the server; its log says what, under the request id.';
        return failed([{ code: 'INTERNAL_SERVER_ERROR', message, requestId: facts.requestId }]);
      }
    });
  addPrompts(server);
  return server;
}
