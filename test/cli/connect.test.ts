import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { run, temporaryFolder } from '../process.ts';

const key = 'cqa.v1.0123456789.secret-of-the-agent';

it('loses no entry when several connect at once, and has none left when they undo at once', async () => {
  using home = temporaryFolder();
  const file = home.file('.claude.json');
  const before = '{\n  // mine\n  "numStartups": 1\n}\n';
  writeFileSync(file, before);
  // Claude Code itself, at work on its file
  mkdirSync(`${file}.lock`);
  const environment = { HOME: home.path, XDG_STATE_HOME: '', CLAUDE_CONFIG_DIR: '' };
  const names = ['one', 'two', 'three'];
  const connecting = names.map((name) =>
    run(
      ['connect', 'claude-code', '--name', name, '--url', 'https://cq.example', '--no-try', '--key-stdin'],
      environment,
      `${key}\n`,
    ),
  );
  // each waits for the lock, which is taken away only now
  while (!existsSync(home.file('.local/state/cq-server/connections.json.lock'))) await delay(20);
  expect(readFileSync(file, 'utf8')).toBe(before);
  rmdirSync(`${file}.lock`);
  for (const { code, stdout, stderr } of await Promise.all(connecting)) {
    expect([code, stderr.replaceAll(/^.*can be read by you alone.*\n/gm, '')]).toEqual([0, '']);
    expect(stdout).toContain('.claude.json is written.');
    expect(stdout).not.toContain('secret');
  }
  const text = readFileSync(file, 'utf8');
  expect(text.split('\n').slice(0, 3)).toEqual(['{', '  // mine', '  "numStartups": 1,']);
  for (const name of names) expect(text).toContain(`    "${name}": {`);
  expect(readdirSync(home.file('.claude/skills')).sort()).toEqual(names.toSorted());

  const undoing = names.map((name) => run(['connect', 'claude-code', '--undo', '--name', name], environment));
  for (const undone of await Promise.all(undoing)) expect([undone.code, undone.stderr]).toEqual([0, '']);
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(readdirSync(home.path).sort()).toEqual(['.claude.json', '.local']);
});
