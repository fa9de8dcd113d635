import { type SpecTypeName, specTypeSchemas } from '@modelcontextprotocol/server';
import { findLongList, maxJsonItems } from '../transport/json-limits.ts';
import { jsonReply } from '../transport/json-reply.ts';
import type { Reply } from '../transport/reply.ts';

/** The protocol's schema for the requests of each method that this server has. */
const requests: Readonly<Record<string, SpecTypeName>> = {
  initialize: 'InitializeRequest',
  ping: 'PingRequest',
  'tools/list': 'ListToolsRequest',
  'tools/call': 'CallToolRequest',
  'prompts/list': 'ListPromptsRequest',
  'prompts/get': 'GetPromptRequest',
};

/**
 * Validates the `params` of a JSON-RPC request by the protocol's schema: the response with error -32602, which names each problem;
 * null for a valid request and for other messages. Arguments of a tool are not checked here: their problems become a tool result
 * with `isError`, which clients show to the agent.
 */
export async function invalidParamsReply(message: object): Promise<Reply | null> {
  const { jsonrpc, id, method, params } = message as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !(typeof id === 'string' || Number.isInteger(id))) return null;
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params)))
    return refuse(id, method, [`params must be an object, got ${kindOf(params)}`], 400);
  // each of its items would be an issue of the schema's
  const long = findLongList(params);
  if (long)
    return refuse(
      id,
      method,
      [`${long.path.join('.')} must have at most ${maxJsonItems} items, got ${long.length}`],
      200,
    );
  const name = Object.hasOwn(requests, method) ? requests[method] : undefined;
  if (name === undefined) return null;
  const { issues } = await specTypeSchemas[name]['~standard'].validate(message);
  if (!issues) return null;
  const problems = issues.map(
    ({ path = [], message }) =>
      `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')}: ${message}`,
  );
  return refuse(id, method, problems, 200);
}

function refuse(id: unknown, method: string, problems: readonly string[], status: number): Reply {
  const message = `Invalid params of ${method}: ${problems.slice(0, 10).join('; ')}`;
  return jsonReply(status, { jsonrpc: '2.0', id, error: { code: -32_602, message } });
}

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`);
