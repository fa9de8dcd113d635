import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { contentsOf } from '../cli/installation.ts';
import { aUnit } from '../harness.ts';
import { has, lacks, unless } from '../left-out.ts';
import { temporaryFolder } from '../process.ts';
import { aFlag } from '../store/conformance/fixture.ts';
import { administer } from './administer.ts';
import { configOf, createDatabase, postgres } from './databases.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/deployment.md'), 'utf8');
const script = join(root, 'deploy/postgresql/backup.sh');
const withTools = unless(!(await hasTools()), lacks.pgDump);

/** Whether there are tools, as new as the server: older ones refuse it. */
async function hasTools(): Promise<boolean> {
  if (!has('pg_dump') || !has('pg_restore')) return false;
  const [, version] = /(\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' })) ?? [];
  const [row] = await administer<{ setting: string }>(
    (await postgres()).url,
    "select current_setting('server_version_num') as setting",
  );
  return Number(version) >= Math.trunc(Number(row?.setting) / 10_000);
}

/** A command of the page, with these in the place of its URLs and paths, run in a folder. */
async function runFromPage(
  name: string,
  folder: string,
  replacements: Readonly<Record<string, string>>,
): Promise<void> {
  let [, command = ''] = new RegExp(`<!-- run: ${name} -->\\s*\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  expect(command).not.toBe('');
  for (const [from, to] of Object.entries(replacements)) {
    expect(command).toContain(from);
    command = command.replaceAll(from, to);
  }
  await promisify(execFile)('sh', ['-e', '-c', command], { cwd: folder });
}

const url = 'postgresql://cq:PASSWORD@postgres.example.com:5432/cq';

describe('a dump of PostgreSQL, by the commands of docs/deployment.md', withTools, () => {
  it('is restored to the same database, which serves', async () => {
    await using source = await createDatabase();
    await using target = await createDatabase({ empty: true });
    using folder = temporaryFolder();
    const filled = await openStore(configOf(source.url), { migrate: false });
    const unit = aUnit();
    await filled.units.restore(unit, [aFlag(unit.id)]);
    await filled.close();
    await runFromPage('dump', folder.path, { [`${url}'`]: `${source.url}'` });
    await runFromPage('restore', folder.path, { [`${url}_restored`]: target.url });
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    const store = await openStore(configOf(target.url), { migrate: false });
    await store.ping();
    expect(await store.units.find(unit.id)).toEqual(unit);
    expect((await store.units.search({ text: unit.insight.summary, filter: {}, limit: 5 })).hits).toHaveLength(1);
    await store.close();
  });

  it('is kept beside the newest ones, and those stay where it cannot be made', async () => {
    await using source = await createDatabase();
    using folder = temporaryFolder();
    mkdirSync(folder.file('kept'));
    const kept = () => readdirSync(folder.file('kept')).sort();
    const old = [1, 2, 3].map((day) => `cq-2026010${day}T000000Z-7.dump`);
    for (const name of [...old, 'notes.dump']) writeFileSync(folder.file(`kept/${name}`), 'a dump');
    const replacements = { '/var/backups/cq 7': `${folder.file('kept')} 2`, 'deploy/postgresql/backup.sh': script };
    await runFromPage('rotate', folder.path, { ...replacements, [url]: source.url });
    const after = kept();
    expect(after).toEqual([old[2], expect.stringMatching(/^cq-\d{8}T\d{6}Z-\d+\.dump$/), 'notes.dump']);
    expect(statSync(folder.file(`kept/${after[1]}`)).mode & 0o777).toBe(0o600);
    const nowhere = source.url.replace(/\/[^/]*$/, '/nothing_is_called_this');
    await expect(runFromPage('rotate', folder.path, { ...replacements, [url]: nowhere })).rejects.toThrow(
      'does not exist',
    );
    expect(kept()).toEqual(after);
  });
});

it.skipIf(process.platform === 'win32')('is not begun where it is not said how many are kept', async () => {
  using folder = temporaryFolder();
  copyFileSync(script, folder.file('backup.sh'));
  for (const keep of ['0', '00', '010', 'all', '-1'])
    await expect(promisify(execFile)('sh', [folder.file('backup.sh'), folder.path, keep])).rejects.toMatchObject({
      code: 2,
    });
});

it.skipIf(process.platform === 'win32')('is rotated in a folder that a link leads to', async () => {
  using folder = temporaryFolder();
  for (const name of ['pg_dump', 'pg_restore'])
    writeFileSync(folder.file(name), '#!/bin/sh\ncase $2 in *.partial) : > "$(echo "$2" | cut -d= -f2)" ;; esac\n', {
      mode: 0o755,
    });
  mkdirSync(folder.file('kept'));
  writeFileSync(folder.file('kept/cq-20260101T000000Z-7.dump'), 'a dump');
  symlinkSync(folder.file('kept'), folder.file('link'));
  const env = { PATH: `${folder.path}:${process.env.PATH}`, CQ_DATABASE_URL: 'postgresql://none/cq' };
  await promisify(execFile)('sh', [script, folder.file('link'), '1'], { env });
  expect(readdirSync(folder.file('kept'))).toEqual([expect.stringMatching(/^cq-(?!20260101)\d{8}T\d{6}Z-\d+\.dump$/)]);
});
