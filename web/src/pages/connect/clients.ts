/** A program that can use the commons, and how it is told where it is. */
export interface Client {
  readonly id: string;
  readonly name: string;
  /** Where the text goes. */
  readonly where: string;
  readonly text: (address: string, key: string) => string;
}

const json = (value: unknown) => JSON.stringify(value, null, 2);
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** `address` is that of the server, without a slash at its end. */
export const clients: readonly Client[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    where: 'Run this in a terminal',
    text: (address, key) => `claude mcp add --transport http cq ${address}/mcp --header "Authorization: Bearer ${key}"`,
  },
  {
    id: 'codex',
    name: 'Codex',
    where: 'Run this in the terminal that Codex is started from; keep the key out of the file',
    text: (address, key) =>
      `cat >> ~/.codex/config.toml <<'END'\n\n[mcp_servers.cq]\nurl = "${address}/mcp"\nbearer_token_env_var = "CQ_API_KEY"\nEND\nexport CQ_API_KEY=${key}`,
  },
  {
    id: 'cursor',
    name: 'Cursor',
    where: 'Put this into ~/.cursor/mcp.json',
    text: (address, key) => json({ mcpServers: { cq: { url: `${address}/mcp`, headers: bearer(key) } } }),
  },
  {
    id: 'vscode',
    name: 'VS Code',
    where: 'Put this into .vscode/mcp.json; it asks for the key once',
    text: (address) =>
      json({
        inputs: [{ id: 'cq-key', type: 'promptString', description: 'cq API key', password: true }],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the value in
        servers: { cq: { type: 'http', url: `${address}/mcp`, headers: bearer('${input:cq-key}') } },
      }),
  },
  {
    id: 'gemini',
    name: 'Gemini CLI',
    where: 'Run this in a terminal',
    text: (address, key) =>
      `gemini mcp add --scope user --transport http --header "Authorization: Bearer ${key}" cq ${address}/mcp`,
  },
  {
    id: 'opencode',
    name: 'opencode',
    where: 'Put this into ~/.config/opencode/opencode.json',
    text: (address, key) =>
      json({
        $schema: 'https://opencode.ai/config.json',
        // else it takes a key that has run out for a question to sign in
        mcp: { cq: { type: 'remote', url: `${address}/mcp`, oauth: false, headers: bearer(key) } },
      }),
  },
  {
    id: 'cq',
    name: 'cq command line',
    where: 'Run this in a terminal',
    text: (address, key) => `export CQ_ADDR=${address} CQ_API_KEY=${key}\ncq status`,
  },
  {
    id: 'python',
    name: 'Python',
    where: 'After pip install cq-sdk',
    text: (address, key) =>
      `import os\nfrom cq import Client\n\nos.environ["CQ_API_KEY"] = "${key}"\nclient = Client(addr="${address}")\nprint(client.query(domains=["api"]))`,
  },
  {
    id: 'curl',
    name: 'curl',
    where: 'Run this in a terminal',
    text: (address, key) =>
      `curl ${address}/graphql \\\n  -H 'content-type: application/json' -H 'authorization: Bearer ${key}' \\\n  -d '{"query":"{ viewer { user { username } scopes } }"}'`,
  },
];

/** What stands in the place of a key that is not made yet. */
export const noKey = 'YOUR_KEY';
