import { setTimeout as delay } from 'node:timers/promises';
import { readAnswer } from '../bounded-answer.ts';
import { TooLongError } from '../errors.ts';
import { explainFailure } from './connection-failures.ts';

/** What came of trying a connection, in a sentence. */
export interface Outcome {
  readonly result: 'connected' | 'unreachable' | 'refused' | 'not cq';
  readonly message: string;
}

export interface TryOptions {
  readonly url: URL;
  readonly key: string | null;
  /** The version of this program, beside which that of the server is put. */
  readonly version: string;
  readonly timeoutMs?: number;
}

const needed = ['query', 'propose', 'confirm', 'flag', 'status'];
/** No answer of cq that is asked for here has more. */
const maxBytes = 4 * 1024 * 1024;

class Failure extends Error {
  readonly result: Outcome['result'];
  constructor(result: Outcome['result'], message: string) {
    super(message);
    this.result = result;
  }
}

/**
 * Connects as a client does, by `initialize`, lists the tools, asks for the caller's rights, and queries once. Never throws, and takes
 * `timeoutMs` at most. The key goes to this address and to no other.
 */
export async function tryConnection(options: TryOptions): Promise<Outcome> {
  const over = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const { key, url } = options;
  // a server may say anything, and it has been told the key
  const outcome = (result: Outcome['result'], message: string): Outcome => ({
    result,
    message: key === null ? message : message.replaceAll(key, '…'),
  });
  try {
    return outcome('connected', await connect(options, over));
  } catch (error) {
    if (error instanceof Failure) return outcome(error.result, error.message);
    if (error instanceof TooLongError) return outcome('not cq', `${url} is not a cq server: ${error.message}.`);
    if (over.aborted) return outcome('unreachable', `${url} does not answer in time.`);
    return outcome('unreachable', explainFailure(error, url));
  }
}

async function connect({ url, key, version }: TryOptions, over: AbortSignal): Promise<string> {
  let protocol: string | null = null;
  const ask = (method: string, params: object) => send({ url, key, protocol, over }, method, params);
  const clientInfo = { name: 'cq-server connect', version };
  const opened = await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  const server = objectAt(opened, 'serverInfo');
  if (server.name !== 'cq')
    throw new Failure('not cq', `${url} is an MCP server, but not of cq: it says that it is ${shown(server.name)}.`);
  protocol = shown(opened.protocolVersion);
  // it goes into a header
  if (!/^[\w.-]+$/.test(protocol))
    throw new Failure('not cq', `${url} speaks no version of MCP: it says that it is ${protocol}.`);
  await ask('notifications/initialized', {});
  const { tools } = await ask('tools/list', {});
  const names = (Array.isArray(tools) ? tools : []).map((tool) => (tool as { name?: unknown } | null)?.name);
  const lacking = needed.filter((name) => !names.includes(name));
  if (lacking.length > 0)
    throw new Failure(
      'not cq',
      `${url} is cq ${shown(server.version)}, which has no ${lacking.join(', ')}: it is an old version, update it.`,
    );
  const status = await call(ask, url, 'status', {});
  await call(ask, url, 'query', { domains: ['api'], limit: 1 });
  const viewer = objectAt(status, 'viewer');
  const count = objectAt(status, 'stats').totalCount;
  const scopes = Array.isArray(viewer.scopes) ? viewer.scopes : [];
  const user = objectAt(viewer, 'user').username;
  const who = user === undefined ? 'without a key' : `as ${shown(user)}`;
  const rights = scopes.includes('KNOWLEDGE_WRITE')
    ? 'may query, propose, confirm and flag'
    : 'may only read: query and status';
  const older = isOlder(shown(server.version), version) ? ` It is older than this cq-server, ${version}.` : '';
  return `${url} is cq ${shown(server.version)} with ${shown(count)} ${count === 1 ? 'lesson' : 'lessons'}. Connected ${who}, which ${rights}.${older}`;
}

