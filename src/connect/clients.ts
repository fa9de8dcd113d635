import { existsSync } from 'node:fs';
import type { Part } from './part.ts';
import { folderOf, joinOn, type Scope, type Surroundings, stateFolder, vscodeFolder } from './surroundings.ts';
import { reminder, skillText } from './texts.ts';

/** How a client comes by the key: not at all, from a variable of its environment, or from where `connect` stores it. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'variable'; readonly variable: string }
  | { readonly kind: 'stored'; readonly variable: string; readonly key: string };

/** What a client is to be told. */
export interface Connection {
  /** What the client calls the server. */
  readonly name: string;
  /** The address of MCP. */
  readonly url: string;
  readonly scope: Scope;
  readonly credential: Credential;
}

export interface Client {
  readonly id: string;
  readonly title: string;
  /** Whether the client asks for the key itself, and keeps it where its system keeps secrets. */
  readonly asks?: true;
  /** The server in the client's own configuration. */
  readonly server: (here: Surroundings, connection: Connection) => readonly Part[];
  /** The folder of its skills. */
  readonly skills: (here: Surroundings, scope: Scope) => string;
  /** What it does at the start of a session; null where it has nothing of this kind. */
  readonly hooks: ((here: Surroundings, connection: Connection) => readonly Part[]) | null;
  /** What is left to the person. */
  readonly note?: (connection: Connection) => string | null;
}

type Entry = Readonly<Record<string, unknown>>;

/** The header with the key, in the syntax that a client has for variables. */
function headers({ credential }: Connection, reference: (variable: string) => string): Entry {
  if (credential.kind === 'none') return {};
  const key = credential.kind === 'stored' ? credential.key : reference(credential.variable);
  return { headers: { Authorization: `Bearer ${key}` } };
}

const entry = (file: string, path: Part['path'], value: Entry, { credential }: Connection): Part => ({
  file,
  kind: 'property',
  path,
  value,
  secret: credential.kind === 'stored',
});

/** Says a text to the agent: shells have `echo`, and nothing in the text means anything to them. */
const say = (text: string) => `echo '${text}'`;
const asContext = (name: string) =>
  say(JSON.stringify({ hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: reminder(name) } }));

const sessionStart = (file: string, group: Entry): Part => ({
  file,
  kind: 'element',
  path: ['hooks', 'SessionStart'],
  value: group,
  keeps: 'edited',
});

/** A session that goes on has been told before. */
const notResumed = 'startup|clear|compact';

const claudeFolder = (here: Surroundings) => folderOf(here, 'CLAUDE_CONFIG_DIR', '.claude');
const codexFolder = (here: Surroundings) => folderOf(here, 'CODEX_HOME', '.codex');
const opencodeFolder = (here: Surroundings) => joinOn(here, folderOf(here, 'XDG_CONFIG_HOME', '.config'), 'opencode');
const geminiFolder = (here: Surroundings) => joinOn(here, folderOf(here, 'GEMINI_CLI_HOME'), '.gemini');

