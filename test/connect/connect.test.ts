import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { clients } from '../../src/connect/clients.ts';
import { aHome, type Home } from './home.ts';

const key = 'cqa.v1.0123456789.secret-of-the-agent';
const at = '--url https://cq.example/team --no-try';
const url = 'https://cq.example/team/mcp';
const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });

/** The file that a client has its servers in, what is in such a file already, and what each credential becomes. */
const files = {
  'claude-code': {
    user: '.claude.json',
    project: 'project/.mcp.json',
    others: '{\n  "numStartups": 3,\n  "mcpServers": {\n    "github": { "command": "gh" }\n  },\n  "projects": {}\n}\n',
    server: ['mcpServers', 'cq'],
    stored: { type: 'http', url, headers: bearer(key) },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code puts the value in
    variable: { type: 'http', url, headers: bearer('${CQ_API_KEY}') },
  },
  codex: {
    user: '.codex/config.toml',
    project: 'project/.codex/config.toml',
    others: '# mine\nmodel = "o3" # fast\n\n[mcp_servers.github]\ncommand = "gh"\n',
    server: ['mcp_servers', 'cq'],
    stored: { url, bearer_token_env_var: 'CQ_API_KEY' },
    variable: { url, bearer_token_env_var: 'CQ_API_KEY' },
  },
  cursor: {
    user: '.cursor/mcp.json',
    project: 'project/.cursor/mcp.json',
    others: '{\r\n\t"mcpServers": {\r\n\t\t"db": {"url": "https://db.example"}\r\n\t}\r\n}',
    server: ['mcpServers', 'cq'],
    stored: { url, headers: bearer(key) },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor puts the value in
    variable: { url, headers: bearer('${env:CQ_API_KEY}') },
  },
  vscode: {
    user: '.config/Code/User/mcp.json',
    project: 'project/.vscode/mcp.json',
    others:
      '// servers\n{\n    "inputs": [\n        { "id": "gh", "type": "promptString" }, // of github\n    ],\n    "servers": {\n        // none yet\n    },\n}\n',
    server: ['servers', 'cq'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the value in
    stored: { type: 'http', url, headers: bearer('${input:cq-key}') },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code puts the value in
    variable: { type: 'http', url, headers: bearer('${input:cq-key}') },
  },
  gemini: {
    user: '.gemini/settings.json',
    project: 'project/.gemini/settings.json',
    others: '{"theme":"Dracula","hooks":{"SessionStart":[{"hooks":[]}]}}',
    server: ['mcpServers', 'cq'],
    stored: { httpUrl: url, headers: bearer(key) },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Gemini CLI puts the value in
    variable: { httpUrl: url, headers: bearer('${CQ_API_KEY}') },
  },
  opencode: {
    user: '.config/opencode/opencode.json',
    project: 'project/opencode.json',
    others: '{\n  "$schema": "https://opencode.ai/config.json",\n  // tools\n  "mcp": {},\n}\n',
    server: ['mcp', 'cq'],
    stored: {
      type: 'remote',
      url,
      oauth: false,
      headers: bearer('{file:HOME/.local/state/cq-server/keys/opencode-cq}'),
    },
    variable: { type: 'remote', url, oauth: false, headers: bearer('{env:CQ_API_KEY}') },
  },
} as const;

type Id = keyof typeof files;
const ids = Object.keys(files) as Id[];

function serverIn(home: Home, file: string, path: readonly string[]): unknown {
  const text = home.read(file).replace(/^\ufeff/, '');
  const contents: unknown =
    path[0] === 'mcp_servers' ? parseToml(text) : parseJsonc(text, [], { allowTrailingComma: true });
  const found = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], contents);
  return found && JSON.parse(JSON.stringify(found).replaceAll(home.path, 'HOME'));
}

const stdin = '--key-stdin';
const ledger = '.local/state/cq-server/connections.json';
const inEnvironment = { environment: { CQ_API_KEY: key } };
/** What may have the key: what one person can read. */
const withKey = (home: Home) =>
  Object.entries(home.everything())
    .filter(([, text]) => text.includes(key))
    .map(([name]) => name.slice(home.path.length + 1));