type Answer = Readonly<Record<string, unknown>>;

function objectAt(value: Answer, name: string): Answer {
  const inner = value[name];
  return typeof inner === 'object' && inner !== null ? (inner as Answer) : {};
}

/** What a server says of itself, as it may be printed: short, and without what a terminal obeys. */
const shown = (value: unknown): string =>
  (typeof value === 'object' && value !== null ? 'something else' : String(value ?? 'nothing'))
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, 200);

async function call(
  ask: (method: string, params: object) => Promise<Answer>,
  url: URL,
  name: string,
  args: object,
): Promise<Answer> {
  const answer = await ask('tools/call', { name, arguments: args });
  if (answer.isError !== true) return objectAt(answer, 'structuredContent');
  const { errors } = objectAt(answer, 'structuredContent');
  const [error] = (Array.isArray(errors) ? errors : []) as ({ code?: unknown; message?: unknown } | null)[];
  const busy = error?.code === 'RATE_LIMITED' || error?.code === 'SERVICE_UNAVAILABLE';
  throw new Failure(busy ? 'unreachable' : 'refused', `${url} refuses ${name}: ${shown(error?.message)}`);
}

interface Line {
  readonly url: URL;
  readonly key: string | null;
  readonly protocol: string | null;
  readonly over: AbortSignal;
}

/** Sends a message, a notification if its method is one. A server that is busy is asked once more. */
async function send(line: Line, method: string, params: object, again = true): Promise<Answer> {
  const { url, key, protocol, over } = line;
  const notifies = method.startsWith('notifications/');
  const response = await fetch(url, {
    method: 'POST',
    // else the key would go where the server says
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(protocol !== null && { 'mcp-protocol-version': protocol }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...(!notifies && { id: 1 }), method, params }),
    signal: over,
  });
  const text = await readAnswer(response, maxBytes);
  if (response.status === 503 && again) {
    await delay(1000, undefined, { signal: over });
    return send(line, method, params, false);
  }
  if (response.ok && notifies) return {};
  const body = parsed(text);
  const message = shown(objectAt(body ?? {}, 'error').message ?? 'without a reason');
  if (!response.ok) throw unsuccessful(response, url, key, body === null ? null : message);
  if (body === null || !('result' in body || 'error' in body))
    throw new Failure('not cq', `${url} answers, but not as an MCP server: it is not the address of a cq server.`);
  if ('error' in body) throw new Failure('refused', `${url} refuses ${method}: ${message}`);
  return objectAt(body, 'result');
}

function unsuccessful({ status, headers }: Response, url: URL, key: string | null, message: string | null): Failure {
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) {
    const target = URL.parse(location, url);
    return new Failure(
      'refused',
      `${url} leads to ${shown(target ? `${target.origin}${target.pathname}` : location)}, where nothing was sent. If that is the server, give it as --url.`,
    );
  }
  if (status === 401 || status === 403)
    return new Failure(
      'refused',
      key === null && status === 401
        ? `${url} wants a key.`
        : `${url} refuses ${key === null ? 'the connection' : 'the key or the connection'}: ${message ?? `it answers ${status}`}`,
    );
  if (status === 429 || status >= 500)
    return new Failure('unreachable', `${url} cannot answer right now: ${message ?? `it answers ${status}`}`);
  return new Failure(
    'not cq',
    `${url} answers ${status}: no MCP server is there. It is no cq server, or its MCP is off (CQ_MCP).`,
  );
}

function parsed(text: string): Answer | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer) : null;
  } catch {
    return null;
  }
}

/** Whether one version comes before another; false where one is no version. */
function isOlder(one: string, other: string): boolean {
  const [first, second] = [one, other].map((version) => /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number));
  if (!first || !second) return false;
  const at = first.findIndex((part, index) => part !== second[index]);
  return at >= 0 && (first[at] ?? 0) < (second[at] ?? 0);
}