/** The clients, by what each of them reads; docs/connecting.md names the pages that say so. */
export const clients: readonly Client[] = [
  {
    id: 'claude-code',
    title: 'Claude Code',
    server(here, connection) {
      const own = here.environment.CLAUDE_CONFIG_DIR ? claudeFolder(here) : here.home;
      const file =
        connection.scope === 'user' ? joinOn(here, own, '.claude.json') : joinOn(here, here.folder, '.mcp.json');
      const value = { type: 'http', url: connection.url, ...headers(connection, (name) => `\${${name}}`) };
      return [entry(file, ['mcpServers', connection.name], value, connection)];
    },
    skills: (here, scope) =>
      joinOn(here, scope === 'user' ? claudeFolder(here) : joinOn(here, here.folder, '.claude'), 'skills'),
    hooks(here, { scope, name }) {
      const folder = scope === 'user' ? claudeFolder(here) : joinOn(here, here.folder, '.claude');
      const group = { matcher: notResumed, hooks: [{ type: 'command', command: say(reminder(name)) }] };
      return [sessionStart(joinOn(here, folder, 'settings.json'), group)];
    },
    note: ({ scope }) =>
      scope === 'project' ? 'Claude Code asks each member of the project once whether it may use the server.' : null,
  },
  {
    id: 'codex',
    title: 'Codex',
    server(here, { name, url, scope, credential }) {
      const folder = scope === 'user' ? codexFolder(here) : joinOn(here, here.folder, '.codex');
      const key = credential.kind === 'none' ? {} : { bearer_token_env_var: credential.variable };
      const table: Part = {
        file: joinOn(here, folder, 'config.toml'),
        kind: 'table',
        path: ['mcp_servers', name],
        value: { url, ...key },
      };
      if (credential.kind !== 'stored') return [table];
      const file = joinOn(here, codexFolder(here), '.env');
      return [table, { file, kind: 'line', path: [credential.variable], value: credential.key, secret: true }];
    },
    skills: (here, scope) => joinOn(here, scope === 'user' ? here.home : here.folder, '.agents', 'skills'),
    hooks(here, { scope, name }) {
      const folder = scope === 'user' ? codexFolder(here) : joinOn(here, here.folder, '.codex');
      const group = { matcher: notResumed, hooks: [{ type: 'command', command: asContext(name) }] };
      return [sessionStart(joinOn(here, folder, 'hooks.json'), group)];
    },
    note: ({ scope }) =>
      `Codex runs the hook after it was trusted in /hooks${scope === 'project' ? ', and reads .codex/ of a project that is trusted' : ''}.`,
  },
  {
    id: 'cursor',
    title: 'Cursor',
    server(here, connection) {
      const folder = joinOn(here, connection.scope === 'user' ? here.home : here.folder, '.cursor');
      const value = { url: connection.url, ...headers(connection, (name) => `\${env:${name}}`) };
      return [entry(joinOn(here, folder, 'mcp.json'), ['mcpServers', connection.name], value, connection)];
    },
    skills: (here, scope) => joinOn(here, scope === 'user' ? here.home : here.folder, '.cursor', 'skills'),
    hooks(here, { scope, name }) {
      const file = joinOn(here, scope === 'user' ? here.home : here.folder, '.cursor', 'hooks.json');
      const command = say(JSON.stringify({ additional_context: reminder(name) }));
      return [
        { file, kind: 'property', path: ['version'], value: 1, keeps: 'any' },
        { file, kind: 'element', path: ['hooks', 'sessionStart'], value: { command }, keeps: 'edited' },
      ];
    },
  },
  {
    id: 'vscode',
    title: 'VS Code',
    asks: true,
    server(here, connection) {
      const { name, url, scope, credential } = connection;
      const folder = scope === 'user' ? vscodeFolder(here) : joinOn(here, here.folder, '.vscode');
      const file = joinOn(here, folder, 'mcp.json');
      const id = `${name}-key`;
      const value = { type: 'http', url, ...headers(connection, () => `\${input:${id}}`) };
      const server: Part = { file, kind: 'property', path: ['servers', name], value };
      if (credential.kind === 'none') return [server];
      const input = { id, type: 'promptString', description: 'cq API key', password: true };
      return [{ file, kind: 'element', path: ['inputs'], value: input, sameBy: 'id' }, server];
    },
    skills: (here, scope) =>
      scope === 'user' ? joinOn(here, here.home, '.copilot', 'skills') : joinOn(here, here.folder, '.github', 'skills'),
    hooks(here, { scope, name }) {
      const folder = scope === 'user' ? joinOn(here, here.home, '.copilot') : joinOn(here, here.folder, '.github');
      const value = { hooks: { SessionStart: [{ type: 'command', command: asContext(name) }] } };
      const file = joinOn(here, folder, 'hooks', `${name}.json`);
      return [{ file, kind: 'file', path: [], value: `${JSON.stringify(value, null, 2)}\n`, keeps: 'edited' }];
    },
  },
  {
    id: 'gemini',
    title: 'Gemini CLI',
    server(here, connection) {
      const value = { httpUrl: connection.url, ...headers(connection, (name) => `\${${name}}`) };
      return [entry(geminiSettings(here, connection.scope), ['mcpServers', connection.name], value, connection)];
    },
    skills: (here, scope) =>
      joinOn(here, scope === 'user' ? geminiFolder(here) : joinOn(here, here.folder, '.gemini'), 'skills'),
    hooks(here, { scope, name }) {
      const hooks = [{ name, type: 'command', command: asContext(name) }];
      return [sessionStart(geminiSettings(here, scope), { hooks })];
    },
  },
  {
    id: 'opencode',
    title: 'opencode',
    server(here, connection) {
      const { name, url, scope, credential } = connection;
      const folder = scope === 'user' ? opencodeFolder(here) : here.folder;
      // both are read, and the one with comments goes before the other
      const jsonc = joinOn(here, folder, 'opencode.jsonc');
      const file = existsSync(jsonc) ? jsonc : joinOn(here, folder, 'opencode.json');
      const keyFile = joinOn(here, stateFolder(here), 'keys', `opencode-${name}`);
      const header = headers(
        credential.kind === 'stored' ? { ...connection, credential: { kind: 'variable', variable: '' } } : connection,
        (variable) => (variable === '' ? `{file:${keyFile}}` : `{env:${variable}}`),
      );
      // else it takes a key that has run out for a question to sign in
      const value = { type: 'remote', url, oauth: false, ...header };
      const parts: Part[] = [
        { file, kind: 'property', path: ['$schema'], value: 'https://opencode.ai/config.json', inNewFile: true },
        { file, kind: 'property', path: (contents) => opencodePath(contents, name), value },
      ];
      if (credential.kind !== 'stored') return parts;
      return [...parts, { file: keyFile, kind: 'file', path: [], value: credential.key, secret: true }];
    },
    skills: (here, scope) =>
      joinOn(here, scope === 'user' ? opencodeFolder(here) : joinOn(here, here.folder, '.opencode'), 'skills'),
    // it has plugins, which are programs
    hooks: null,
  },
];