it('knows the clients that it says', () => {
  expect(clients.map(({ id }) => id)).toEqual(ids);
});

describe.each(ids)('%s', (id) => {
  const { user, project, others, server, stored, variable } = files[id];

  it('is connected in a home without any configuration, and as it was afterwards', async () => {
    using home = aHome();
    const said = await home.connect(`${id} ${at} ${stdin}`, { key: `${key}\r\n` });
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(serverIn(home, user, server)).toEqual(stored);
    for (const name of withKey(home)) expect([name, home.mode(name)]).toEqual([name, 0o600]);
    expect(JSON.stringify(said)).not.toContain(key);
    expect(home.read(ledger)).not.toContain(key);
    expect(home.mode(ledger)).toBe(0o600);

    const before = home.everything();
    const again = await home.connect(`${id} ${at} ${stdin}`, { key });
    expect(again.stdout).toContain('nothing was written');
    expect(home.everything()).toEqual(before);

    const undone = await home.connect(`${id} --undo`);
    expect([undone.code, undone.stderr, home.everything()]).toEqual([0, '', {}]);
    // the folders too
    expect(readdirSync(home.path).filter((name) => name !== '.local')).toEqual(['project']);
    expect((await home.connect(`${id} --undo`)).stdout).toContain('has put nothing');
  });

  it.for(['', '\ufeff'])('is put beside what is there, and taken out to the byte (mark %j)', async (mark) => {
    using home = aHome();
    home.write(user, mark + others, 0o640);
    const said = await home.connect(`${id} ${at}`, inEnvironment);
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(serverIn(home, user, server)).toEqual(variable);
    expect(home.mode(user)).toBe(0o640);
    expect(withKey(home)).toEqual([]);
    const after = home.read(user);
    expect(after.startsWith(mark)).toBe(true);
    // every line of it is still there, but for a comma
    const lines = after.slice(mark.length).split(/\r?\n/);
    if (others.includes('\n'))
      for (const line of others.split(/\r?\n/).filter((one) => !/\{\}/.test(one)))
        expect(lines.some((one) => one === line || one === `${line},`)).toBe(true);
    expect(after.includes('\r\n')).toBe(others.includes('\r\n'));
    expect(after.replaceAll('\r\n', '').includes('\n')).toBe(others.replaceAll('\r\n', '').includes('\n'));

    await home.connect(`${id} --undo`);
    expect(home.read(user)).toBe(mark + others);
    expect(home.mode(user)).toBe(0o640);
  });

  it('has no key in the files of a project, and none without one', async () => {
    using home = aHome();
    await home.connect(`${id} ${at} --scope project ${stdin}`, { key });
    expect(serverIn(home, project, server)).toEqual(variable);
    expect(withKey(home)).toEqual([]);
    expect(Object.keys(home.everything()).filter((name) => !name.startsWith(home.file('project')))).toEqual([
      home.file(ledger),
    ]);
    await home.connect(`${id} ${at} --scope project --anonymous`);
    expect(JSON.stringify(serverIn(home, project, server))).not.toMatch(/earer|CQ_API_KEY/);
    expect(home.read(project)).not.toContain('promptString');
    await home.connect(`${id} --undo --scope project`);
    expect(home.everything()).toEqual({});
  });

  it.for(['{"a": \n  nothing', '[1, 2', 'a b'])('is left as it is where it cannot be read: %j', async (text) => {
    using home = aHome();
    home.write(user, text);
    const before = home.everything();
    const said = await home.connect(`${id} ${at}`, inEnvironment);
    expect(said.code).toBe(3);
    expect(said.stderr).toMatch(/^\S+\/[\w.]+:\d+:\d+ (is not valid|has no object)/);
    expect(said.stderr).toContain(home.file(user));
    expect(home.everything()).toEqual(before);
  });

  it('says what it would write without the key, and writes nothing', async () => {
    using home = aHome();
    home.write(user, others, 0o600);
    const before = home.everything();
    const said = await home.connect(`${id} ${at} --dry-run ${stdin}`, { key });
    expect([said.code, said.stderr]).toEqual([0, '']);
    expect(said.stdout).toContain(`+++ ${home.file(user)}\n@@ line `);
    expect(said.stdout).toContain('cq.example/team/mcp');
    expect(said.stdout).not.toContain(key);
    // nor what others have in there
    expect(said.stdout).not.toMatch(/github|db\.example|Dracula/);
    expect(home.everything()).toEqual(before);
    expect(existsSync(home.file('.local'))).toBe(false);
    // without a key to show, none is asked for
    expect((await home.connect(`${id} ${at} --dry-run`)).stdout).toBe(said.stdout);
    await home.connect(`${id} ${at} ${stdin}`, { key });
    const undo = await home.connect(`${id} --undo --dry-run`);
    expect(undo.stdout).toContain('\n-');
    expect(undo.stdout).not.toContain(key);
    expect(serverIn(home, user, server)).toEqual(stored);
    // a token of a person instead of a key
    const token = `${'eyJhbGciOiJIUzI1NiJ9'}.eyJzdWIiOiJhZGEifQ.signature_of_it`;
    await home.connect(`${id} ${at} ${stdin}`, { key: token });
    for (const line of ['--undo --dry-run', `${at} --dry-run`])
      expect((await home.connect(`${id} ${line}`, inEnvironment)).stdout).not.toContain('signature');
  });

  it('is written where a link leads, and the link stays', async () => {
    using home = aHome();
    home.write('dotfiles/settings', others, 0o600);
    mkdirSync(join(home.file(user), '..'), { recursive: true });
    symlinkSync(home.file('dotfiles/settings'), home.file(user));
    const before = home.everything();
    await home.connect(`${id} ${at} ${stdin}`, { key });
    expect(serverIn(home, 'dotfiles/settings', server)).toEqual(stored);
    expect(home.everything()[home.file(user)]).toBe(home.file('dotfiles/settings'));
    await home.connect(`${id} --undo`);
    expect(home.everything()).toEqual(before);
  });

  it('replaces what others have under its name when told to, and nothing else', async () => {
    using home = aHome();
    const theirs = user.endsWith('.toml')
      ? '[mcp_servers.cq]\ncommand = "theirs"\n\n[mcp_servers.b]\ncommand = "b"\n'
      : JSON.stringify({ [server[0]]: { cq: { command: 'theirs' }, b: { command: 'b' } } }, null, 2);
    home.write(user, theirs);
    const before = home.everything();
    const said = await home.connect(`${id} ${at}`, inEnvironment);
    expect([said.code, home.everything()]).toEqual([3, before]);
    expect(said.stderr).toBe(
      `${home.file(user)} has ${server.join('.')} already, which connect did not write. --force replaces it; --name gives the server another name.`,
    );
    expect((await home.connect(`${id} ${at} --name cq-two`, inEnvironment)).code).toBe(0);
    expect(serverIn(home, user, [server[0], 'cq-two'])).toBeDefined();
    const shown = await home.connect(`${id} ${at} --force --dry-run`, inEnvironment);
    expect(shown.stdout).toMatch(/^-"cq": \{\n-[ ]+"command": "…"/m);
    expect(shown.stdout).not.toContain('theirs');
    expect((await home.connect(`${id} ${at} --force`, inEnvironment)).code).toBe(0);
    expect(serverIn(home, user, server)).toEqual(variable);
    expect(serverIn(home, user, [server[0], 'b'])).toEqual({ command: 'b' });
    await home.connect(`${id} --undo`);
    await home.connect(`${id} --undo --name cq-two`);
    expect(serverIn(home, user, [server[0]])).toEqual({ b: { command: 'b' } });
  });

  it('keeps what was changed since, and says so', async () => {
    using home = aHome();
    await home.connect(`${id} ${at}`, inEnvironment);
    const skill = Object.keys(home.everything()).find((name) => name.endsWith('SKILL.md')) ?? '';
    const relative = skill.slice(home.path.length + 1);
    home.write(relative, `${home.read(relative)}\nMine.\n`);
    home.write(user, home.read(user).replace('cq.example', 'mine.example'));
    const mine = home.everything();
    const again = await home.connect(`${id} ${at} --name cq`, inEnvironment);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('connect did not write')]);
    expect(home.everything()).toEqual(mine);

    const undone = await home.connect(`${id} --undo`);
    expect(undone.stderr).toContain(`${home.file(user)}: ${server.join('.')} was changed since, and is left as it is`);
    expect(undone.stderr).toContain(`${skill}: the text was changed since, and is left as it is`);
    expect(home.read(relative)).toContain('Mine.');
    expect(JSON.stringify(serverIn(home, user, server))).toContain('mine.example');
  });
});

