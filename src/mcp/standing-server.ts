import type {
  JSONRPCMessage,
  JSONRPCRequest,
  McpServer,
  MessageClassification,
  Transport,
} from '@modelcontextprotocol/server';
import { PerRequestHTTPServerTransport } from '@modelcontextprotocol/server';
import type { ExecutionContext } from '../graphql/execute.ts';
import type { CallerOf } from './server.ts';

/**
 * A server of the SDK that stays, for all requests of one era of the protocol: to make one for each takes several times what a tool does.
 * Requests have ids of their own in it, by which their callers are found: those of clients may be the same. It is to get nothing but
 * requests that leave no state behind, which `initialize` and notifications do.
 */
export interface StandingServer {
  /** The message that answers a request; null where the request is refused before anything is carried out. */
  answer(request: JSONRPCRequest, caller: ExecutionContext): Promise<JSONRPCMessage | null>;
}

interface Waiting {
  readonly caller: ExecutionContext;
  readonly resolve: (answer: JSONRPCMessage) => void;
}

/** `classification` is that of all its requests; null for the protocols of 2025. */
export function createStandingServer(
  create: (callerOf: CallerOf) => McpServer,
  classification: MessageClassification | null,
  onerror: (error: Error) => void,
): StandingServer {
  const waiting = new Map<unknown, Waiting>();
  const transport = createTransport(classification, (message) => {
    if ('id' in message) waiting.get(message.id)?.resolve(message);
  });
  transport.onerror = onerror;
  const server = create(({ mcpReq }) => {
    const found = waiting.get(mcpReq.id);
    if (!found) throw new Error('nobody waits for this request');
    return found.caller;
  });
  const connected = server.connect(transport);
  const extra = classification ? { classification } : undefined;
  let lastId = 0;

  return {
    async answer(request, caller) {
      await connected;
      const id = ++lastId;
      try {
        let isDispatched = false;
        const answer = await new Promise<JSONRPCMessage | null>((resolve, reject) => {
          // handlers run later: what comes before `onmessage` returns is a refusal
          waiting.set(id, { caller, resolve: (message) => resolve(isDispatched ? message : null) });
          if (!transport.onmessage) return reject(new Error('the server is not connected'));
          transport.onmessage({ ...request, id }, extra);
          isDispatched = true;
        });
        return answer && ({ ...answer, id: request.id } as JSONRPCMessage);
      } finally {
        waiting.delete(id);
      }
    },
  };
}

/** A server connected to the transport of a classified request speaks the protocol of that; to any other one, those of 2025. */
function createTransport(
  classification: MessageClassification | null,
  take: (message: JSONRPCMessage) => void,
): Transport {
  const send = async (message: JSONRPCMessage) => take(message);
  if (classification) return Object.assign(new PerRequestHTTPServerTransport({ classification }), { send });
  return { send, start: async () => {}, close: async () => {} };
}
