import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { unexpectedErrorMessage } from '../errors.ts';
import type { ExecutionContext } from '../graphql/execute.ts';
import type { Log } from '../log.ts';
import { addPrompts, instructions } from './prompts.ts';
import { errorResult } from './tool-result.ts';
import type { Tool } from './tools.ts';

/** The request that an SDK's context belongs to. */
export type CallerOf = (context: ServerContext) => ExecutionContext;

export interface McpServerOptions {
  readonly tools: readonly Tool[];
  readonly version: string;
  /** The protocol's versions that are spoken; those of 2025 unless given. */
  readonly supportedProtocolVersions?: string[];
  readonly log: Log;
}

/** Creates a server of the SDK: the tools, executed as the caller of each request, and the prompts. */
export function createMcpServer(
  { tools, version, supportedProtocolVersions, log }: McpServerOptions,
  callerOf: CallerOf,
): McpServer {
  // the lists never change while the process runs
  const capabilities = { tools: { listChanged: false }, prompts: { listChanged: false } };
  const versions = supportedProtocolVersions && { supportedProtocolVersions };
  const server = new McpServer({ name: 'cq', version }, { instructions, capabilities, ...versions });
  for (const { name, title, description, input, output, annotations, run } of tools) {
    const config = { title, description, inputSchema: input, outputSchema: output, annotations };
    server.registerTool(name, config, async (args, context) => {
      const caller = callerOf(context);
      try {
        return await run(args, caller);
      } catch (error) {
        // caught here, since the SDK would send the error's message to the client
        log.error({ requestId: caller.requestId, err: error }, 'unexpected error');
        return errorResult([
          { code: 'INTERNAL_SERVER_ERROR', message: unexpectedErrorMessage, requestId: caller.requestId },
        ]);
      }
    });
  }
  addPrompts(server);
  return server;
}
