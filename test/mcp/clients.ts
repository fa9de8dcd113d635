import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What a test needs of a client of either SDK. */
export interface McpClient extends AsyncDisposable {
  readonly protocolVersion: string | undefined;
  readonly instructions: string | undefined;
  listTools(): Promise<{ readonly name: string; readonly inputSchema: object }[]>;
  listPrompts(): Promise<string[]>;
  prompt(name: string, args?: Record<string, string>): Promise<string>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
}

export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly data: any;
}

type Connect = (url: string, credential?: string) => Promise<McpClient>;

const info = { name: 'test', version: '1.0.0' };
const headersOf = (credential?: string): Record<string, string> =>
  credential ? { authorization: `Bearer ${credential}` } : {};

const withSdk =
  (mode: 'legacy' | { pin: string }): Connect =>
  async (url, credential) => {
    const client = new Client(info, { versionNegotiation: { mode } });
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers: headersOf(credential) },
    });
    await client.connect(transport);
    return wrap(client, client.getNegotiatedProtocolVersion());
  };

const withOldSdk: Connect = async (url, credential) => {
  const client = new OldClient(info);
  const transport = new OldTransport(new URL(`${url}/mcp`), { requestInit: { headers: headersOf(credential) } });
  await client.connect(transport);
  return wrap(client, transport.protocolVersion);
};

function wrap(client: Client | OldClient, protocolVersion: string | undefined): McpClient {
  return {
    protocolVersion,
    instructions: client.getInstructions(),
    listTools: async () => (await client.listTools()).tools,
    listPrompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    async prompt(name, args) {
      const { messages } = await client.getPrompt({ name, ...(args && { arguments: args }) });
      return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('\n');
    },
    async call(name, args = {}) {
      const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
      const texts = (content as { type: string; text?: string }[]).map(({ text }) => text ?? '');
      return { isError: isError === true, text: texts.join('\n'), data: structuredContent };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** The clients that must be served, and the protocol that they come to speak. */
export const clients: readonly { readonly name: string; readonly version: string; readonly connect: Connect }[] = [
  { name: 'the SDK on the protocol of 2026', version: '2026-07-28', connect: withSdk({ pin: '2026-07-28' }) },
  { name: 'the SDK on the protocol of 2025', version: '2025-11-25', connect: withSdk('legacy') },
  { name: 'the SDK of 2025', version: '2025-11-25', connect: withOldSdk },
];
