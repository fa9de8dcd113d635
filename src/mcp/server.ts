import { McpServer } from '@modelcontextprotocol/server';
import { unexpectedErrorMessage } from '../errors.ts';
import type { ExecutionContext } from '../graphql/execute.ts';
import type { Log } from '../log.ts';
import { addPrompts, instructions } from './prompts.ts';
import { errorResult } from './tool-result.ts';
import type { Tool } from './tools.ts';

/** Creates the SDK's server for one request: the tools, executed as its caller, and the prompts. */
export function createMcpServer(
  tools: readonly Tool[],
  context: ExecutionContext,
  version: string,
  log: Log,
): McpServer {
  // the lists never change while the process runs
  const capabilities = { tools: { listChanged: false }, prompts: { listChanged: false } };
  const server = new McpServer({ name: 'cq', version }, { instructions, capabilities });
  for (const { name, title, description, input, output, annotations, run } of tools) {
    const config = { title, description, inputSchema: input, outputSchema: output, annotations };
    server.registerTool(name, config, async (args) => {
      try {
        return await run(args, context);
      } catch (error) {
        // caught here, since the SDK would send the error's message to the client
        log.error({ requestId: context.requestId, err: error }, 'unexpected error');
        return errorResult([
          { code: 'INTERNAL_SERVER_ERROR', message: unexpectedErrorMessage, requestId: context.requestId },
        ]);
      }
    });
  }
  addPrompts(server);
  return server;
}
