import { type SpecTypeName, specTypeSchemas } from '@modelcontextprotocol/server';

/** What the protocol says that a request of each method must look like, for the methods that we have. */
const requests: Readonly<Record<string, SpecTypeName>> = {
  initialize: 'InitializeRequest',
  ping: 'PingRequest',
  'tools/list': 'ListToolsRequest',
  'tools/call': 'CallToolRequest',
  'prompts/list': 'ListPromptsRequest',
  'prompts/get': 'GetPromptRequest',
};

/**
 * The answer to a request whose `params` are not what the protocol says: an error -32602, which names each of them. Null for
 * every other message. The arguments of a tool are not looked at here: what is wrong with them is a result that is marked as an
 * error, so that an agent gets to see it.
 */
export async function refusalOfParams(message: object): Promise<Response | null> {
  const { jsonrpc, id, method, params } = message as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || !(typeof id === 'string' || Number.isInteger(id))) return null;
  if (params !== undefined && (typeof params !== 'object' || params === null || Array.isArray(params)))
    return refuse(id, method, [`params must be an object, got ${kindOf(params)}`], 400);
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

function refuse(id: unknown, method: string, problems: readonly string[], status: number): Response {
  const message = `Invalid params of ${method}: ${problems.slice(0, 10).join('; ')}`;
  return Response.json({ jsonrpc: '2.0', id, error: { code: -32_602, message } }, { status });
}

const kindOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`);
