import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clients } from '../../web/src/pages/connect/clients.ts';
import { temporaryFolder } from '../process.ts';

const [address, key] = ['https://cq.example/team', 'cqa.v1.abc_def.x-y'];
const mcp = `${address}/mcp`;
const bearer = { Authorization: `Bearer ${key}` };

function textOf(id: string): string {
  const client = clients.find((one) => one.id === id);
  if (!client) throw new Error(`there is no ${id}`);
  return client.text(address, key);
}

/** The arguments that a shell gives to the program. */
function argumentsOf(program: string, script: string): string[] {
  const output = execFileSync('sh', ['-c', `${program}() { printf '%s\\n' "$@"; }\n${script}`], { encoding: 'utf8' });
  return output.trimEnd().split('\n');
}

describe('what is copied to connect', () => {
  test('Claude Code is a command that it has', () => {
    const header = `Authorization: Bearer ${key}`;
    expect(argumentsOf('claude', textOf('claude-code'))).toEqual([
      'mcp',
      'add',
      '--transport',
      'http',
      'cq',
      mcp,
      '--header',
      header,
    ]);
  });

  test('Gemini CLI is a command that it has, for all of its projects', () => {
    const header = `Authorization: Bearer ${key}`;
    expect(argumentsOf('gemini', textOf('gemini'))).toEqual([
      'mcp',
      'add',
      '--scope',
      'user',
      '--transport',
      'http',
      '--header',
      header,
      'cq',
      mcp,
    ]);
  });

  test('Codex is a table at the end of its file, without the key', () => {
    using home = temporaryFolder();
    mkdirSync(home.file('.codex'));
    execFileSync('sh', ['-c', textOf('codex')], { env: { ...process.env, HOME: home.path } });
    const table = readFileSync(home.file('.codex/config.toml'), 'utf8');
    expect(table).toBe(`\n[mcp_servers.cq]\nurl = "${mcp}"\nbearer_token_env_var = "CQ_API_KEY"\n`);
    expect(textOf('codex').endsWith(`export CQ_API_KEY=${key}`)).toBe(true);
  });

  test('Cursor is a file of it', () => {
    expect(JSON.parse(textOf('cursor'))).toEqual({ mcpServers: { cq: { url: mcp, headers: bearer } } });
  });

  test('VS Code is a file of it that asks for the key', () => {
    expect(JSON.parse(textOf('vscode'))).toEqual({
      inputs: [{ id: 'cq-key', type: 'promptString', description: 'cq API key', password: true }],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the value in
      servers: { cq: { type: 'http', url: mcp, headers: { Authorization: 'Bearer ${input:cq-key}' } } },
    });
  });

  test('opencode is a file of it that does not ask to sign in', () => {
    expect(JSON.parse(textOf('opencode'))).toEqual({
      $schema: 'https://opencode.ai/config.json',
      mcp: { cq: { type: 'remote', url: mcp, oauth: false, headers: bearer } },
    });
  });

  test('curl asks who one is, by GraphQL', () => {
    const sent = argumentsOf('curl', textOf('curl'));
    expect(sent[0]).toBe(`${address}/graphql`);
    expect(sent).toContain(`authorization: Bearer ${key}`);
    expect(JSON.parse(sent.at(-1) ?? '').query).toContain('viewer');
  });

  test('the command line and Python are told both', () => {
    const sent = execFileSync('sh', ['-c', `cq() { echo "$CQ_ADDR $CQ_API_KEY $1"; }\n${textOf('cq')}`], {
      encoding: 'utf8',
    });
    expect(sent).toBe(`${address} ${key} status\n`);
    for (const text of [address, key]) expect(textOf('python')).toContain(`"${text}"`);
  });
});