describe('connect', () => {
  it('takes out its own after another program has written the file anew', async () => {
    using home = aHome();
    await home.connect(`claude-code ${at} ${stdin}`, { key });
    const written = JSON.parse(home.read('.claude.json'));
    home.write('.claude.json', JSON.stringify({ numStartups: 4, ...written, tips: { a: 1 } }));
    expect((await home.connect(`claude-code ${at} ${stdin}`, { key })).stdout).toContain('nothing was written');
    const undone = await home.connect('claude-code --undo');
    expect([undone.code, undone.stderr]).toEqual([0, '']);
    expect(home.read('.claude.json')).toBe('{"numStartups":4,"tips":{"a":1}}');
  });

  it('changes the address and the key where it has put them, and undoes to what was before', async () => {
    using home = aHome();
    const { user, others, server } = files.cursor;
    home.write(user, others);
    await home.connect(`cursor ${at}`, inEnvironment);
    await home.connect(`cursor --url https://other.example --no-try ${stdin}`, { key });
    expect(serverIn(home, user, server)).toEqual({ url: 'https://other.example/mcp', headers: bearer(key) });
    expect(home.mode(user)).toBe(0o600);
    home.write(user, home.read(user).replace('"db"', '"db2"'));
    await home.connect('cursor --url https://third.example --no-try --anonymous');
    expect(serverIn(home, user, server)).toEqual({ url: 'https://third.example/mcp' });
    expect(withKey(home)).toEqual([]);
    await home.connect('cursor --undo');
    expect(home.read(user)).toBe(others.replace('"db"', '"db2"'));
  });

  it('removes what it stored and stores no more: the key, the skill, the hook', async () => {
    using home = aHome();
    for (const id of ['codex', 'opencode'] as const) await home.connect(`${id} ${at} ${stdin}`, { key });
    expect(withKey(home)).toEqual(['.codex/.env', '.local/state/cq-server/keys/opencode-cq']);
    for (const id of ['codex', 'opencode'] as const)
      await home.connect(`${id} ${at} --no-skill --no-hooks`, inEnvironment);
    expect(Object.keys(home.everything()).map((name) => name.slice(home.path.length + 1))).toEqual([
      '.codex/config.toml',
      '.config/opencode/opencode.json',
      ledger,
    ]);
  });

  it('undoes several connections in any order', async () => {
    using home = aHome();
    const { user, others } = files.vscode;
    const names = ['cq', 'two', 'three'];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      for (const text of [others, null]) {
        if (text !== null) home.write(user, text);
        const before = home.everything();
        for (const name of names) await home.connect(`vscode ${at} --name ${name} --no-skill`, inEnvironment);
        for (const index of order) expect((await home.connect(`vscode --undo --name ${names[index]}`)).stderr).toBe('');
        const contents = (all: Record<string, string>) =>
          Object.entries(all).map(([name, json]) => [name, parseJsonc(json, [], { allowTrailingComma: true })]);
        expect(contents(home.everything())).toEqual(contents(before));
        if (text !== null) unlinkSync(home.file(user));
      }
    }
  });

  it('leaves a hook that was changed, and does not put in a second one', async () => {
    using home = aHome();
    await home.connect(`claude-code ${at}`, inEnvironment);
    const settings = '.claude/settings.json';
    home.write(settings, home.read(settings).replace('startup|clear|compact', 'startup'));
    const mine = home.read(settings);
    const again = await home.connect('claude-code --url https://b.example --no-try', inEnvironment);
    expect(again.stderr).toContain(`${home.file(settings)}: hooks.SessionStart was changed, and is left as it is`);
    expect(home.read(settings)).toBe(mine);
    const undone = await home.connect('claude-code --undo');
    expect(undone.stderr).toContain('hooks.SessionStart does not have what connect put there');
    expect(home.read(settings)).toBe(mine);
  });

  it('writes no key where it could be committed', async () => {
    using home = aHome();
    home.write('dotfiles/.git/HEAD', '');
    home.write('dotfiles/cursor/mcp.json', '{}\n');
    symlinkSync(home.file('dotfiles/cursor'), home.file('.cursor'));
    const said = await home.connect(`cursor ${at} ${stdin}`, { key });
    expect(said.stderr).toContain('working copy of git');
    expect(said.stdout).toContain('reads the key from CQ_API_KEY');
    expect(serverIn(home, '.cursor/mcp.json', ['mcpServers', 'cq'])).toEqual(files.cursor.variable);
    expect(withKey(home)).toEqual([]);
  });

  it('lets nobody else read a file that it writes a key into, and says so', async () => {
    using home = aHome();
    home.write('.gemini/settings.json', '{}', 0o644);
    const said = await home.connect(`gemini ${at} ${stdin}`, { key });
    expect([said.stderr, home.mode('.gemini/settings.json')]).toEqual([
      `${home.file('.gemini/settings.json')} has the key in it, and can be read by you alone from now on.`,
      0o600,
    ]);
    await home.connect('gemini --undo');
    expect([home.read('.gemini/settings.json'), home.mode('.gemini/settings.json')]).toEqual(['{}', 0o644]);
  });

  it('follows the variables that move the folders of clients, and the platform', async () => {
    using home = aHome();
    const environment = {
      CQ_API_KEY: key,
      CLAUDE_CONFIG_DIR: home.file('c'),
      CODEX_HOME: home.file('x'),
      XDG_CONFIG_HOME: home.file('g'),
      XDG_STATE_HOME: home.file('s'),
      GEMINI_CLI_HOME: home.file('m'),
      CQ_ADDR: 'https://cq.example/team/',
    };
    for (const id of ids) await home.connect(id, { environment });
    const written = Object.keys(home.everything()).map((name) => name.slice(home.path.length + 1));
    expect(written).toEqual(
      expect.arrayContaining([
        'c/.claude.json',
        'c/settings.json',
        'c/skills/cq/SKILL.md',
        'g/Code/User/mcp.json',
        'g/opencode/opencode.json',
        'g/opencode/skills/cq/SKILL.md',
        'm/.gemini/settings.json',
        's/cq-server/connections.json',
        'x/config.toml',
        'x/hooks.json',
      ]),
    );
    expect(serverIn(home, 'x/config.toml', ['mcp_servers', 'cq'])).toEqual(files.codex.variable);
    await home.connect('vscode', { environment, platform: 'darwin' });
    expect(home.has('Library/Application Support/Code/User/mcp.json')).toBe(true);
  });

  it('knows the folders of Windows', () => {
    const here = {
      environment: { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
      platform: 'win32' as const,
      home: 'C:\\Users\\ada',
      folder: 'D:\\project',
    };
    const connection = { name: 'cq', url, scope: 'user' as const, credential: { kind: 'none' as const } };
    const placesOf = (id: string) =>
      clients
        .find((one) => one.id === id)
        ?.server(here, connection)
        .map(({ file }) => file);
    expect(placesOf('claude-code')).toEqual(['C:\\Users\\ada\\.claude.json']);
    expect(placesOf('codex')).toEqual(['C:\\Users\\ada\\.codex\\config.toml']);
    expect(placesOf('vscode')).toEqual(['C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json']);
    expect(placesOf('opencode')?.[1]).toBe('C:\\Users\\ada\\.config\\opencode\\opencode.json');
  });

  it('writes the configuration of opencode that is there, in the form of its version', async () => {
    using home = aHome();
    const file = '.config/opencode/opencode.jsonc';
    const native = '{\n  "mcp": {\n    "servers": {\n      "a": { "type": "local", "command": ["a"] }\n    }\n  }\n}\n';
    home.write(file, native);
    await home.connect(`opencode ${at}`, inEnvironment);
    expect(serverIn(home, file, ['mcp', 'servers', 'cq'])).toEqual(files.opencode.variable);
    expect(home.has('.config/opencode/opencode.json')).toBe(false);
    await home.connect('opencode --undo');
    expect(home.read(file)).toBe(native);
    // a server that is called servers
    home.write(file, '{ "mcp": { "servers": { "type": "local", "command": ["a"] } } }');
    await home.connect(`opencode ${at}`, inEnvironment);
    expect(serverIn(home, file, ['mcp', 'cq'])).toEqual(files.opencode.variable);
  });

  it('lists the clients, and what is connected', async () => {
    using home = aHome();
    await home.connect(`gemini ${at} --no-hooks --no-skill`, inEnvironment);
    const said = await home.connect('--list');
    expect(said.stdout.split('\n')).toEqual([
      'claude-code\tClaude Code',
      'codex\tCodex',
      'cursor\tCursor',
      'vscode\tVS Code',
      'gemini\tGemini CLI',
      `\tcq\tuser\t${home.file('.gemini/settings.json')}`,
      'opencode\topencode',
    ]);
  });

  it.for<readonly [string, number, RegExp]>([
    ['', 2, /must be one of claude-code, codex, .*, got nothing/],
    ['emacs', 2, /must be one of .*, got "emacs"/],
    ['cursor --url ftp://a', 2, /must be an address such as/],
    ['cursor --url https://ada:hush@cq.example', 2, /^(?!.*hush).*must have no name and no password/s],
    ['cursor --url https://cq.example?key=hush', 2, /must have no \?/],
    ['cursor --scope team', 2, /must be user or project/],
    ['cursor --name Not/OK', 2, /small letters/],
    ['cursor --key-variable a-b', 2, /name of a variable/],
    ['cursor --url http://cq.example --key-stdin', 78, /http:\/\/cq\.example\/mcp could be read on the way/],
    ['cursor --url http://127.0.0.1.cq.example --key-stdin', 78, /could be read on the way/],
    ['vscode --url http://cq.example', 78, /could be read on the way/],
  ])('refuses %j with %j', async ([line, code, message]) => {
    using home = aHome();
    const said = await home.connect(line, { key });
    expect([said.code, said.stderr]).toEqual([code, expect.stringMatching(message)]);
    expect(home.everything()).toEqual({});
  });

  it('takes an address of MCP for that of its server, and http: to this machine', async () => {
    using home = aHome();
    for (const address of ['http://localhost:3000/mcp/', 'http://127.0.0.1:3000', 'http://[::1]:3000/']) {
      await home.connect(`cursor --url ${address} --no-try`, inEnvironment);
      expect(serverIn(home, '.cursor/mcp.json', ['mcpServers', 'cq', 'url'])).toMatch(/^http:\/\/[^/]+:3000\/mcp$/);
    }
    expect((await home.connect('cursor --url http://cq.example --no-try --insecure', inEnvironment)).code).toBe(0);
    expect((await home.connect('cursor --url http://cq.example --no-try --anonymous')).code).toBe(0);
  });

  it('takes a key from nowhere but the variable that it is told, and standard input', async () => {
    using home = aHome();
    const environment = { OTHER_KEY: key };
    const none = await home.connect(`cursor ${at}`, { environment });
    expect([none.code, none.stderr]).toEqual([
      0,
      'There is no key in CQ_API_KEY: connecting without one, to read only.',
    ]);
    await home.connect(`cursor ${at} --key-variable OTHER_KEY`, { environment });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor puts the value in
    expect(serverIn(home, '.cursor/mcp.json', ['mcpServers', 'cq', 'headers'])).toEqual(bearer('${env:OTHER_KEY}'));
    for (const wrong of ['', 'two words of it', 'short', `${key}\n${key}`]) {
      const said = await home.connect(`cursor ${at} ${stdin}`, { key: wrong });
      expect([said.code, said.stderr]).toEqual([3, expect.stringContaining('standard input has no API key')]);
      expect(said.stderr).not.toContain('secret');
    }
    expect((await home.connect('cursor --key hush')).code).toBe(2);
  });

  it.for<readonly [string, (home: Home) => void, RegExp]>([
    ['a folder', (home) => mkdirSync(home.file('.cursor/mcp.json'), { recursive: true }), /is not a file/],
    [
      'no UTF-8',
      (home) => home.write('.cursor/mcp.json', Buffer.from('{"a":"\xe4"}', 'latin1')),
      /is not text in UTF-8/,
    ],
    ['UTF-16', (home) => home.write('.cursor/mcp.json', Buffer.from('\ufeff{}', 'utf16le')), /is not text in UTF-8/],
    [
      'a link to nothing',
      (home) => {
        mkdirSync(home.file('.cursor'));
        symlinkSync(home.file('gone'), home.file('.cursor/mcp.json'));
      },
      /is a link to a file that is not there/,
    ],
    [
      'a link to itself',
      (home) => {
        mkdirSync(home.file('.cursor'));
        symlinkSync(home.file('.cursor/mcp.json'), home.file('.cursor/mcp.json'));
      },
      /leads to itself/,
    ],
    ['its own record broken', (home) => home.write(ledger, '{"version":2}'), /connections\.json.* cannot be read/],
  ])('refuses %s', async ([, prepare, message]) => {
    using home = aHome();
    prepare(home);
    const said = await home.connect(`cursor ${at}`, inEnvironment);
    expect([said.code, said.stderr]).toEqual([3, expect.stringMatching(message)]);
    expect(home.has('.cursor/skills')).toBe(false);
  });

  it('follows no link of a project that leads out of it', async () => {
    using home = aHome();
    home.write('.mine.json', '{}');
    symlinkSync(home.file('.mine.json'), home.file('project/.mcp.json'));
    const said = await home.connect(`claude-code ${at} --scope project`, inEnvironment);
    expect([said.code, said.stderr]).toEqual([3, expect.stringContaining('leads out of the project')]);
    unlinkSync(home.file('project/.mcp.json'));
    symlinkSync(home.path, home.file('project/.claude'));
    const folder = await home.connect(`claude-code ${at} --scope project`, inEnvironment);
    expect([folder.code, folder.stderr]).toEqual([3, expect.stringContaining('SKILL.md leads out of the project')]);
    expect(home.read('.mine.json')).toBe('{}');
    expect(home.has('skills')).toBe(false);
  });

  it('undoes what of it is still there: after a file is gone, was set back, or cannot be read', async () => {
    using home = aHome();
    home.write('.cursor/mcp.json', '{}');
    home.write('.claude.json', '{}');
    for (const id of ['cursor', 'claude-code', 'vscode', 'gemini']) await home.connect(`${id} ${at}`, inEnvironment);
    unlinkSync(home.file('.config/Code/User/mcp.json'));
    expect((await home.connect('vscode --undo')).code).toBe(0);
    expect(home.has('.copilot')).toBe(false);
    // as it is where a process died between its record and the file
    home.write('.claude.json', '{}');
    const setBack = await home.connect('claude-code --undo');
    expect([setBack.code, setBack.stderr, home.read('.claude.json')]).toEqual([0, '', '{}']);
    home.write('.cursor/mcp.json', '{"a": ');
    const before = home.everything();
    const broken = await home.connect('cursor --undo');
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining('.cursor/mcp.json:1:')]);
    expect(home.everything()).toEqual(before);
    home.write('.cursor/mcp.json', '{"a": 1}');
    expect((await home.connect('cursor --undo')).code).toBe(0);
    expect(home.read('.cursor/mcp.json')).toBe('{"a": 1}');
    await home.connect('gemini --undo');
    expect(Object.keys(home.everything())).toEqual([home.file('.claude.json'), home.file('.cursor/mcp.json')]);
  });

  it('clears away what a process that died has left: its lock, and its unfinished file with a key in it', async () => {
    using home = aHome();
    home.write('.cursor/.mcp.json.cq-0123456789ab', key);
    home.write('.cursor/mcp.json', '{}');
    for (const lock of ['.cursor/mcp.json.lock', `${ledger}.lock`]) {
      mkdirSync(home.file(lock), { recursive: true });
      utimesSync(home.file(lock), new Date(0), new Date(0));
    }
    expect((await home.connect(`cursor ${at}`, inEnvironment)).code).toBe(0);
    expect(readdirSync(home.file('.cursor')).sort()).toEqual(['hooks.json', 'mcp.json', 'skills']);
    expect(readdirSync(home.file('.local/state/cq-server'))).toEqual(['connections.json']);
  });

  it('refuses a file that it cannot read as one that has something else in it', async () => {
    using home = aHome();
    home.write('.cursor', 'a file in the place of a folder');
    const said = await home.connect(`cursor ${at}`, inEnvironment);
    expect([said.code, said.stderr]).toEqual([3, expect.stringMatching(/mcp\.json cannot be read \(ENOTDIR\)/)]);
  });

  it('says which folder it may not write into', { skip: process.getuid?.() === 0 }, async () => {
    using home = aHome();
    home.write('.cursor/mcp.json', '{}');
    chmodSync(home.file('.cursor'), 0o555);
    const said = await home.connect(`cursor ${at}`, inEnvironment);
    chmodSync(home.file('.cursor'), 0o755);
    expect([said.code, said.stderr]).toEqual([1, expect.stringContaining('.cursor/mcp.json')]);
    expect(home.read('.cursor/mcp.json')).toBe('{}');
  });
});

