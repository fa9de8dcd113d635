import type { RequestHandler } from '../transport/request.ts';
import { errorBody } from './errors.ts';
import type { McpOptions } from './handler.ts';
import { originProblem } from './origin-policy.ts';

/** The request handler of `/mcp` as `handler.ts` makes it, but made when the first request comes: for servers that must start fast. */
export function createMcpRequestHandler(options: McpOptions): RequestHandler {
  let made: Promise<RequestHandler> | undefined;
  return {
    async handle(req, res, context) {
      made ??= import('./handler.ts').then((handler) => handler.createMcpRequestHandler(options));
      return (await made).handle(req, res, context);
    },
    errorBody,
    methodsAt: () => ['POST'],
    allowsOrigin: (req) => originProblem(req, options.originPolicy) === null,
  };
}
