import { readFileSync } from 'node:fs';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { expect, it } from 'vitest';
import { clients as shown } from '../../web/src/pages/connect/clients.ts';
import { aHome } from './home.ts';

const key = 'cqa.v1.0123456789.secret';
const page = readFileSync(new URL('../../docs/mcp.md', import.meta.url), 'utf8');
const read = (file: string, text: string): unknown =>
  JSON.parse(JSON.stringify(file.endsWith('.toml') ? parseToml(text) : parseJsonc(text)));

const places = [
  ['claude-code', 'Claude Code', '.mcp.json', '.claude.json'],
  ['codex', 'Codex', '.codex/config.toml', '.codex/config.toml'],
  ['cursor', 'Cursor', '.cursor/mcp.json', '.cursor/mcp.json'],
  ['vscode', 'VS Code', '.vscode/mcp.json', '.config/Code/User/mcp.json'],
  ['gemini', 'Gemini CLI', '.gemini/settings.json', '.gemini/settings.json'],
  ['opencode', 'opencode', 'opencode.json', '.config/opencode/opencode.json'],
] as const;

it.for(places)('docs/mcp.md shows what connect writes into a project: %s', async ([id, title, file]) => {
  using home = aHome();
  await home.connect(`${id} --scope project --url https://cq.example --no-try --no-hooks`, {
    environment: { CQ_API_KEY: key },
  });
  const [, named, , block = ''] =
    new RegExp(`\\*\\*${title}\\*\\*, in \`([^\`]+)\`[^\\n]*\\n\\n\`\`\`(json|toml)\\n([\\s\\S]*?)\`\`\``).exec(page) ??
    [];
  expect(named).toBe(file);
  expect(read(file, home.read(`project/${file}`))).toEqual(read(file, block));
});

it.for(places)('the page for people shows what connect writes for a person: %s', async ([id, , , file]) => {
  using home = aHome();
  await home.connect(`${id} --url https://cq.example --no-try --no-hooks --key-stdin`, { key });
  const written = read(file, home.read(file));
  const text = shown.find((client) => client.id === id)?.text('https://cq.example', key) ?? '';
  const values: string[] = [];
  JSON.stringify(written, (_, value) => {
    if (typeof value === 'string') values.push(value);
    return value;
  });
  if (text.startsWith('{')) {
    // where connect has the key in a file of its own, it is shown in place
    const inPlace = JSON.parse(JSON.stringify(written).replace(/\{file:[^}]*\}/, key));
    expect(JSON.parse(text)).toEqual(inPlace);
  } else {
    for (const value of values.filter((one) => one !== 'http')) expect(text).toContain(value);
    expect(text).toContain(key);
  }
});

it('docs/connecting.md names each file that is written', async () => {
  const table = readFileSync(new URL('../../docs/connecting.md', import.meta.url), 'utf8');
  for (const [id, , project, user] of places) {
    const row = table.split('\n').find((line) => line.startsWith(`| \`${id}\` |`)) ?? '';
    expect(row).toContain(`\`${project}\``);
    expect(row).toContain(id === 'vscode' ? '`Code/User/mcp.json`' : `\`~/${user}\``);
    for (const scope of ['user', 'project']) {
      using home = aHome();
      await home.connect(`${id} --scope ${scope} --url https://cq.example --no-try --anonymous`);
      const written = Object.keys(home.everything()).map((name) =>
        name
          .slice(home.path.length + 1)
          .replace('project/', '')
          .replace('.config/Code', 'Code'),
      );
      const others = written.filter(
        (name) =>
          !name.includes('.local/state') &&
          name !== (scope === 'user' ? user.replace('.config/Code', 'Code') : project),
      );
      for (const name of others) {
        const [folder = '', file = ''] = name.includes('/skills/')
          ? [name.replace('cq/SKILL.md', '')]
          : [/^.*\//.exec(name)?.[0], /[^/]+$/.exec(name)?.[0]];
        const prefix = scope === 'user' ? '~/' : '';
        expect([
          row.includes(`\`${prefix}${folder}\``) && row.includes(file),
          row.includes(`\`${prefix}${name}\``),
          name,
        ]).toContain(true);
      }
    }
  }
});