const geminiSettings = (here: Surroundings, scope: Scope) =>
  joinOn(here, scope === 'user' ? geminiFolder(here) : joinOn(here, here.folder, '.gemini'), 'settings.json');

/** Version 2 has its servers one level further down, and reads the form of version 1 too, but not both in one file. */
function opencodePath(contents: unknown, name: string): readonly string[] {
  const servers = (contents as { mcp?: { servers?: { type?: unknown } } } | undefined)?.mcp?.servers;
  const native = typeof servers === 'object' && servers !== null && servers.type === undefined;
  return native ? ['mcp', 'servers', name] : ['mcp', name];
}

/** All that a client is to have. */
export function partsOf(
  client: Client,
  here: Surroundings,
  connection: Connection,
  { skill, hooks }: { readonly skill: boolean; readonly hooks: boolean },
): readonly Part[] {
  const { name, scope } = connection;
  const file = joinOn(here, client.skills(here, scope), name, 'SKILL.md');
  return [
    ...client.server(here, connection),
    ...(skill ? [{ file, kind: 'file', path: [], value: skillText(name), keeps: 'edited' } as const] : []),
    ...(hooks && client.hooks && hooksWork(client, here) ? client.hooks(here, connection) : []),
  ];
}

/** On Windows the shells that clients use differ in what they make of quotes. Claude Code takes plain text, in which they do not matter. */
export const hooksWork = ({ id }: Client, { platform }: Surroundings): boolean =>
  platform !== 'win32' || id === 'claude-code';