describe('what agents are told', () => {
  const tools = ['query', 'propose', 'confirm', 'flag', 'status'];

  it('is a skill of the form that clients have in common, about the tools that there are', async () => {
    using home = aHome();
    await home.connect(`claude-code ${at} --name team-cq`, inEnvironment);
    const text = home.read('.claude/skills/team-cq/SKILL.md');
    const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
    const { name, description, ...rest } = parseYaml(head);
    expect([name, rest]).toEqual(['team-cq', {}]);
    expect(description.length).toBeLessThan(1024);
    expect(text).not.toContain('{{');
    // names of tools and of their parameters, and nothing that only looks like one
    const operations = tools.map((tool) =>
      readFileSync(new URL(`../../src/mcp/tools/${tool}.graphql`, import.meta.url), 'utf8'),
    );
    const known = [
      ...tools,
      ...operations.flatMap((operation) => [...operation.matchAll(/\$(\w+):/g)].map(([, one]) => one)),
    ];
    const named = [...text.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
    const examples = ['team-cq', 'payments', 'docker-build', 'stale', 'incorrect', 'duplicate'];
    expect(named.filter((one) => !known.includes(one) && !examples.includes(one))).toEqual([]);
    expect(tools.filter((tool) => !named.includes(tool))).toEqual([]);
  });

  it.for(ids.filter((id) => id !== 'opencode'))('is said at the start of a session by a shell: %s', async (id) => {
    using home = aHome();
    await home.connect(`${id} ${at}`, inEnvironment);
    const texts = Object.values(home.everything());
    const [, quoted = ''] = /"command": ("echo .*")/.exec(texts.find((text) => text.includes('"echo ')) ?? '') ?? [];
    const command: string = JSON.parse(quoted);
    const said = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    const context =
      id === 'claude-code'
        ? said
        : id === 'cursor'
          ? JSON.parse(said).additional_context
          : JSON.parse(said).hookSpecificOutput.additionalContext;
    for (const tool of tools.slice(0, 4)) expect(context).toContain(tool);
    expect(context.length).toBeLessThan(600);
  });
});
