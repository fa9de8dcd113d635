import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What a client is told of an event, with the place behind it. */
export interface Told {
  readonly cursor: string;
  readonly activity: { readonly type: string; readonly actor: { readonly username: string } | null };
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
type Data = any;

export interface Answer {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** A client of one transport, as one caller. */
export interface LiveClient extends AsyncDisposable {
  iterate(operation: Operation): AsyncIterableIterator<Answer>;
}

/** Both transports, by the clients that their protocols come with. Neither tries again by itself. */
export const transports = {
  'server-sent events': (url: string, credential?: string): LiveClient => {
    const client = createSseClient({
      url: `${url}/graphql`,
      retryAttempts: 0,
      ...(credential && { headers: { authorization: `Bearer ${credential}` } }),
    });
    return {
      iterate: (operation) => client.iterate(operation as never) as never,
      [Symbol.asyncDispose]: async () => client.dispose(),
    };
  },
  WebSocket: (url: string, credential?: string): LiveClient => {
    const client = socketClient(url, credential);
    return {
      iterate: (operation) => client.iterate(operation) as never,
      [Symbol.asyncDispose]: async () => void client.dispose(),
    };
  },
};

export type Transport = keyof typeof transports;
export const allTransports = Object.keys(transports) as Transport[];

/** A client over a WebSocket that is opened with the first operation. */
export const socketClient = (url: string, credential?: string, headers: Record<string, string> = {}): Client =>
  createSocketClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    },
    retryAttempts: 0,
    ...(credential && { connectionParams: { authorization: `Bearer ${credential}` } }),
  });

/** The next answers. */
export async function take<T>(answers: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = await answers.next();
    if (done) throw new Error(`there were only ${taken.length}`);
    taken.push(value);
  }
  return taken;
}

export const events = `
  subscription ($after: String, $filter: KnowledgeEventFilter) {
    knowledgeEvents(after: $after, filter: $filter) {
      cursor
      activity { type actor { username } knowledgeUnit { id status } }
    }
  }`;
