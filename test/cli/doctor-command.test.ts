import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { exitCodeOf, toJson, toLines, toSummary } from '../../src/cli/doctor/report.ts';
import { ok, problem, warning } from '../../src/findings.ts';
import { run, temporaryFolder } from '../process.ts';
import { contentsOf, secrets } from './doctor.ts';

const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');

const findings = [
  ok('node', 'Node v24.'),
  warning('database.indexes', 'One\n  is invalid.', 'Mend it.'),
  problem('disk', 'It is full.', 'Make room.'),
];

it('says what it finds in columns, and in colour only where it is told to', () => {
  expect(findings.map((finding) => toLines(finding, false)).join('') + toSummary(findings)).toBe(`\
ok       node                   Node v24.
warning  database.indexes       One is invalid.
                                → Mend it.
problem  disk                   It is full.
                                → Make room.

1 problem, 1 warning, 1 ok
`);
  for (const finding of findings) {
    const coloured = toLines(finding, true);
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(toLines(finding, false));
  }
  expect([findings, findings.slice(0, 2), findings.slice(0, 1)].map(exitCodeOf)).toEqual([2, 1, 0]);
});

it('says it to programs in the shape of the documentation', () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const names = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.slice(0, 1).map(names)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, names(inner)]))
        : typeof value;
  expect(names(JSON.parse(toJson(findings, new Date())))).toEqual(names(JSON.parse(example)));
});

it('exits with 0, 1 or 2, and only its own output is JSON', async () => {
  using folder = temporaryFolder();
  const environment = { ...secrets, CQ_PORT: '0', CQ_DB_PATH: folder.file('cq.db') };
  const missing = await run(['doctor', '--json'], environment);
  expect(missing).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(missing.stdout)).toMatchObject({ level: 'warning', counts: { warning: 1, problem: 0 } });
  expect(contentsOf(folder.path)).toEqual({});

  await run(['user', 'add', 'ann', '--password-stdin'], environment, 'a long password');
  const before = contentsOf(folder.path);
  const [well, wrong, misused] = await Promise.all([
    run(['doctor'], { ...environment, FORCE_COLOR: '1', CI: '1' }),
    run(['doctor', '--json', '--timeout', '30'], { ...environment, CQ_WEB: 'maybe' }),
    run(['doctor', '--url', 'https://hush@example.com'], environment),
  ]);
  expect(well).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/\n0 problems, 0 warnings, \d+ ok\n$/),
  });
  expect(well.stdout).toMatch(/^ok {7}database\.integrity {5}\d+ KiB looked through/m);
  expect(well.stdout).toBe(stripVTControlCharacters(well.stdout));
  expect(wrong.code).toBe(2);
  expect(JSON.parse(wrong.stdout).findings.at(-1)).toMatchObject({ check: 'configuration', level: 'problem' });
  expect(misused).toMatchObject({ code: 2, stderr: expect.stringContaining('URL without a user') });
  for (const { stdout } of [missing, well, wrong]) expect(stdout).not.toContain('hush');
  expect(contentsOf(folder.path)).toEqual(before);
});

it('has every check in its documentation', () => {
  const documented = [...page.matchAll(/^\| ((?:`[a-z.\-0-9]+`(?:, )?)+…? \|)/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const sources = [
    ...['configuration', 'contents', 'embedding', 'resources', 'server', 'examine', 'database'].map(
      (name) => `src/cli/doctor/${name}.ts`,
    ),
    ...['schema', 'words'].map((name) => `src/store/sql/diagnosis/${name}.ts`),
    ...['diagnose', 'integrity'].map((name) => `src/store/sqlite/diagnosis/${name}.ts`),
    ...['connections', 'diagnose', 'indexes', 'server', 'tables'].map(
      (name) => `src/store/postgres/diagnosis/${name}.ts`,
    ),
  ].map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  const named = sources.flatMap((source) =>
    [
      ...source.matchAll(
        /(?:\bcheck = |\b(?:ok|warning|problem|look|looked|each|level)\(\s*|check: )'([a-z][a-z.-]*)'/g,
      ),
    ].map(([, name]) => name),
  );
  expect(new Set(named).size).toBeGreaterThan(25);
  expect([...new Set(named)].filter((name) => !documented.includes(name))).toEqual([]);
});
